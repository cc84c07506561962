"""Setting what levels and trials count for."""

from datetime import datetime

from django.db import connection, transaction

from fenxiao.discovery.errors import BoostsBegun, BoostsTaken, BoostsUnchanged
from fenxiao.discovery.models import Boosts
from fenxiao.discovery.queries.boosts import boosts_at
from fenxiao.discovery.rules.boosts import LONGEST_REASON, Boosting, checked_boosting
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.quality.queries.operators import acting_operator


@transaction.atomic
def set_boosts(boosting: Boosting, *, reason: str, from_at: datetime | None, by: Actor, now: datetime) -> Boosts:
    """Put a version in force from a moment on (None: now); earlier versions stay as they were.

    Refuses anybody but an operator, figures out of bounds, no reason, a start in the past or that of another version,
    and one that changes nothing.
    """
    acting_operator(by, act="set_boosts")
    checked_boosting(boosting)
    _check_reason(reason)
    begins = from_at or now
    if begins < now:
        raise BoostsBegun
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE discovery_boosts IN SHARE ROW EXCLUSIVE MODE")
    if Boosts.objects.filter(from_at=begins).exists():
        raise BoostsTaken
    before = boosts_at(begins).boosting
    if before == boosting:
        raise BoostsUnchanged
    boosts = Boosts.objects.create(
        **_columns(boosting), reason=reason.strip(), made_by=by.name, made_at=now, from_at=begins
    )
    after = {**_columns(boosting), "from_at": begins.isoformat(), "reason": reason.strip()}
    audit.record("set_boosts", boosts, by=by, now=now, before=_columns(before), after=after)
    outbox.publish("boosts.set", boosts=boosts.pk)
    return boosts


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput(field="reason", reason_zh="请说明为什么修改", reason_en="say why it is changed")
    if len(reason) > LONGEST_REASON:
        zh, en = f"最多 {LONGEST_REASON} 个字", f"at most {LONGEST_REASON} characters"
        raise BadInput(field="reason", reason_zh=zh, reason_en=en)


def _columns(boosting: Boosting) -> dict[str, object]:
    return {
        "level_percent": {str(level): percent for level, percent in sorted(boosting.level_percent.items())},
        "trial_share_bp": boosting.trial_share_bp,
        "trial_showings": boosting.trial_showings,
        "trial_days": boosting.trial_days,
    }
