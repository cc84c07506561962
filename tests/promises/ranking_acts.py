"""Acts of ranking, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import Showing, Surface
from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.kernel.actors import Actor
from tests.cast import NOON
from tests.promises.desk_acts import at_work

if TYPE_CHECKING:
    from tests.promises.acts import Stage

LATER = NOON + timedelta(hours=1)
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

    return {
        "discovery.set_boosts": (set_boosts, ["set_boosts"]),
        "discovery.count_trials": (count, ["count_trials"]),
        "discovery.forget_showings": (forget, ["forget_showings"]),
    }
