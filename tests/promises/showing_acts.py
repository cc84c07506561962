"""Acts on charts and topics, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from fenxiao.discovery import services as discovery
from fenxiao.kernel.actors import Actor
from tests.cast import NOON

if TYPE_CHECKING:
    from tests.promises.acts import Stage

PREPARED = Actor(name="preparation")
LATER = NOON + timedelta(hours=1)
TODAY = NOON.date()
Act = Callable[["Stage"], Callable[[], object]]


def showing_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """How each is prepared and done, and the acts its audit rows name."""
    return {
        "discovery.build_charts": (
            lambda stage: lambda: discovery.build_charts(TODAY, by=by, now=LATER),
            ["build_charts"],
        ),
    }
