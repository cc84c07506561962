"""Take order events: the one way in for every order, whoever tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.orders.errors import EventReused, TooManyAtOnce
from fenxiao.orders.intake.drawing import draw
from fenxiao.orders.intake.headers import write_orders
from fenxiao.orders.intake.keeping import Kept, keep
from fenxiao.orders.intake.lines import stand, write_lines
from fenxiao.orders.intake.news import announce
from fenxiao.orders.intake.problems import Problem
from fenxiao.orders.intake.refunds import write_refunds
from fenxiao.orders.intake.sifting import Sifted, digests_of, sift
from fenxiao.orders.models import OrderEvent
from fenxiao.orders.rules import Told

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What became of a batch; the four parts sum to the events that were told."""

    applied: int  # new, and the order stands where they lead
    duplicates: int  # told before, word for word
    waiting: int  # new and kept; they act when the paid event of their order or line is told
    problems: list[Problem]  # not kept, each with its reason


@transaction.atomic
def take_events(events: Sequence[Told], *, by: Actor, now: datetime) -> Intake:
    """Take up to a thousand events of any orders, in any order, as often as they come; one state results.

    Each event is taken whole or becomes a problem and leaves nothing behind: an id told before with other content, a
    paid event with a product that is not here or is another merchant's. A problem holds up no other event. Lines
    are attributed and their terms frozen when they are first seen. Refuses more events than a batch may have.
    """
    if len(events) > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE, count=len(events))
    sifted = sift(events)
    if not sifted.fresh:
        return _answer(sifted, applied=0, waiting=0)
    kept = keep(sifted.fresh, now=now)
    _sort_out_latecomers(sifted, kept)
    waiting = _bring_up_to_date(kept, merchants=sifted.merchants)
    if kept.events:
        audit.record_batch("take_events", OrderEvent, ids=sorted(kept.event_ids.values()), by=by, now=now)
    return _answer(sifted, applied=len(kept.events) - waiting, waiting=waiting)


def _bring_up_to_date(kept: Kept, *, merchants: dict[int, int]) -> int:
    """Fold, write and publish; gives how many of the new events wait."""
    drawings = draw(kept)
    standings = stand(drawings, merchants=merchants)
    write_lines(standings)
    refunds = write_refunds(standings)
    write_orders(drawings, standings)
    announce(standings, refunds)
    return sum(key in kept.events for drawing in drawings for key in drawing.picture.waiting)


def _sort_out_latecomers(sifted: Sifted, kept: Kept) -> None:
    """Events that another batch wrote while this one waited for its locks: repeated, or an id used for two things."""
    late = [key for key in sifted.fresh if key not in kept.events]
    known = digests_of(late) if late else {}
    for key in late:
        told, digest = sifted.fresh[key]
        if known[key] == digest:
            sifted.duplicates += 1
        else:
            sifted.problems.append(Problem.of(told.event_id, EventReused(event_id=told.event_id)))


def _answer(sifted: Sifted, *, applied: int, waiting: int) -> Intake:
    return Intake(applied=applied, waiting=waiting, duplicates=sifted.duplicates, problems=sifted.problems)
