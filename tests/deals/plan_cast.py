"""What tests of plans share."""

from datetime import UTC, datetime, timedelta

from fenxiao.catalog.models import Product
from fenxiao.deals.models import (
    Activity,
    ActivityState,
    ActivityType,
    Application,
    ApplicationState,
    ApplicationTerms,
)
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.kernel.models import OutboxEvent
from fenxiao.parties.models import Kind, Organisation
from tests.cast import NOON, make_organisation

MIDNIGHT = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
LATE = MIDNIGHT - timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def creators(count: int) -> list[Organisation]:
    """So many creators."""
    return [make_organisation(Kind.CREATOR, f"Creator {number}") for number in range(count)]


def rows(*named: Organisation, rate_bp: int = 2_500) -> list[RowDraft]:
    """One rate for all of these."""
    return [RowDraft(creator_id=creator.pk, rate_bp=rate_bp) for creator in named]


def news() -> list[tuple[str, dict[str, object]]]:
    """Everything that was published, in order."""
    return list(OutboxEvent.objects.order_by("id").values_list("name", "payload"))


def make_application(
    product: Product, leader: Organisation, *, fee_bp: int, rate_bp: int = 1_000, since: datetime = NOON
) -> Application:
    """A passed application of a product to a normal activity that lasts thirty days."""
    activity = Activity.objects.create(
        leader=leader,
        type=ActivityType.NORMAL,
        state=ActivityState.PUBLISHED,
        title="Spring",
        begins_at=since,
        ends_at=since + 30 * DAY,
        made_at=since,
        changed_at=since,
        published_at=since,
    )
    application = Application.objects.create(
        activity=activity,
        product=product,
        merchant=product.merchant,
        state=ApplicationState.PASSED,
        from_at=since,
        until_at=since + 20 * DAY,
        applied_at=since,
        decided_at=since,
        passed_at=since,
    )
    ApplicationTerms.objects.create(
        application=application,
        commission_rate_bp=rate_bp,
        service_fee_rate_bp=fee_bp,
        entered_at=since,
        from_at=since,
    )
    return application
