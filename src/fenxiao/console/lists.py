"""Pages of lists."""

from typing import Any, Protocol, cast

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 20


class Rows(Protocol):
    """What pages are cut from: a queryset, or anything that is counted and sliced."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, wanted: slice) -> Any:
        """Some of them."""


def page_of(rows: Rows, request: HttpRequest, *, per_page: int = PER_PAGE) -> "Page[Any]":
    """The page that `?page=` asks for; a wrong number gives the nearest there is."""
    return Paginator(cast(Any, rows), per_page).get_page(request.GET.get("page"))
