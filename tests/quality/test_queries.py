"""Reasons that are confirmed, what-ifs, histories, and the check of stored levels."""

from datetime import timedelta

import duckdb
import pytest

from fenxiao.catalog.models import Product
from fenxiao.facts.models import ProductDay, PromotionDay
from fenxiao.kernel.errors import BadInput, Unavailable
from fenxiao.quality import lake
from fenxiao.quality import services as quality
from fenxiao.quality.errors import NotGraded
from fenxiao.quality.models import GradingRun
from fenxiao.quality.queries import dials_of_product, differences, explanation_of, history_of, what_if
from fenxiao.quality.rules import INDICATORS
from tests.cast import BY, NOON
from tests.quality.conftest import TODAY

pytestmark = pytest.mark.usefixtures("own_lake", "policy")


def grade(days: int = 1) -> GradingRun:
    return quality.grade(as_of=TODAY + timedelta(days=days), by=BY, now=NOON + timedelta(days=days))


@pytest.mark.usefixtures("market")
def test_every_level_of_a_run_is_found_again_from_its_raw_facts() -> None:
    grade()

    run = grade(2)

    assert differences(run) == []
    assert differences(run, sample=5) == []


def test_a_corrupted_grade_is_found_and_its_explanation_not_confirmed(market: list[Product]) -> None:
    run, broken = grade(), market[20].pk
    assert explanation_of(broken).is_confirmed
    was = explanation_of(broken).level

    corrupt(run, product_id=broken, level=5)

    assert [(one.product_id, one.what, one.stored, one.recounted) for one in differences(run)] == [
        (broken, "level", 5, was),
        (broken, "catalog_level", (was, False), (5, False)),
    ]
    assert explanation_of(broken).is_confirmed is False


def corrupt(run: GradingRun, *, product_id: int, level: int) -> None:
    """Rewrite one level in the run's grades."""
    file = lake.grades_file(run.grades_path)
    with duckdb.connect() as rows:
        rows.execute(f"CREATE TABLE graded AS FROM read_parquet('{file}')")
        rows.execute("UPDATE graded SET level = ? WHERE product_id = ?", [level, product_id])
        rows.execute(f"COPY (FROM graded ORDER BY product_id) TO '{file}' (FORMAT parquet)")


def test_a_level_changed_behind_our_back_is_found(market: list[Product]) -> None:
    run = grade()
    Product.objects.filter(pk=market[0].pk).update(level=4)

    assert [(one.product_id, one.what, one.stored) for one in differences(run)] == [
        (market[0].pk, "catalog_level", (4, False))
    ]


@pytest.mark.usefixtures("market")
def test_a_run_whose_facts_are_forgotten_cannot_be_checked() -> None:
    old = grade()
    for number in range(2, 2 + lake.SNAPSHOTS_KEPT):
        grade(number)

    with pytest.raises(Unavailable):
        differences(old)


def test_dry_runs_do_not_push_out_the_facts_of_the_run_in_force(market: list[Product]) -> None:
    run = grade()
    for _ in range(lake.SNAPSHOTS_KEPT):
        quality.grade(as_of=TODAY + timedelta(days=1), dry_run=True, by=BY, now=NOON)

    assert differences(run) == []
    assert explanation_of(market[9].pk).is_confirmed


def test_a_what_if_tells_both_sides_and_changes_nothing(market: list[Product]) -> None:
    grade()
    product = market[25]
    before = explanation_of(product.pk)

    found = what_if(product.pk, {"review_score": 4.9, "gmv_30d": 5_000_000})

    assert found.now.score == before.score
    assert found.then.score > found.now.score
    changed = [a.code for a, b in zip(found.now.indicators, found.then.indicators, strict=True) if a != b]
    assert {"review_score", "gmv_30d"} <= set(changed)
    assert {line.code: line.value for line in found.then.indicators}["review_score"] == 4.9
    assert explanation_of(product.pk) == before


@pytest.mark.parametrize("changes", [{"smell": 1.0}, {"review_score": 5.1}, {"on_time_rate": float("nan")}])
def test_a_what_if_of_what_cannot_be_is_refused(market: list[Product], changes: dict[str, float]) -> None:
    grade()

    with pytest.raises(BadInput):
        what_if(market[5].pk, changes)


def test_dials_hold_the_value_of_now(market: list[Product]) -> None:
    grade()

    dials = dials_of_product(market[30].pk)

    assert [dial.code for dial in dials] == list(INDICATORS)
    assert all(dial.low <= dial.now <= dial.high for dial in dials)


def test_a_history_tells_each_change_with_its_reason(market: list[Product]) -> None:
    best = market[-1]
    first = grade(-4)
    for number in range(1, 4):
        grade(number)
    ProductDay.objects.filter(product=best).delete()
    PromotionDay.objects.filter(product=best).delete()
    grade(4)
    last = grade(5)

    history = history_of(best.pk)

    assert [(step.before, step.level) for step in history] == [(4, 1), (3, 4), (2, 3), (1, 2), (None, 1)]
    assert (history[0].run, history[-1].run) == (last.pk, first.pk)
    assert history[0].reason.en.endswith("below its level twice in a row, so it falls")
    assert history[1].reason.zh.endswith("得分已够 L5，每次最多升一级")
    assert history[-1].reason.en.endswith("first grading, placed at once")


def test_a_product_that_was_not_graded_has_no_reasons(market: list[Product]) -> None:
    with pytest.raises(NotGraded):
        what_if(market[0].pk, {})

    assert history_of(market[0].pk) == []
