"""Acts on what is kept in mind, searches and creators, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import SavedSearch
from fenxiao.discovery.rules.stored_asks import StoredAsk
from fenxiao.kernel.actors import Actor
from tests.cast import NOON

if TYPE_CHECKING:
    from tests.promises.acts import Stage

LATER = NOON + timedelta(hours=1)
PREPARED = Actor(name="preparation")
CUPS = StoredAsk(text="cup")
Act = Callable[["Stage"], Callable[[], object]]


def search_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """Service: (preparation and act, the acts of the audit rows it leaves)."""

    def kept(stage: "Stage") -> SavedSearch:
        return discovery.save_search(stage.chen, name="cups", asked=CUPS, by=PREPARED, now=NOON)

    def save(stage: "Stage") -> Callable[[], object]:
        return lambda: discovery.save_search(stage.chen, name="cups", asked=CUPS, by=by, now=LATER)

    def rename(stage: "Stage") -> Callable[[], object]:
        search = kept(stage)
        return lambda: discovery.rename_search(search, name="mugs", by=by, now=LATER)

    def see(stage: "Stage") -> Callable[[], object]:
        search = kept(stage)
        return lambda: discovery.see_search(search, by=by, now=LATER)

    def forget(stage: "Stage") -> Callable[[], object]:
        search = kept(stage)
        return lambda: discovery.forget_search(search, by=by, now=LATER)

    return {
        "discovery.save_search": (save, ["save_search"]),
        "discovery.rename_search": (rename, ["rename_search"]),
        "discovery.see_search": (see, ["see_search"]),
        "discovery.forget_search": (forget, ["forget_search"]),
    }


def shortlist_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """The same of shortlists."""

    def kept(stage: "Stage") -> None:
        discovery.shortlist_creator(stage.mei, stage.chen, by=PREPARED, now=NOON)

    def shortlist(stage: "Stage") -> Callable[[], object]:
        return lambda: discovery.shortlist_creator(
            stage.mei, stage.chen, product=stage.cup, note="ask", by=by, now=LATER
        )

    def note(stage: "Stage") -> Callable[[], object]:
        kept(stage)
        return lambda: discovery.note_on_shortlist(stage.mei, stage.chen, note="call", by=by, now=LATER)

    def unlist(stage: "Stage") -> Callable[[], object]:
        kept(stage)
        return lambda: discovery.unlist_creator(stage.mei, stage.chen, by=by, now=LATER)

    return {
        "discovery.shortlist_creator": (shortlist, ["shortlist_creator"]),
        "discovery.note_on_shortlist": (note, ["note_on_shortlist"]),
        "discovery.unlist_creator": (unlist, ["unlist_creator"]),
    }
