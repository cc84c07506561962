"""Drafts of activities and applications to them, made by the services, for tests of what follows."""

from datetime import datetime, timedelta
from typing import Any

from fenxiao.catalog.models import Product
from fenxiao.deals import queries, services
from fenxiao.deals.models import Activity, Application
from fenxiao.deals.rules import ActivityDraft, ActivityKind, Floors
from fenxiao.kernel.models import OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON
from tests.deals.chains import make_application

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MIDNIGHT = NOON + 12 * HOUR
END = NOON + 30 * DAY


def draft(**fields: Any) -> ActivityDraft:
    """A normal activity from noon on for thirty days, with floors of 10 % and 5 %."""
    given = {
        "type": ActivityKind.NORMAL,
        "title": "春季招商 Spring",
        "begins_at": NOON,
        "ends_at": END,
        "floors": Floors(commission_bp=1_000, service_fee_bp=500),
        **fields,
    }
    return ActivityDraft(**given)


def publish(leader: Organisation, **fields: Any) -> Activity:
    """A published activity."""
    return services.draft_activity(leader, draft=draft(**fields), by=BY, now=NOON, publish=True)


def apply(activity: Activity, *products: Product, **fields: Any) -> list[Application]:
    """Applications of products of one merchant at 20 % and 10 %, until the activity ends."""
    given = {"rate_bp": 2_000, "service_fee_bp": 1_000, "until_at": activity.ends_at, "now": NOON, **fields}
    return services.apply_to_activity(activity, merchant=products[0].merchant, products=products, by=BY, **given)


def audit(activity: Activity, *applications: Application, pass_: bool = True, **fields: Any) -> list[Application]:
    """The leader's audit; a rejection says why."""
    given = {"reason": "" if pass_ else "价格偏高", "leader": activity.leader, "now": NOON, **fields}
    ids = [each.pk for each in applications]
    return services.audit_applications(activity, ids=ids, pass_=pass_, by=BY, **given)


def passed(activity: Activity, product: Product, **fields: Any) -> Application:
    """An application that the leader has passed."""
    return audit(activity, *apply(activity, product, **fields), now=fields.get("now", NOON))[0]


def second_of(first: Application, leader: Organisation, **fields: Any) -> Application:
    """A second leader's application that hangs on this one."""
    given = {"fee_bp": 500, "since": NOON, "until_at": first.until_at, **fields}
    return make_application(publish(leader), first.product, first=first, **given)


def standing_at(moment: datetime) -> list[int]:
    """The applications that stand."""
    return list(queries.standing_applications(moment).order_by("pk").values_list("pk", flat=True))


def news(*names: str) -> list[dict[str, Any]]:
    """What was told under these names, in order."""
    return list(OutboxEvent.objects.filter(name__in=names).order_by("id").values_list("payload", flat=True))
