"""Acts of ranking, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import SavedSearch, Showing, Surface
from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.discovery.rules.stored_asks import StoredAsk
from fenxiao.kernel.actors import Actor
from tests.cast import NOON
from tests.promises.desk_acts import at_work

if TYPE_CHECKING:
    from tests.promises.acts import Stage

LATER = NOON + timedelta(hours=1)
PREPARED = Actor(name="preparation")
Act = Callable[["Stage"], Callable[[], object]]
LOG_ITSELF = "the row is itself the record of who saw what when; it changes nothing of anybody's"
WITHOUT = {f"discovery.{name}": LOG_ITSELF for name in ("note_front", "note_showing", "log_showing")}


def ranking_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """Service: (preparation and act, the acts of the audit rows it leaves)."""

    def set_boosts(_: "Stage") -> Callable[[], object]:
        at_work(by)
        told = Boosting(trial_share_bp=500)
        return lambda: discovery.set_boosts(told, reason="fewer trials", from_at=None, by=by, now=LATER)

    def shown(stage: "Stage", *, days_ago: int) -> None:
        Showing.objects.create(
            at=NOON - timedelta(days=days_ago),
            surface=Surface.SELECTION,
            creator=stage.chen,
            first_place=1,
            products=[stage.cup.pk],
            propensities=[0.5],
            on_trial=[True],
            factors={},
        )

    def count(stage: "Stage") -> Callable[[], object]:
        shown(stage, days_ago=1)
        return lambda: discovery.count_trials(by=by, now=LATER)

    def forget(stage: "Stage") -> Callable[[], object]:
        shown(stage, days_ago=400)
        return lambda: discovery.forget_showings(by=by, now=LATER)

    def shortlist(stage: "Stage") -> Callable[[], object]:
        return lambda: discovery.shortlist_creator(
            stage.mei, stage.chen, product=stage.cup, note="ask", by=by, now=LATER
        )

    def noted(stage: "Stage") -> Callable[[], object]:
        discovery.shortlist_creator(stage.mei, stage.chen, by=PREPARED, now=NOON)
        return lambda: discovery.note_on_shortlist(stage.mei, stage.chen, note="call", by=by, now=LATER)

    def unlisted(stage: "Stage") -> Callable[[], object]:
        discovery.shortlist_creator(stage.mei, stage.chen, by=PREPARED, now=NOON)
        return lambda: discovery.unlist_creator(stage.mei, stage.chen, by=by, now=LATER)

    def kept(stage: "Stage") -> SavedSearch:
        return discovery.save_search(stage.chen, name="cups", asked=StoredAsk(text="cup"), by=PREPARED, now=NOON)

    def save(stage: "Stage") -> Callable[[], object]:
        return lambda: discovery.save_search(stage.chen, name="cups", asked=StoredAsk(text="cup"), by=by, now=LATER)

    def rename(stage: "Stage") -> Callable[[], object]:
        search = kept(stage)
        return lambda: discovery.rename_search(search, name="mugs", by=by, now=LATER)

    def see(stage: "Stage") -> Callable[[], object]:
        search = kept(stage)
        return lambda: discovery.see_search(search, by=by, now=LATER)

    def drop(stage: "Stage") -> Callable[[], object]:
        search = kept(stage)
        return lambda: discovery.forget_search(search, by=by, now=LATER)

    return {
        "discovery.save_search": (save, ["save_search"]),
        "discovery.rename_search": (rename, ["rename_search"]),
        "discovery.see_search": (see, ["see_search"]),
        "discovery.forget_search": (drop, ["forget_search"]),
        "discovery.shortlist_creator": (shortlist, ["shortlist_creator"]),
        "discovery.note_on_shortlist": (noted, ["note_on_shortlist"]),
        "discovery.unlist_creator": (unlisted, ["unlist_creator"]),
        "discovery.set_boosts": (set_boosts, ["set_boosts"]),
        "discovery.count_trials": (count, ["count_trials"]),
        "discovery.forget_showings": (forget, ["forget_showings"]),
    }
