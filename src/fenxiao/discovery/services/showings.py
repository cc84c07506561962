"""The log of what was shown to whom, and how newcomers fared where they were shown on trial.

A showing has no audit row: it is itself the record of who saw what when, and changes nothing of anybody's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max

from fenxiao.discovery.models import Showing, Surface, Trial, TrialDay
from fenxiao.discovery.queries import Found, Front
from fenxiao.discovery.rules.showings import KEPT_DAYS, TAKEN_WITHIN_DAYS, asked, factors_shown
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation

FORGOTTEN_AT_ONCE: Final = 20_000
LATE: Final = timedelta(hours=1)  # a page that was asked for then is written by now
# Once per creator, good and day, however often the page was looked at.
NEW_DAYS: Final = """
INSERT INTO discovery_trialday (product_id, creator_id, day, shown_at)
SELECT shown.product_id, s.creator_id, (s.at AT TIME ZONE %(zone)s)::date, min(s.at)
FROM discovery_showing s CROSS JOIN LATERAL unnest(s.products, s.on_trial) AS shown (product_id, is_on_trial)
JOIN catalog_product p ON p.id = shown.product_id
WHERE s.at > %(shown_since)s AND s.at <= %(now)s AND shown.is_on_trial
GROUP BY 1, 2, 3 ON CONFLICT (creator_id, product_id, day) DO NOTHING
RETURNING product_id
"""
# A pick is the doing of the last day on which he saw the good on trial, and of one only.
TAKEN: Final = """
UPDATE discovery_trialday taken SET taken_at = picked.picked_at FROM (
    SELECT DISTINCT ON (i.id) d.id, i.picked_at
    FROM discovery_trialday d JOIN deals_shelfitem i ON i.creator_id = d.creator_id AND i.product_id = d.product_id
    WHERE d.shown_at > %(picked_since)s AND i.picked_at >= d.shown_at AND i.picked_at <= %(now)s
      AND i.picked_at < d.shown_at + make_interval(days => %(days)s)
    ORDER BY i.id, d.shown_at DESC
) picked WHERE taken.id = picked.id AND taken.taken_at IS NULL
RETURNING taken.product_id
"""
COUNTED: Final = """
INSERT INTO discovery_trial (product_id, shown, taken, counted_at)
SELECT product_id, count(*), count(taken_at), %(now)s
FROM discovery_trialday WHERE product_id = ANY(%(products)s) GROUP BY product_id
ON CONFLICT (product_id) DO UPDATE
SET shown = excluded.shown, taken = excluded.taken, counted_at = excluded.counted_at
"""


# not one act: one row of a page that was read, which is its own record
def note_showing(found: Found, *, creator: Organisation, surface: Surface, now: datetime) -> Showing | None:
    """Log one page of a search as it was shown; None where it was empty, for then nothing was."""
    if not found.rows:
        return None
    standings = [row.standing for row in found.rows]
    return Showing.objects.create(
        at=now,
        surface=surface,
        creator=creator,
        boosts_id=found.boosts_id,
        ask=asked(found.ask),
        first_place=found.first_place,
        products=[row.product.pk for row in found.rows],
        # Without a standing: everybody's order is no matter of chance, what lies behind one's own head is.
        propensities=[_propensity(standing, is_personal=any(standings)) for standing in standings],
        on_trial=[standing is not None and standing.draw > 0 for standing in standings],
        factors=factors_shown(standings),
    )


# not one act: one row of a page that was read, which is its own record
def note_front(front: Front, *, charted: Sequence[int], creator: Organisation, now: datetime) -> Showing | None:
    """Log a front page: its goods by merit, its newcomers as they were drawn, then what stood on charts below them.

    Nothing was left to chance but who of the newcomers was drawn. None where the page showed no goods.
    """
    known = {row.product.pk for row in front.rows}
    others = [pk for pk in dict.fromkeys(charted) if pk not in known]
    if not (known or others):
        return None
    standings = [row.standing for row in front.rows] + [None] * len(others)
    chances = [each.propensity if each is not None and each.draw else 1.0 for each in standings]
    return Showing.objects.create(
        at=now,
        surface=Surface.FRONT,
        creator=creator,
        boosts_id=front.boosts_id,
        first_place=1,
        products=[*(row.product.pk for row in front.rows), *others],
        propensities=chances,
        on_trial=[each is not None and each.draw > 0 for each in standings],
        factors=factors_shown(standings),
    )


def _propensity(standing: Any, *, is_personal: bool) -> float:
    if standing is not None:
        return float(standing.propensity)
    return 0.0 if is_personal else 1.0


# not one act: one row of a page that was read, which is its own record
def log_showing(
    products: Sequence[int], *, creator: Organisation, surface: Surface, now: datetime, first_place: int = 1
) -> Showing | None:
    """Log a list that no search made (a chart, a topic, similar goods), in its order; None for an empty one."""
    if not products:
        return None
    return Showing.objects.create(
        at=now,
        surface=surface,
        creator=creator,
        first_place=first_place,
        products=list(products),
        propensities=[1.0] * len(products),
        on_trial=[False] * len(products),
        factors={},
    )


@transaction.atomic
def count_trials(*, by: Actor, now: datetime) -> int:
    """Count what was shown on trial since the last time, and what of it was picked; returns how many goods changed.

    A good counts once per creator and day; it was taken if he picks it within 7 days. Counting again changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE discovery_trial IN SHARE ROW EXCLUSIVE MODE")
        told: dict[str, Any] = {"now": now, "zone": settings().time_zone, "days": TAKEN_WITHIN_DAYS, **_since(now)}
        changed: set[int] = set()
        for statement in (NEW_DAYS, TAKEN):
            cursor.execute(statement, told)
            changed |= {product_id for (product_id,) in cursor.fetchall()}
        ids = sorted(changed)
        cursor.execute(COUNTED, {"now": now, "products": ids})
    if ids:
        audit.record_batch("count_trials", Trial, ids=ids, by=by, now=now)
        outbox.publish("trials.counted", products=ids)
    return len(ids)


def _since(now: datetime) -> dict[str, datetime]:
    """From when on to look: all there is the first time."""
    begin = now - timedelta(days=KEPT_DAYS)
    shown_at = TrialDay.objects.aggregate(last=Max("shown_at"))["last"]
    counted_at = Trial.objects.aggregate(last=Max("counted_at"))["last"]
    return {
        "shown_since": max(shown_at - LATE, begin) if shown_at else begin,
        "picked_since": counted_at - LATE - timedelta(days=TAKEN_WITHIN_DAYS) if counted_at else begin,
    }


@transaction.atomic
def forget_showings(*, by: Actor, now: datetime) -> int:
    """Delete showings older than 90 days, the oldest first, some thousands at a time; returns how many went."""
    end = now - timedelta(days=KEPT_DAYS)
    gone = 0
    for table, field in ((Showing, "at"), (TrialDay, "shown_at")):
        old = table._default_manager.filter(**{f"{field}__lt": end}).order_by(field)
        ids = list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        if ids:
            table._default_manager.filter(pk__in=ids).delete()
            audit.record_batch("forget_showings", table, ids=ids, by=by, now=now)
            gone += len(ids)
    return gone
