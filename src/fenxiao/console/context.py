"""What every template may read."""

from django.http import HttpRequest


def console(request: HttpRequest) -> dict[str, object]:
    """Nothing yet."""
    return {}
