"""A cup that Lao Wu's activity holds and Hua's is offered; what tests of second leaders do with it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services
from fenxiao.deals.models import Activity, ActivityType, Application, ApplicationTerms
from fenxiao.deals.queries import second as queries
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation
from tests.deals.chains import make_activity, make_application

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + HOUR


@pytest.fixture
def hua(db: None) -> Organisation:
    """The second leader."""
    return make_organisation(Kind.LEADER, "Hua")


@pytest.fixture
def first(lao_wu: Organisation, cup: Product) -> Application:
    """The cup in Lao Wu's activity at a fee of 10 %."""
    return make_application(make_activity(lao_wu), cup, fee_bp=1_000)


@pytest.fixture
def invitation(hua: Organisation) -> Activity:
    """Hua's invitation to leaders, with a floor of 3 %, until in 20 days."""
    return make_activity(hua, kind=ActivityType.COOPERATIVE, floor_service_fee_bp=300, ends_at=NOON + 20 * DAY)


@pytest.fixture
def applied(first: Application, invitation: Activity, lao_wu: Organisation) -> Application:
    """The cup handed on at 4 %, waiting."""
    return hand_on(first, invitation)


@pytest.fixture
def passed(applied: Application, hua: Organisation) -> Application:
    """The same, let in."""
    audit(applied)
    applied.refresh_from_db()
    return applied


def hand_on(
    first: Application, activity: Activity, *, fee_bp: int = 400, now: object = NOON, **rest: object
) -> Application:
    leader = rest.pop("leader", first.activity.leader)
    return services.apply_to_second(
        [first.pk], activity=activity, fee_bp=fee_bp, leader=leader, by=BY, now=now, **rest
    )[0]  # type: ignore[arg-type]  # the service's own


def audit(application: Application, *, pass_: bool = True, reason: str = "", now: object = LATER) -> None:
    activity = application.activity
    services.audit_applications(
        activity,
        ids=[application.pk],
        pass_=pass_,
        reason=reason,
        leader=activity.leader,
        by=BY,
        now=now,  # type: ignore[arg-type]  # a moment
    )


def fee_of(application: Application) -> int:
    return queries.fees_to_come(application.pk, now=LATER)[-1]


def refused(refusal: type[Refused], act: Callable[[], object]) -> None:
    """The act is refused in both languages and leaves nothing behind."""
    before = (Application.objects.count(), ApplicationTerms.objects.count(), AuditRow.objects.count())
    with pytest.raises(refusal) as caught:
        act()
    assert caught.value.message("zh") != caught.value.message("en")
    assert (Application.objects.count(), ApplicationTerms.objects.count(), AuditRow.objects.count()) == before
