"""Sums over windows and series for charts."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.facts import queries as facts
from fenxiao.facts import services
from fenxiao.facts.queries import CreatorFigures, Figures, ProductFigures
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.facts.market import make_click, make_line, make_refund

TODAY = date(2026, 3, 10)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def sold(cup: Product, chen: Organisation) -> Product:
    """A cup sold today by Chen and yesterday by nobody, the first half refunded."""
    promoted = make_line(cup, creator=chen, commission_rate_bp=1_000, quantity=2, paid_fen=20_000)
    make_line(cup, paid_at=NOON - timedelta(days=1))
    make_refund(promoted, 10_000, at=NOON)
    make_click(cup, chen, at=NOON)
    services.rebuild_all(by=BY, now=NOON)
    return cup


def test_sums_of_a_window_leave_out_its_end(sold: Product, mei: Organisation, chen: Organisation) -> None:
    never_sold = make_product(mei, "bowl")
    today = {"clicks": 1, "paid_lines": 1, "promoted_lines": 1, "units": 2, "gmv_fen": 20_000, "refunded_lines": 1}
    today |= {"promoted_gmv_fen": 20_000, "refund_fen": 10_000, "commission_fen": 2_000}

    assert facts.product_sums([sold.pk, never_sold.pk], TODAY, TOMORROW) == {
        sold.pk: ProductFigures(**today, buyers=1, lowest_unit_fen=10_000, highest_unit_fen=10_000),
        never_sold.pk: ProductFigures(),
    }
    assert facts.creator_sums([chen.pk], TODAY, TOMORROW) == {chen.pk: CreatorFigures(**today)}
    assert facts.merchant_sums([mei.pk], TODAY, TOMORROW) == {mei.pk: Figures(**today)}
    assert facts.merchant_sums([mei.pk], TODAY, TODAY) == {mei.pk: Figures()}


def test_net_gmv_is_after_refunds(sold: Product) -> None:
    figures = facts.product_sums([sold.pk], TODAY - timedelta(days=1), TOMORROW)[sold.pk]

    assert (figures.gmv_fen, figures.net_gmv_fen, figures.buyers) == (30_000, 20_000, 2)


def test_a_series_has_every_day(sold: Product, mei: Organisation, chen: Organisation) -> None:
    since = TODAY - timedelta(days=2)

    def units(series: list[tuple[date, Figures]]) -> list[tuple[date, int]]:
        return [(day, figures.units) for day, figures in series]

    days = [since, TODAY - timedelta(days=1), TODAY]
    assert units(facts.daily_of_product(sold.pk, since, TOMORROW)) == list(zip(days, [0, 1, 2], strict=True))
    assert units(facts.daily_of_merchant(mei, since, TOMORROW)) == list(zip(days, [0, 1, 2], strict=True))
    assert units(facts.daily_of_creator(chen, since, TOMORROW)) == list(zip(days, [0, 0, 2], strict=True))
    assert units(facts.daily_of_all(since, TOMORROW)) == list(zip(days, [0, 1, 2], strict=True))


def test_sales_of_30_days_count_the_day_itself(sold: Product) -> None:
    assert facts.sales_30d([sold.pk], TODAY) == {sold.pk: 3}
    assert facts.sales_30d([sold.pk], TODAY + timedelta(days=29)) == {sold.pk: 2}
    assert facts.sales_30d([sold.pk], TODAY + timedelta(days=30)) == {sold.pk: 0}


def test_promoters_and_the_last_day(sold: Product) -> None:
    assert facts.promoters_of([sold.pk], TODAY, TOMORROW) == {sold.pk: 1}
    assert facts.last_day() == TODAY


def test_sums_of_many_cost_one_statement(sold: Product, mei: Organisation) -> None:
    many = [sold.pk, *(make_product(mei, f"bowl {number}").pk for number in range(5))]

    with CaptureQueriesContext(connection) as captured:
        facts.product_sums(many, TODAY, TOMORROW)

    assert len(captured) == 1
