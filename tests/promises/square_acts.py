"""Acts on creators' profiles and what is told of them, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from fenxiao.facts import services as facts
from fenxiao.facts.rules import ToldContent
from fenxiao.kernel.actors import Actor
from fenxiao.parties import services as parties
from tests.cast import NOON

if TYPE_CHECKING:
    from tests.promises.acts import Stage

LATER = NOON + timedelta(hours=1)
Act = Callable[["Stage"], Callable[[], object]]


def _content(stage: "Stage") -> list[ToldContent]:
    row = {"line": 1, "creator_id": stage.chen.pk, "day": NOON.date(), "medium": "live"}
    return [ToldContent(**row, pieces=1, views=1, gmv_fen=1)]


def square_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """How each is prepared and done, and the acts its audit rows name."""
    told = {"by": by, "now": LATER}
    return {
        "parties.introduce_creator": (
            lambda stage: lambda: parties.introduce_creator(stage.chen, city="杭州", introduction="", **told),
            ["introduce_creator"],
        ),
        "parties.tell_audience": (
            lambda stage: (
                lambda: parties.tell_audience(
                    stage.chen, shares={"gender": {"female": 1}}, told_by="a platform", **told
                )
            ),
            ["tell_audience"],
        ),
        "parties.disclose_figures": (
            lambda stage: lambda: parties.disclose_figures(stage.chen, shows_exact=True, **told),
            ["disclose_figures"],
        ),
        "facts.take_content_days": (
            lambda stage: lambda: facts.take_content_days(_content(stage), told_by="a platform", **told),
            ["take_content_days"],
        ),
    }
