"""Pages of lists."""

from typing import Any, Protocol, cast

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from fenxiao.kernel.errors import BadInput

PER_PAGE = 20
LARGEST_ID = 2**63 - 1


class Rows(Protocol):
    """What pages are cut from: a queryset, or anything that is counted and sliced."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, wanted: slice) -> Any:
        """Some of them."""


def page_of(rows: Rows, request: HttpRequest, *, per_page: int = PER_PAGE) -> "Page[Any]":
    """The page that `?page=` asks for; a wrong number gives the nearest there is."""
    return Paginator(cast(Any, rows), per_page).get_page(request.GET.get("page"))


def ticked(request: HttpRequest, name: str) -> list[int]:
    """The ids ticked in a list. Refuses none and what is no id."""
    said = request.POST.getlist(name)
    # Its length first: Python makes no number of thousands of figures.
    ids = [int(each) for each in said if each.isascii() and each.isdecimal() and len(each) <= len(str(LARGEST_ID))]
    if not ids or len(ids) < len(said) or max(ids) > LARGEST_ID:
        raise BadInput(field=name, reason_zh="请先勾选", reason_en="tick at least one line")
    return ids
