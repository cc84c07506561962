"""Kept searches, and how many goods each found since it was last looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from fenxiao.catalog.models import Category
from fenxiao.discovery import reader
from fenxiao.discovery.errors import IndexMissing
from fenxiao.discovery.models import SavedSearch
from fenxiao.discovery.queries.hits import find
from fenxiao.discovery.rules.stored_asks import StoredAsk, read_stored
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Organisation

MOST_AT_HEAD: Final = 8
MOST_NEW: Final = 99  # of more it is said that there are more


@dataclass(frozen=True, kw_only=True)
class KeptSearch:
    """A kept search. `asked` is None where it cannot be asked any more (its category is gone, say)."""

    search: SavedSearch
    asked: StoredAsk | None
    new: int | None  # goods admitted since it was looked at; None without an index, or where it cannot be asked

    @property
    def told_new(self) -> str:
        """How many are new, as it is said."""
        return f"{MOST_NEW}+" if (self.new or 0) > MOST_NEW else str(self.new or 0)


def searches_of(organisation: Organisation, *, now: datetime) -> list[KeptSearch]:
    """What it keeps, by name. Two statements, and one question to the index each."""
    return _kept(list(SavedSearch.objects.filter(organisation=organisation).order_by("name")), now)


def askable_searches(organisation: Organisation, *, now: datetime) -> list[KeptSearch]:
    """Those for the head of a page: the last looked at of those that can still be asked, most new goods first."""
    rows = SavedSearch.objects.filter(organisation=organisation).order_by("-seen_at", "pk")[:MOST_AT_HEAD]
    kept = [each for each in _kept(list(rows), now) if each.asked]
    return sorted(kept, key=lambda each: -(each.new or 0))


def asked_now(search: SavedSearch) -> StoredAsk:
    """What it asks for. Refuses (`BadInput`), by its field, what cannot be asked any more: a category gone, say."""
    asked = read_stored(search.ask, StoredAsk)
    if asked.category_id not in {None, *_in_use([asked.category_id])}:
        raise BadInput(field="category_id", reason_zh="该类目已停用", reason_en="this category is no longer in use")
    return asked


def _in_use(categories: Iterable[str | None]) -> set[str]:
    wanted = set(categories) - {None}
    rows = Category.objects.filter(pk__in=wanted, is_active=True)
    return set(rows.values_list("pk", flat=True)) if wanted else set()


def _kept(kept: list[SavedSearch], now: datetime) -> list[KeptSearch]:
    known = _in_use(row.ask.get("category_id") for row in kept)
    read = [(row, _read(row, known)) for row in kept]
    return [KeptSearch(search=row, asked=asked, new=_new(row, asked, now)) for row, asked in read]


def _read(search: SavedSearch, categories: set[str]) -> StoredAsk | None:
    try:
        asked = read_stored(search.ask, StoredAsk)
    except BadInput:
        return None
    return asked if asked.category_id is None or asked.category_id in categories else None


def _new(search: SavedSearch, asked: StoredAsk | None, now: datetime) -> int | None:
    if asked is None:
        return None
    ask = asked.ask(now=now, per_page=1)
    since = search.seen_at if ask.admitted_since is None else max(ask.admitted_since, search.seen_at)
    try:
        view = reader.view()
    except IndexMissing:
        return None
    return find(view.searcher, replace(ask, admitted_since=since), table=view.table).total
