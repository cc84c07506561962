"""What lifts most of a merchant's goods: their ways up gathered, and kept beside the run."""

from datetime import datetime, timedelta

import pytest

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import LevelChange, Product, ViolationKind
from fenxiao.parties.models import Organisation
from fenxiao.quality import services as quality
from fenxiao.quality.models import GradingRun
from fenxiao.quality.queries import Moved, explanation_of, last_moves, levers, levers_of_merchant, moved_lately, recent
from fenxiao.quality.queries.levers import file_of_levers
from fenxiao.quality.rules.levers import Lift, levers_of, lifts_of
from fenxiao.quality.rules.ways_up import KEEP_ON, NO_WAY, Way
from fenxiao.quality.rules.words import Words
from tests.cast import BY, NOON
from tests.quality.conftest import TODAY

LATER = timedelta(days=1)


def lift(product_id: int, *of: str, level: int = 3, effort: float = 0.1) -> Lift:
    steps = tuple((4.0, 4.5) for _ in of)
    return Lift(product_id=product_id, level=level, of=of, steps=steps, effort=effort)


def grade(days: int = 1) -> GradingRun:
    return quality.grade(as_of=TODAY + timedelta(days=days), by=BY, now=NOON + timedelta(days=days))


def test_levers_are_ordered_by_goods_lifted_and_their_goods_by_ease() -> None:
    found = levers_of(
        [
            lift(1, "on_time_rate"),
            lift(2, "review_score", effort=0.9),
            lift(3, "review_score", level=4, effort=0.2),
            lift(3, "conversion", "review_score"),
        ]
    )

    assert [(lever.key, lever.goods) for lever in found] == [
        ("review_score", 2),
        ("conversion+review_score", 1),
        ("on_time_rate", 1),
    ]
    assert found[0].levels == ((4, 1), (3, 1))
    assert [one.product_id for one in found[0].lifts] == [3, 2]
    assert found[0].typically == Words("升 0.50 星", "up 0.50 stars")


def test_time_alone_is_a_lever_and_no_way_is_none() -> None:
    hopeless = Way(level=3, changes=(), effort=float("inf"), words=Words(NO_WAY.zh, NO_WAY.en))
    waiting = Way(level=3, changes=(), effort=0.0, words=KEEP_ON)

    assert [one.of for one in lifts_of(7, [hopeless, waiting])] == [("time",)]


def test_a_stored_lift_is_the_same_again() -> None:
    one = lift(7, "review_score")

    assert Lift.from_json(one.as_json()) == one


@pytest.mark.usefixtures("own_lake", "policy")
def test_the_levers_are_those_of_each_products_explanation(market: list[Product], mei: Organisation) -> None:
    grade()

    found = levers_of_merchant(mei)

    assert found is not None
    assert found.goods == len(market)
    told = {product.pk: list(lifts_of(product.pk, explanation_of(product.pk).ways)) for product in market}
    assert found.levers == levers_of(one for lifts in told.values() for one in lifts)
    assert found.liftable == sum(bool(lifts) for lifts in told.values()) > 0


@pytest.mark.usefixtures("own_lake", "policy", "market")
def test_another_merchant_has_levers_of_no_goods(stranger: Organisation) -> None:
    grade()

    found = levers_of_merchant(stranger)

    assert found is not None
    assert (found.goods, found.levers) == (0, ())


@pytest.mark.usefixtures("own_lake", "policy", "market")
def test_a_large_shops_levers_come_from_the_worker(mei: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    run = grade()
    monkeypatch.setattr(levers, "WHILE_ONE_WAITS", 39)
    monkeypatch.setattr(quality.levers, "WHILE_ONE_WAITS", 39)
    assert levers_of_merchant(mei) is None

    assert quality.work_out_levers() == 1

    assert file_of_levers(run, mei.pk).exists()
    assert levers_of_merchant(mei) is not None
    assert quality.work_out_levers() == 0


@pytest.mark.usefixtures("own_lake", "policy")
def test_before_the_first_run_there_are_no_levers(mei: Organisation) -> None:
    assert levers_of_merchant(mei) is None
    assert quality.work_out_levers() == 0


@pytest.mark.usefixtures("own_lake", "policy")
def test_a_move_tells_where_from_where_to_and_why(market: list[Product]) -> None:
    grade()
    risen, fallen, same = market[0], market[1], market[2]
    for product, level in ((risen, 0), (fallen, 5)):
        now_at = Product.objects.get(pk=product.pk).level
        LevelChange.objects.filter(product=product).delete()
        for day, one in enumerate((level, now_at)):
            LevelChange.objects.create(
                product=product,
                level=one,
                is_select=False,
                from_at=NOON + timedelta(days=day),
                run=GradingRun.objects.get().pk,
                reason="up",
            )

    found = last_moves([product.pk for product in market])

    assert set(found) == {risen.pk, fallen.pk}
    assert found[risen.pk].rise > 0 > found[fallen.pk].rise
    assert found[risen.pk].reason == explanation_of(risen.pk).reason
    ids = {how: set(moved_lately(Product.objects.all(), how=how).values_list("pk", flat=True)) for how in Moved}
    assert ids == {Moved.UP: {risen.pk}, Moved.DOWN: {fallen.pk}, Moved.ANY: {risen.pk, fallen.pk}}
    assert same.pk not in found


@pytest.mark.usefixtures("own_lake", "policy")
def test_a_violation_between_two_runs_is_a_fall_until_a_run_says_otherwise(market: list[Product]) -> None:
    best = market[-1]
    grade()

    violated_and_cleared(best, after=NOON + LATER)
    told, fallen = last_moves([best.pk])[best.pk], moved()
    grade(2)

    assert (told.before, told.level, told.run) == (5, 0, 0)
    assert fallen == {Moved.UP: set(), Moved.DOWN: {best.pk}, Moved.ANY: {best.pk}}
    assert Product.objects.get(pk=best.pk).level == 5
    assert moved() == {Moved.UP: set(), Moved.DOWN: set(), Moved.ANY: set()}


@pytest.mark.usefixtures("own_lake", "policy")
def test_where_only_the_run_after_a_violation_counts_the_product_rose(
    market: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "RUNS", 1)
    best = market[-1]
    grade()
    violated_and_cleared(best, after=NOON + LATER)

    grade(2)

    assert moved() == {Moved.UP: {best.pk}, Moved.DOWN: set(), Moved.ANY: {best.pk}}


def violated_and_cleared(product: Product, *, after: datetime) -> None:
    """A violation that stood for an hour: L0 until the next run."""
    hour = timedelta(hours=1)
    found = catalog.record_violation(product, kind=ViolationKind.COUNTERFEIT, reason="fake", by=BY, now=after + hour)
    catalog.lift_violation(found, reason="a mistake", by=BY, now=after + 2 * hour)


def moved() -> dict[Moved, set[int]]:
    """Who moved in the last runs, and how."""
    return {how: set(moved_lately(Product.objects.all(), how=how).values_list("pk", flat=True)) for how in Moved}
