"""The platform's own fee."""

from datetime import datetime

from django.db import transaction

from fenxiao.deals.errors import PlatformFeeInThePast, PlatformFeeOutOfBounds
from fenxiao.deals.models import PlatformFee
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.money import BP, Rate


@transaction.atomic
def set_platform_fee(rate_bp: int, *, from_at: datetime, by: Actor, now: datetime) -> PlatformFee:
    """Take `rate_bp` of commissions and service fees from `from_at` on. Refuses the past and a rate out of bounds."""
    if not 0 <= rate_bp <= BP:
        raise PlatformFeeOutOfBounds(rate=Rate(rate_bp))
    if from_at < now:
        raise PlatformFeeInThePast()
    fee = PlatformFee.objects.create(rate_bp=rate_bp, from_at=from_at, entered_at=now)
    after = {"rate_bp": rate_bp, "from_at": from_at.isoformat()}
    audit.record("set_platform_fee", fee, by=by, now=now, after=after)
    outbox.publish("platform_fee.set", fee=fee.pk)
    return fee
