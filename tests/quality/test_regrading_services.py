"""Regrading on PostgreSQL: what news tells of is graded again, the rest is kept, a run that dies changes nothing."""

from datetime import timedelta
from typing import Any

import duckdb
import pytest
from django.db import DatabaseError, connection

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Category, Product, ViolationKind
from fenxiao.facts.models import ProductDay
from fenxiao.kernel import outbox
from fenxiao.quality import lake, layers
from fenxiao.quality import services as quality
from fenxiao.quality.errors import NothingToRegrade
from fenxiao.quality.models import ChangedProduct, GradingRun, RunState
from fenxiao.quality.queries import differences, explanation_of, run_in_force
from tests.cast import BY, NOON, make_product
from tests.quality.conftest import TODAY
from tests.quality.test_services import DISK_FULL

pytestmark = pytest.mark.usefixtures("own_lake", "policy")
DAY = TODAY + timedelta(days=1)


@pytest.fixture
def far_category(db: None) -> Category:
    top = Category.objects.create(id="zz", name_zh="远", name_en="Far", depth=1)
    second = Category.objects.create(id="zz-1", parent=top, name_zh="远一", name_en="Far one", depth=2)
    third = Category.objects.create(id="zz-1-1", parent=second, name_zh="远一一", name_en="Farthest", depth=3)
    Category.objects.filter(pk="zz-1-1").update(third=third)
    third.refresh_from_db()
    return third


@pytest.fixture
def far_goods(market: list[Product], far_category: Category) -> list[Product]:
    """Twelve goods of another branch that never sold, beside the market of forty."""
    far = [make_product(market[0].merchant, f"F{number}", level=None) for number in range(12)]
    Product.objects.filter(pk__in=[product.pk for product in far]).update(category=far_category)
    for product in far:
        product.refresh_from_db()
    return far


def grade() -> GradingRun:
    return quality.grade(as_of=DAY, by=BY, now=NOON)


def graded(run: GradingRun) -> list[tuple[Any, ...]]:
    with duckdb.connect() as rows:
        file = lake.grades_file(run.grades_path)
        return rows.execute(f"FROM ({layers.rows_of(file)}) ORDER BY product_id").fetchall()


def test_what_news_tells_of_is_graded_again_and_every_row_is_that_of_a_full_run(
    market: list[Product], far_goods: list[Product]
) -> None:
    first = grade()
    catalog.reprice_product(far_goods[3], price_fen=9_000_000, by=BY, now=NOON)
    outbox.deliver_due(now=NOON + timedelta(days=3_650))

    run = quality.regrade(by=BY, now=NOON)

    assert (run.laid_over, run.regraded, run.products, run.state) == (first, 12, 52, RunState.DONE)
    assert run_in_force() == run
    assert not ChangedProduct.objects.exists()
    assert differences(run) == []
    assert explanation_of(market[5].pk).is_confirmed
    again = grade()
    assert graded(run) == graded(again)
    assert (again.levels_changed, again.laid_over) == (0, None)
    assert graded(run) != graded(first)


@pytest.mark.usefixtures("market")
def test_products_that_left_are_left_out_of_a_regrading_and_come_back(far_goods: list[Product]) -> None:
    grade()
    catalog.take_off_shelf(far_goods[0], by=BY, now=NOON)
    outbox.deliver_due(now=NOON + timedelta(days=3_650))
    without = quality.regrade(by=BY, now=NOON)
    assert (without.products, without.regraded) == (51, 11)

    catalog.put_back_on_shelf(far_goods[0], by=BY, now=NOON)
    outbox.deliver_due(now=NOON + timedelta(days=3_650))
    again = quality.regrade(by=BY, now=NOON)

    assert (again.products, again.laid_over.products if again.laid_over else 0) in {(52, 51), (52, 0)}
    assert graded(again) == graded(grade())


@pytest.mark.usefixtures("market")
def test_a_change_of_most_products_is_a_full_run() -> None:
    grade()
    ChangedProduct.objects.create(product=Product.objects.earliest("pk"), told_at=NOON)

    run = quality.regrade(by=BY, now=NOON)

    assert (run.laid_over, run.products) == (None, 40)
    assert not ChangedProduct.objects.exists()


@pytest.mark.usefixtures("market")
def test_without_a_change_or_a_run_there_is_nothing_to_regrade() -> None:
    with pytest.raises(NothingToRegrade, match="nothing was graded"):
        quality.regrade(by=BY, now=NOON)
    run = grade()
    with pytest.raises(NothingToRegrade, match="nothing changed"):
        quality.regrade(by=BY, now=NOON)

    assert GradingRun.objects.get() == run


@pytest.mark.usefixtures("market")
def test_a_regrading_that_dies_leaves_the_last_run_in_force(far_goods: list[Product]) -> None:
    good = grade()
    before, levels = graded(good), dict(Product.objects.values_list("pk", "level"))
    broken = far_goods[0]
    ProductDay.objects.create(
        product=broken, day=TODAY, paid_lines=200, units=200, buyers=200, gmv_fen=10**7, quality_refunds=150
    )
    ChangedProduct.objects.create(product=broken, told_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(DISK_FULL.format(product=broken.pk))

    with pytest.raises(DatabaseError, match="disk full"):
        quality.regrade(by=BY, now=NOON)

    failed = GradingRun.objects.latest("pk")
    assert failed.state == RunState.FAILED
    assert not lake.absolute(failed.grades_path).exists()
    assert run_in_force() == good
    assert graded(good) == before
    assert dict(Product.objects.values_list("pk", "level")) == levels
    assert ChangedProduct.objects.count() == 1


def test_a_violation_means_l0_at_once_says_so_and_once_lifted_levels_rise_again(
    market: list[Product], far_goods: list[Product]
) -> None:
    grade()
    assert market
    bad = far_goods[0]
    found = catalog.record_violation(bad, kind=ViolationKind.values[0], reason="fake", by=BY, now=NOON)
    outbox.deliver_due(now=NOON + timedelta(days=3_650))

    run = quality.regrade(by=BY, now=NOON + timedelta(minutes=1))

    told = explanation_of(bad.pk)
    assert (run.regraded, told.level, told.scored, told.is_confirmed) == (12, 0, 0, True)
    assert told.reason.en.startswith("1 violation standing; a red line means L0 at once")
    assert [way.en for way in told.ways_up] == ["Have the violation lifted first: as long as it stands, L0 it is"]
    catalog.lift_violation(found, reason="a mistake", by=BY, now=NOON + timedelta(minutes=2))
    outbox.deliver_due(now=NOON + timedelta(days=3_650))
    quality.regrade(by=BY, now=NOON + timedelta(minutes=3))
    assert explanation_of(bad.pk).level == 1
    bad.refresh_from_db()
    assert bad.level == 1
