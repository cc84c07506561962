"""The demo market holds every kind of deal, and what they bring flows through orders and settlement into true books."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from fenxiao.catalog.models import Level, Product
from fenxiao.deals.models import (
    Activity,
    ActivityState,
    ActivityType,
    Application,
    ApplicationState,
    Plan,
    PlanDifferential,
    PlanRequest,
    PlanType,
    ShareToken,
    ShelfItem,
    StepWindow,
    Trusteeship,
    Wish,
)
from fenxiao.kernel.models import OutboxEvent
from fenxiao.kernel.settings import settings
from fenxiao.ledger.models import Account, AccountKind, GuaranteeOutcome
from fenxiao.ledger.queries import check_books
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.parties.models import Tier
from fenxiao.simulator.build import build_world
from fenxiao.simulator.world import Size, World

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SMALL = Size(
    merchants=10,
    products=110,
    newcomers=3,
    creators=14,
    links_per_creator=6,
    days=30,
    clicks_per_day=120,
    organic_per_day=2,
)


@pytest.fixture(scope="module")
def own_home(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty home, as a demo's: another test's index would be kept fresh with every act of this market."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FENXIAO_HOME", str(tmp_path_factory.mktemp("home")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def world(own_home: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One small market for all tests here, which only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(SMALL, seed=7, now=NOW, progress=lambda what, done, of: None)
        transaction.set_rollback(True)


def test_there_are_plans_of_every_type(world: World) -> None:
    types = set(Plan.objects.open_at(NOW).values_list("type", flat=True))

    assert types == {PlanType.NORMAL, PlanType.ITEM_TARGETED, PlanType.SHOP_TARGETED, PlanType.EXCLUSIVE}


def test_tiers_get_more_and_steps_are_counted(world: World) -> None:
    assert set(PlanDifferential.objects.values_list("tier", flat=True)) == set(Tier)
    assert StepWindow.objects.filter(from_at__lte=NOW, until_at__gt=NOW).count() == 2


def test_two_leaders_have_activities_of_every_type_and_a_third_a_draft(world: World) -> None:
    published = Activity.objects.filter(state=ActivityState.PUBLISHED)

    assert set(published.values_list("type", flat=True)) == set(ActivityType)
    assert published.values("leader").distinct().count() == 2
    assert Activity.objects.filter(state=ActivityState.DRAFT).exists()


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("state", [ApplicationState.PENDING, ApplicationState.PASSED])
def test_applications_of_merchants_and_of_leaders_passed_and_wait(
    world: World, state: ApplicationState, depth: int
) -> None:
    assert Application.objects.filter(state=state, depth=depth).exists()


def test_one_was_rejected_and_one_ended_with_its_guarantee_unmet(world: World) -> None:
    assert Application.objects.get(state=ApplicationState.REJECTED).reason
    assert GuaranteeOutcome.objects.filter(application__state=ApplicationState.EXPIRED).count() == 1


def test_something_waits_for_an_answer(world: World) -> None:
    assert Wish.objects.filter(state=Wish.State.OPEN).exists()
    assert PlanRequest.objects.filter(state=PlanRequest.State.PENDING).exists()


def test_a_leader_holds_a_merchants_rates_in_trust(world: World) -> None:
    assert Trusteeship.objects.filter(accepted_at__isnull=False, ended_at=None).exists()


def test_creators_have_shelves_and_leaders_share_tokens(world: World) -> None:
    assert set(ShelfItem.objects.values_list("creator", flat=True)) == {creator.pk for creator in world.creators}
    assert ShelfItem.objects.exclude(application=None).exists()
    assert ShareToken.objects.exists()


def test_fees_ceded_fees_and_steps_are_paid(world: World) -> None:
    settled = OrderLine.objects.filter(state=LineState.SETTLED)

    assert settled.filter(second_application_id__isnull=False, ceded_fee_rate_bp__gt=0).exists()
    assert settled.filter(step_bp__gt=0).exists()
    earning = Account.objects.filter(kind=AccountKind.LEADER_INCOME, balance_fen__gt=0)
    assert set(earning.values_list("organisation", flat=True)) == {leader.pk for leader in world.leaders[:2]}


def test_the_books_are_right_and_no_news_is_left_undelivered(world: World) -> None:
    report = check_books()

    assert (report.ok, report.sum_fen) == (True, 0)
    assert not OutboxEvent.objects.exclude(error="").exists()


def test_goods_of_the_last_days_are_new_offered_and_on_trial(world: World) -> None:
    fresh = Product.objects.offered().filter(admitted_at__gt=NOW - timedelta(days=7))

    with_plan = Plan.objects.open_at(NOW).filter(product__in=fresh).values_list("product", flat=True)
    assert {product.level for product in fresh} == {Level.NEW}
    assert set(with_plan) == {product.pk for product in fresh}
