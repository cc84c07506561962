"""Backtests: what was known, what followed, and how ranks agree."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.catalog.models import Category, LevelChange, Product
from fenxiao.facts.models import ProductDay
from fenxiao.kernel import clock
from fenxiao.kernel.errors import BadInput, Unavailable
from fenxiao.kernel.settings import settings
from fenxiao.orders import services as orders
from fenxiao.orders.rules import Invalid, Kind, Paid, PaidLine, Reason, Told, ToldReview
from fenxiao.parties.models import Organisation
from fenxiao.quality.backtest import Backtest, backtest
from fenxiao.quality.backtest.outcomes import outcomes_between
from fenxiao.quality.models import GradingRun
from fenxiao.quality.rules import default_policy
from fenxiao.quality.rules.backtesting import Outcome, spearman
from tests.cast import BY, NOON, make_product
from tests.quality.conftest import TODAY

AT = TODAY - timedelta(days=2)


def test_equal_orders_agree_and_opposite_ones_disagree() -> None:
    assert spearman([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 1, 2, 3], [1, 2, 2, 3]) == pytest.approx(5 / 6)
    assert spearman([1, 2], [3, 3]) is None
    assert spearman([], []) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2))
def test_ranks_agree_whatever_the_scale_and_the_order_of_rows(pairs: list[tuple[int, int]]) -> None:
    found = spearman([a for a, _ in pairs], [b for _, b in pairs])
    other = spearman([a**3 for a, _ in reversed(pairs)], [2 * b + 1 for _, b in reversed(pairs)])

    assert (found is None) == (other is None)
    assert found is None or (found == pytest.approx(other) and -1 <= round(found, 9) <= 1)


def tried(*, at: date = AT, horizon: int = 3) -> Backtest:
    return backtest(at=at, horizon=horizon, policy=default_policy(), today=TODAY + timedelta(days=2))


@pytest.mark.usefixtures("own_lake")
def test_a_backtest_knows_only_what_was_known_and_writes_nothing(market: list[Product]) -> None:
    ProductDay.objects.filter(product=market[5], day__lt=AT).delete()
    Product.objects.update(admitted_at=NOON + timedelta(days=9))

    found = tried()
    ProductDay.objects.filter(day__gte=AT).update(gmv_fen=1, stars=0, quality_refunds=9)

    assert found.products == 38  # the first never sold, and the sixth not yet
    assert sum(row.products for row in found.levels) == 38
    assert tried() == found
    assert not GradingRun.objects.exists()
    assert not LevelChange.objects.exists()
    assert set(Product.objects.values_list("level", flat=True)) == {None}


@pytest.mark.usefixtures("own_lake", "market")
@pytest.mark.parametrize(("at", "horizon"), [(AT, 0), (AT, 90), (date(2000, 1, 1), 9)])
def test_a_horizon_that_has_not_passed_and_a_date_before_all_goods_are_refused(at: date, horizon: int) -> None:
    Product.objects.update(admitted_at=NOON)

    with pytest.raises(BadInput):
        tried(at=at, horizon=horizon)


@pytest.mark.usefixtures("own_lake")
def test_goods_whose_facts_cannot_be_true_are_set_aside_with_row_and_reason(market: list[Product]) -> None:
    Product.objects.update(admitted_at=NOON - timedelta(days=99))
    negative, crossed = market[30], market[31]
    ProductDay.objects.filter(product=negative, day=AT - timedelta(days=1)).update(gmv_fen=-1)
    ProductDay.objects.filter(product=crossed, day=AT - timedelta(days=1)).update(lowest_unit_fen=9_999_999)
    ProductDay.objects.filter(product=market[32], day=AT).update(gmv_fen=-1)  # of a day that was not known yet

    found = tried()

    told = [(row.product_id, row.source, row.reason) for row in found.set_aside]
    assert told == [(negative.pk, "days", "negative"), (crossed.pk, "days", "lowest_above_highest")]
    assert json.loads(found.set_aside[0].row)["gmv_fen"] == -1
    assert (found.quarantined, found.products) == (2, 38)
    assert sum(row.products for row in found.levels) == 38


@pytest.mark.usefixtures("own_lake")
def test_what_was_not_known_yet_is_not_set_aside_either(market: list[Product]) -> None:
    dropped = Category.objects.create(id="gone", name_zh="旧类", name_en="Old", depth=1, is_active=False)
    Product.objects.update(admitted_at=NOON - timedelta(days=99))
    Product.objects.filter(pk__in=[market[0].pk, market[1].pk]).update(category=dropped)
    Product.objects.filter(pk=market[0].pk).update(admitted_at=NOON + timedelta(days=9))  # and it never sold

    found = tried()

    assert [(row.product_id, row.reason) for row in found.set_aside] == [(market[1].pk, "category_gone")]
    assert (found.quarantined, found.products) == (1, 38)


@pytest.mark.usefixtures("own_lake", "market")
def test_a_backtest_runs_on_the_engine_that_gradings_run_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tried().engine.startswith("duckdb:")
    monkeypatch.setenv("FENXIAO_ENGINE", "spark://127.0.0.1:1")
    settings.cache_clear()

    with pytest.raises(Unavailable, match=r"spark://127\.0\.0\.1:1"):
        tried()

    monkeypatch.undo()
    settings.cache_clear()


def told(ref: str, kind: Kind, at: datetime, body: Paid | Invalid | None = None) -> Told:
    return Told(source="test", event_id=f"{ref}:{kind}", kind=kind, order_ref=ref, occurred_at=at, body=body)


def test_what_followed_is_counted_from_lines_each_with_its_weight(mei: Organisation) -> None:
    product = make_product(mei, "P")
    line = PaidLine(
        line_no=1,
        product_id=product.pk,
        quantity=1,
        paid_fen=10_000,
        freight_fen=0,
        promised_at=NOON + timedelta(days=2),
    )
    paid = Paid(lines=(line,), buyer_key="someone")
    events = [told(ref, Kind.PAID, NOON, paid) for ref in ("in time", "late", "lost", "cancelled")]
    events += [told("early", Kind.PAID, NOON - timedelta(days=9), paid)]
    for ref, days in (("in time", 1), ("late", 3)):
        events += [told(ref, Kind.SHIPPED, NOON), told(ref, Kind.RECEIVED, NOON + timedelta(days=days))]
    events.append(told("cancelled", Kind.INVALID, NOON + timedelta(days=1), Invalid(reason=Reason.CANCELLED)))
    orders.take_events(events, by=BY, now=NOON + timedelta(days=5))
    review = ToldReview(external_id="1", order_ref="late", line_no=None, stars=2, reviewed_at=NOON + timedelta(days=4))
    orders.take_reviews([review], source="test", by=BY, now=NOON + timedelta(days=5))

    found = outcomes_between(clock.day_start(TODAY), clock.day_start(TODAY + timedelta(days=5)), weight=10)

    assert found == {product.pk: Outcome(orders=22, refunded=1, due=21, late=11, reviews=10, stars=20)}
    assert found[product.pk].late_rate == 11 / 21
