"""The radar of five powers as SVG drawn on the server, so that it needs no script and prints."""

from collections.abc import Mapping
from math import cos, pi, sin

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

POWERS = {
    "brand": _("Brand power"),
    "price": _("Price power"),
    "distribution": _("Distribution power"),
    "service": _("Service power"),
    "sales": _("Sales power"),
}
RADIUS = 90.0
RINGS = (1.0, 0.75, 0.5, 0.25)


@register.filter
def power_name(code: str) -> str:
    """The name of a power."""
    return str(POWERS[code])


@register.inclusion_tag("console/radar.html")
def radar(powers: Mapping[str, float | None], before: Mapping[str, float | None] | None = None) -> dict[str, object]:
    """The whole radar: rings, axes with names and figures (0 to 100), the shape. A missing power stands at zero.

    `before` is drawn beneath as a broken line.
    """
    axes = [
        {"name": name, "value": powers.get(code), "end": _point(at, 1.0), "label": _label(at)}
        for at, (code, name) in enumerate(POWERS.items())
    ]
    return {
        "rings": [_ring(share) for share in RINGS],
        "axes": axes,
        "shape": _shape(powers),
        "before": _shape(before) if before else "",
    }


@register.inclusion_tag("console/radar_thumb.html")
def radar_thumb(powers: Mapping[str, float | None]) -> dict[str, object]:
    """A radar of the size of a word, with its figures as its text."""
    return {
        "ring": _ring(1.0),
        "shape": _shape(powers),
        "figures": [(name, powers.get(code)) for code, name in POWERS.items()],
    }


def _shape(powers: Mapping[str, float | None]) -> str:
    return _path([_point(at, (powers.get(code) or 0) / 100) for at, code in enumerate(POWERS)])


def _ring(share: float) -> str:
    return _path([_point(at, share) for at in range(len(POWERS))])


def _point(at: int, share: float) -> tuple[str, str]:
    """Where the `at`-th axis (clockwise from the top) is at `share` of its length."""
    angle = 2 * pi * at / len(POWERS) - pi / 2
    return f"{RADIUS * share * cos(angle):.1f}", f"{RADIUS * share * sin(angle):.1f}"


def _label(at: int) -> dict[str, str]:
    """Where an axis' name stands, and which end of the text is held there."""
    x, y = _point(at, 1.14)
    side = float(x)
    return {"x": x, "y": y, "anchor": "middle" if abs(side) < 1 else "start" if side > 0 else "end"}


def _path(points: list[tuple[str, str]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
