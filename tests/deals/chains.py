"""Activities and applications written directly, for tests of what stands on them."""

from datetime import datetime, timedelta
from typing import Any

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Activity, ActivityState, ActivityType, Application, ApplicationState, ApplicationTerms
from fenxiao.parties.models import Organisation
from tests.cast import NOON

DAY = timedelta(days=1)
SINCE = NOON - 30 * DAY
UNTIL = NOON + 30 * DAY


def make_activity(leader: Organisation, *, kind: ActivityType = ActivityType.NORMAL, **fields: Any) -> Activity:
    """A published activity, from 30 days before noon to 30 days after, without floors."""
    given = {
        "title": f"{leader.name}'s",
        "begins_at": SINCE,
        "ends_at": UNTIL,
        "made_at": SINCE,
        "changed_at": SINCE,
        "published_at": SINCE,
        "state": ActivityState.PUBLISHED,
        **fields,
    }
    return Activity.objects.create(leader=leader, type=kind, **given)


def make_application(
    activity: Activity,
    product: Product,
    *,
    fee_bp: int,
    rate_bp: int = 2_000,
    first: Application | None = None,
    since: datetime = SINCE,
    **fields: Any,
) -> Application:
    """A passed application with its terms; with `first`, a second leader's, whose fee is the ceded one."""
    given = {
        "state": ApplicationState.PASSED,
        "from_at": since,
        "until_at": UNTIL,
        "applied_at": since,
        "decided_at": since,
        "passed_at": since,
        **fields,
    }
    application = Application.objects.create(
        activity=activity,
        product=product,
        merchant=product.merchant,
        first=first,
        depth=2 if first else 1,
        **given,
    )
    ApplicationTerms.objects.create(
        application=application,
        commission_rate_bp=None if first else rate_bp,
        service_fee_rate_bp=fee_bp,
        entered_at=since,
        from_at=since,
    )
    return application
