"""Acts on kept searches: kept under a name, renamed, looked at, forgotten."""

from datetime import datetime
from typing import Final

from django.db import transaction

from fenxiao.discovery.errors import SearchesFull, SearchForgotten, SearchNameTaken
from fenxiao.discovery.models import SavedSearch
from fenxiao.discovery.queries.searches import asked_now
from fenxiao.discovery.rules.stored_asks import StoredAsk, read_stored
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.services import active_of_kind

MOST_SEARCHES: Final = 50
LONGEST_NAME: Final = 40


@transaction.atomic
def save_search(organisation: Organisation, *, name: str, asked: StoredAsk, by: Actor, now: datetime) -> SavedSearch:
    """Keep a search under a name; what is admitted from now on counts as new.

    Refuses others than creators (`WrongKind`), an ask for everything or one that cannot be, a name that is empty or
    too long (`BadInput`), one that is taken (`SearchNameTaken`), and one search too many (`SearchesFull`).
    """
    organisation = active_of_kind(organisation, Kind.CREATOR)
    told = read_stored(asked.stored(), StoredAsk).stored()
    if not set(told) - {"sort"}:
        raise BadInput(field="search", reason_zh="请先设置至少一个条件", reason_en="set one condition at least")
    name = _checked_name(organisation, name)
    if SavedSearch.objects.filter(organisation=organisation).count() >= MOST_SEARCHES:
        raise SearchesFull(most=MOST_SEARCHES)
    search = SavedSearch.objects.create(organisation=organisation, name=name, ask=told, made_at=now, seen_at=now)
    audit.record("save_search", search, by=by, now=now, after={"name": name, "ask": told})
    return search


@transaction.atomic
def rename_search(search: SavedSearch, *, name: str, by: Actor, now: datetime) -> SavedSearch:
    """Give it another name. Refuses one that is empty, too long or taken, and a search forgotten meanwhile."""
    active_of_kind(search.organisation, Kind.CREATOR)  # its row is locked: no other act takes the name meanwhile
    search = _locked(search)
    before, search.name = search.name, _checked_name(search.organisation, name, own=search)
    search.save(update_fields=["name"])
    audit.record("rename_search", search, by=by, now=now, before={"name": before}, after={"name": search.name})
    return search


@transaction.atomic
def see_search(search: SavedSearch, *, by: Actor, now: datetime) -> SavedSearch:
    """Its goods are looked at: what is admitted later counts as new.

    Refuses one forgotten meanwhile, and one that cannot be asked any more (`BadInput`, by its field).
    """
    search = _locked(search)
    asked_now(search)
    before, search.seen_at = search.seen_at, max(search.seen_at, now)
    search.save(update_fields=["seen_at"])
    seen = {"before": {"seen_at": before.isoformat()}, "after": {"seen_at": search.seen_at.isoformat()}}
    audit.record("see_search", search, by=by, now=now, **seen)
    return search


@transaction.atomic
def forget_search(search: SavedSearch, *, by: Actor, now: datetime) -> None:
    """Keep it no longer. Refuses one forgotten already (`SearchForgotten`)."""
    search = _locked(search)
    before = {"name": search.name, "ask": search.ask}
    audit.record("forget_search", search, by=by, now=now, before=before, after={"name": None})
    search.delete()


def _locked(search: SavedSearch) -> SavedSearch:
    rows = SavedSearch.objects.select_for_update(of=("self",)).select_related("organisation")
    locked = rows.filter(pk=search.pk).first()
    if locked is None:
        raise SearchForgotten(name=search.name)
    return locked


def _checked_name(organisation: Organisation, text: str, *, own: SavedSearch | None = None) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        zh, en = f"应为 1 至 {LONGEST_NAME} 个字", f"is 1 to {LONGEST_NAME} characters"
        raise BadInput(field="name", reason_zh=zh, reason_en=en)
    others = SavedSearch.objects.filter(organisation=organisation).exclude(pk=own.pk if own else 0)
    if others.filter(name=name).exists():
        raise SearchNameTaken(name=name)
    return name
