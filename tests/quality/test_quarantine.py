"""Facts that cannot be true, from PostgreSQL to the levels: set aside with row and reason, the rest is graded."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from fenxiao.catalog.models import Category, Product
from fenxiao.facts.models import ProductDay, PromotionDay
from fenxiao.quality import lake
from fenxiao.quality import services as quality
from fenxiao.quality.models import ChangedProduct, GradingRun, Policy, RunState
from fenxiao.quality.quarantine import rows_in
from fenxiao.quality.queries import differences, explanation_of, grades_of, run_in_force, set_aside_by
from tests.cast import BY, NOON
from tests.quality.conftest import TODAY

pytestmark = pytest.mark.usefixtures("own_lake", "policy")
DAY = TODAY + timedelta(days=1)


def grade(days: int = 1) -> GradingRun:
    return quality.grade(as_of=TODAY + timedelta(days=days), by=BY, now=NOON)


def levels() -> dict[int, int | None]:
    return dict(Product.objects.values_list("pk", "level"))


def say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def let_in(table: str, *columns: str) -> None:
    """Make the database take what it refuses: as a table would that somebody altered."""
    say("SET CONSTRAINTS ALL IMMEDIATE")
    for column in columns:
        for name in checks_on(table, column):
            say(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        say(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE double precision")


def checks_on(table: str, column: str) -> list[str]:
    """The names of the table's checks that name this column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
            " AND pg_get_constraintdef(oid) LIKE %s",
            [table, f"%{column}%"],
        )
        return [row[0] for row in cursor.fetchall()]


def spoil(table: str, product: Product, column: str, value: str) -> None:
    """Put a value that cannot be true into one row of this product."""
    key = "id" if table == "catalog_product" else "product_id"
    day = f" AND day = '{TODAY}'" if table != "catalog_product" else ""
    say(f"UPDATE {table} SET {column} = '{value}' WHERE {key} = {product.pk}{day}")  # noqa: S608  # our own


@pytest.fixture
def spoilt(policy: Policy, market: list[Product]) -> dict[int, tuple[str, str]]:
    """Seven products with one wrong row each, once the market was graded; where it stands and why it is wrong."""
    assert grade().policy == policy
    let_in("facts_productday", "gmv_fen", "clicks", "stars")
    let_in("facts_promotionday", "gmv_fen")
    spoil("facts_productday", market[30], "gmv_fen", "NaN")
    spoil("facts_productday", market[31], "gmv_fen", "Infinity")
    spoil("facts_productday", market[32], "stars", "-Infinity")
    spoil("facts_productday", market[33], "clicks", "-1")
    spoil("facts_promotionday", market[34], "gmv_fen", "NaN")
    dropped = Category.objects.create(id="gone", name_zh="旧类", name_en="Old", depth=1, is_active=False)
    Product.objects.filter(pk=market[35].pk).update(category=dropped)
    spoil("facts_productday", market[36], "gmv_fen", "1e30")
    return {
        market[30].pk: ("days", "no_whole_number"),
        market[31].pk: ("days", "no_whole_number"),
        market[32].pk: ("days", "no_whole_number"),
        market[33].pk: ("days", "negative"),
        market[34].pk: ("promotions", "no_whole_number"),
        market[35].pk: ("products", "category_gone"),
        market[36].pk: ("days", "no_whole_number"),
    }


def test_what_is_no_number_or_below_zero_or_of_no_category_is_set_aside_and_the_rest_is_graded(
    spoilt: dict[int, tuple[str, str]],
) -> None:
    before = levels()

    run = grade(2)

    assert (run.state, run.quarantined, run.products) == (RunState.DONE, 7, 33)
    assert {row.product_id: (row.source, row.reason) for row in set_aside_by(run)} == spoilt
    assert set(grades_of(list(before))) == set(before) - set(spoilt)
    assert {pk: levels()[pk] for pk in spoilt} == {pk: before[pk] for pk in spoilt}
    assert differences(run) == []


def test_the_row_is_told_as_it_stands(spoilt: dict[int, tuple[str, str]]) -> None:
    run = grade(2)

    told = {row.product_id: row.row for row in set_aside_by(run)}
    values = ["NaN", "Infinity", "-Infinity", '"clicks":-1,', "NaN", '"category_id":"gone"', "1e+30"]
    assert [value for pk, value in zip(spoilt, values, strict=True) if value not in told[pk]] == []
    assert {row.title for row in set_aside_by(run)} == {f"P{number}" for number in range(30, 37)}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_price_that_is_no_number_is_set_aside(market: list[Product], value: str) -> None:
    let_in("catalog_product", "price_fen")
    spoil("catalog_product", market[20], "price_fen", value)

    run = grade()

    assert [(row.product_id, row.source, row.reason) for row in rows_in(lake.absolute(run.grades_path))] == [
        (market[20].pk, "products", "no_whole_number")
    ]
    assert (run.quarantined, run.products) == (1, 39)


def test_a_regrading_sets_them_aside_too_and_takes_them_back_once_they_are_right(
    spoilt: dict[int, tuple[str, str]],
) -> None:
    assert ChangedProduct.objects.count() == 0
    ChangedProduct.objects.create(product_id=next(iter(spoilt)), told_at=NOON)

    run = quality.regrade(by=BY, now=NOON)

    assert {row.product_id: (row.source, row.reason) for row in set_aside_by(run)} == spoilt
    ProductDay.objects.filter(product__in=list(spoilt), day=TODAY).update(gmv_fen=1, stars=1, clicks=1)
    PromotionDay.objects.filter(product__in=list(spoilt)).update(gmv_fen=1)
    ChangedProduct.objects.create(product_id=next(iter(spoilt)), told_at=NOON)
    again = quality.regrade(by=BY, now=NOON)
    assert [row.reason for row in set_aside_by(again)] == ["category_gone"]
    assert (again.quarantined, again.products) == (1, 39)


@pytest.mark.usefixtures("spoilt")
def test_a_run_that_is_refused_leaves_the_last_good_one_in_force(market: list[Product]) -> None:
    good, before = run_in_force(), levels()
    told = explanation_of(market[30].pk)
    say("SET CONSTRAINTS ALL IMMEDIATE")
    say("ALTER TABLE facts_productday RENAME COLUMN stars TO what_nobody_reads")

    with pytest.raises(psycopg.Error, match="stars"):
        grade(2)

    failed = GradingRun.objects.latest("pk")
    assert (failed.state, failed.quarantined) == (RunState.FAILED, 0)
    assert run_in_force() == good
    assert levels() == before
    assert explanation_of(market[30].pk) == told
    assert not lake.absolute(failed.grades_path).exists()
