"""The figures of each role's home page, from rows whose sums are obvious."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.deals.models import ActivityState, ApplicationState
from fenxiao.facts.models import ApplicationDay, CreatorDay, MerchantDay, ProductDay, PromotionDay
from fenxiao.insights.queries import creator_home, leader_home, merchant_home, operator_home
from fenxiao.insights.rules import Compared
from fenxiao.kernel.money import Money
from fenxiao.ledger import services as ledger
from fenxiao.orders.models import LineState, Order, OrderEvent, OrderLine
from fenxiao.parties.models import Kind, Organisation
from fenxiao.tracking.models import Link, Place
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.chains import make_activity, make_application

TODAY = date(2026, 3, 10)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def sell(product: Product, *, creator: Organisation | None, back: int, lines: int = 1, clicks: int = 0) -> None:
    """A day on which lines of 100.00 each were paid, with the rows that `facts` would keep of it."""
    sums = {"paid_lines": lines, "units": lines, "gmv_fen": 10_000 * lines, "clicks": clicks}
    if creator is not None:
        sums |= {"promoted_lines": lines, "promoted_gmv_fen": 10_000 * lines, "commission_fen": 2_000 * lines}
        PromotionDay.objects.create(product=product, creator=creator, day=day(back), **sums)
        CreatorDay.objects.create(creator=creator, day=day(back), settled_commission_fen=500, **sums)
    ProductDay.objects.create(product=product, day=day(back), **sums)
    MerchantDay.objects.create(merchant=product.merchant, day=day(back), **sums)


@pytest.fixture
def market(mei: Organisation, chen: Organisation, stranger: Organisation) -> Product:
    """Chen sold Mei's cup today and 8 days ago, nobody promoted her plate 31 days ago nor Stranger's hat."""
    cup = make_product(mei, "陶瓷杯", level=3)
    sell(cup, creator=chen, back=0, lines=2, clicks=50)
    sell(cup, creator=chen, back=8, lines=1, clicks=10)
    sell(make_product(mei, "盘子", level=0), creator=None, back=31)
    make_product(mei, "碗", level=None)
    make_product(mei, "待审", state=ProductState.PENDING)
    sell(make_product(stranger, "帽子", level=1), creator=None, back=1)
    return cup


def test_a_merchant_sees_its_own_sales_and_goods(market: Product, mei: Organisation) -> None:
    home = merchant_home(mei, now=NOON)

    assert home.sales.today.gmv_fen == Compared(value=20_000, before=0)
    assert home.sales.week.paid_lines == Compared(value=2, before=1)
    assert home.sales.month.gmv_fen == Compared(value=30_000, before=10_000)
    assert home.sales.month.clicks == Compared(value=60, before=0)
    assert home.sales.month.promoted_share_bp == Compared(value=10_000, before=0)
    assert (home.active_products, home.promoters) == (1, 1)
    assert home.goods.by_level == {0: 1, 1: 0, 2: 0, 3: 1, 4: 0, 5: 0}
    assert (home.goods.ungraded, home.goods.admitted, home.goods.by_state[ProductState.PENDING]) == (1, 3, 1)


def test_the_chart_has_thirty_days_the_last_is_today(market: Product, mei: Organisation) -> None:
    points = merchant_home(mei, now=NOON).sales.days

    assert [point.day for point in points] == [day(back) for back in range(29, -1, -1)]
    assert {point.day: (point.gmv_fen, point.paid_lines, point.clicks) for point in points if point.paid_lines} == {
        day(8): (10_000, 1, 10),
        day(0): (20_000, 2, 50),
    }


def test_a_merchant_sees_what_is_in_the_wallet(mei: Organisation) -> None:
    ledger.deposit(mei, amount_fen=7_000, key="first", by=BY, now=NOON)

    home = merchant_home(mei, now=NOON)

    assert (home.wallet, home.advanced) == (Money(7_000), Money(0))


def test_a_creator_sees_sales_links_and_income(market: Product, chen: Organisation) -> None:
    place = Place.objects.create(code="p1", creator=chen, name="直播间", opened_at=NOON)
    Link.objects.create(code="l1", place=place, creator=chen, product=market, made_at=NOON)
    frozen_line(market, chen)

    home = creator_home(chen, now=NOON)

    assert home.sales.week.commission_fen == Compared(value=4_000, before=2_000)
    assert home.sales.month.settled_commission_fen == Compared(value=1_000, before=0)
    assert (home.active_products, home.links) == (1, 1)
    assert home.expected == Money(1_800)  # 20 % of 100.00 less 10 % of it
    assert (home.income.settled, home.income.left) == (Money(0), Money(0))


def frozen_line(product: Product, creator: Organisation) -> None:
    """A line of 100.00 at 20 %, paid and not settled."""
    order = Order.objects.create(source="shop", ref="1", state=LineState.PAID, paid_at=NOON)
    event = OrderEvent.objects.create(
        order=order, source="shop", event_id="1", kind="paid", occurred_at=NOON, taken_at=NOON, body={}, digest=""
    )
    OrderLine.objects.create(
        order=order,
        line_no=1,
        paid_event=event,
        merchant=product.merchant,
        product=product,
        quantity=1,
        paid_fen=10_000,
        state=LineState.PAID,
        paid_at=NOON,
        creator=creator,
        commission_rate_bp=2_000,
        platform_fee_rate_bp=1_000,
    )


def test_a_leader_sees_what_its_activities_earn_and_what_waits(
    market: Product, lao_wu: Organisation, mei: Organisation, chen: Organisation
) -> None:
    ending = make_activity(lao_wu, ends_at=NOON + timedelta(days=2), title="Ending")
    running = make_activity(lao_wu, title="Running")
    make_activity(lao_wu, title="Ahead", begins_at=NOON + timedelta(days=1))
    make_activity(lao_wu, title="Draft", state=ActivityState.DRAFT, published_at=None)
    make_activity(make_organisation(Kind.LEADER, "Hua"), title="Foreign")
    passed = make_application(running, market, fee_bp=1_000)
    waiting = {"state": ApplicationState.PENDING, "passed_at": None, "decided_at": None, "applied_at": NOON}
    make_application(ending, market, fee_bp=1_000, **waiting)
    for back, fee in ((0, 1_000), (40, 3_000)):
        fees = {"service_fee_fen": fee, "ceded_fee_fen": 400, "settled_service_fee_fen": fee // 2}
        key = {"application": passed, "product": market, "creator": chen, "day": day(back)}
        ApplicationDay.objects.create(**key, paid_lines=1, gmv_fen=10_000, **fees)

    home = leader_home(lao_wu, now=NOON)

    assert [(each.title, each.waiting, each.passed) for each in home.running] == [("Ending", 1, 0), ("Running", 0, 1)]
    assert (home.waiting.audits, home.waiting_since, home.drafts) == (1, NOON, 1)
    assert home.sales.month.own_fee_fen == Compared(value=600, before=2_600)
    assert home.sales.today.settled_own_fee_fen == Compared(value=500, before=0)
    assert [(product, figures.own_fee_fen) for product, figures in home.best] == [(market, 600)]
    assert ([each for each, _ in home.sales.days], home.sales.days[-1][1].gmv_fen) == (
        [day(29 - number) for number in range(30)],
        10_000,
    )


def test_a_leader_sees_the_market(market: Product, lao_wu: Organisation) -> None:
    home = leader_home(lao_wu, now=NOON)

    assert (home.active_products, home.active_merchants, home.active_creators) == (2, 2, 1)
    assert home.goods.by_level == {0: 1, 1: 1, 2: 0, 3: 1, 4: 0, 5: 0}
    assert home.income.left == Money(0)


def test_the_operator_sees_the_whole_market(market: Product) -> None:
    waiting = Product.objects.get(title="待审")
    Admission.objects.create(product=waiting, verdict=Admission.Verdict.PENDING, submitted_at=NOON)

    home = operator_home(now=NOON)

    assert home.sales.week.gmv_fen == Compared(value=30_000, before=10_000)
    assert home.sales.week.promoted_share_bp == Compared(value=6_666, before=10_000)
    assert (home.review_queue, home.waiting_since) == (1, NOON)
    assert (home.active_products, home.active_merchants, home.active_creators) == (2, 2, 1)
    assert home.parties == {kind: {Kind.MERCHANT: 2, Kind.CREATOR: 1}.get(kind, 0) for kind in Kind}
    assert (home.settled_commission, home.platform_fee) == (Money(1_000), Money(0))


def test_an_empty_market_has_figures_of_nothing(mei: Organisation, chen: Organisation, lao_wu: Organisation) -> None:
    assert merchant_home(mei, now=NOON).sales.month.gmv_fen == Compared(value=0, before=0)
    assert creator_home(chen, now=NOON).active_products == 0
    assert leader_home(lao_wu, now=NOON).goods.admitted == 0
    assert operator_home(now=NOON).waiting_since is None


def test_more_goods_cost_no_more_statements(market: Product, mei: Organisation, chen: Organisation) -> None:
    def statements() -> list[int]:
        counts = []
        for home in (
            lambda: merchant_home(mei, now=NOON),
            lambda: creator_home(chen, now=NOON),
            lambda: leader_home(chen, now=NOON),
            lambda: operator_home(now=NOON),
        ):
            with CaptureQueriesContext(connection) as seen:
                home()
            counts.append(len(seen))
        return counts

    before = statements()
    another = make_organisation(Kind.CREATOR, "Another")
    for number in range(3):
        sell(make_product(mei, f"杯 {number}"), creator=another, back=number + 2)

    assert statements() == before == [5, 5, 13, 9]
