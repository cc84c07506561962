"""Grading on PostgreSQL: runs, levels, explanations, and what happens when a run fails."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from fenxiao.catalog.models import Brand, BrandQualification, BrandTier, LevelChange, Product, Standing
from fenxiao.deals.models import Plan, PlanRate, PlanType
from fenxiao.facts.models import ProductDay, PromotionDay
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Kind, Organisation
from fenxiao.quality import lake
from fenxiao.quality import services as quality
from fenxiao.quality.errors import GradingUnderway, NoSuchPolicy, NotGraded, PolicyAlreadyPublished
from fenxiao.quality.models import GradingRun, Policy, RunState
from fenxiao.quality.queries import explanation_of, grades_of, run_in_force
from fenxiao.quality.rules import INDICATORS, Power, default_policy
from fenxiao.quality.services import grading
from tests.cast import BY, NOON, make_organisation, make_product

TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def own_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """Files of one test are not read by the next: run numbers begin again, and so would the folders' names."""
    monkeypatch.setattr(lake, "absolute", lambda folder: tmp_path / folder)
    yield
    assert not list(tmp_path.rglob("*.part")), "a half-written file was left behind"


@pytest.fixture
def policy() -> Policy:
    return quality.ensure_default_policy(by=BY, now=NOON)


@pytest.fixture
def market(mei: Organisation, chen: Organisation) -> list[Product]:
    """Forty products of one group: the later the better, the last by far the best, the first never sold."""
    products = [make_product(mei, f"P{number}", level=None) for number in range(40)]
    creators = [make_organisation(Kind.CREATOR, f"creator {number}") for number in range(12)]
    for number, product in enumerate(products):
        plan = Plan.objects.create(type=PlanType.NORMAL, product=product, opens_at=NOON - timedelta(days=99))
        began = NOON - timedelta(days=99)
        PlanRate.objects.create(plan=plan, rate_bp=500 + 50 * number, entered_at=began, from_at=began)
        for creator in creators[: number // 4]:
            PromotionDay.objects.create(product=product, creator=creator, day=TODAY, paid_lines=1, gmv_fen=100 * number)
    ProductDay.objects.bulk_create(
        ProductDay(
            product=product,
            day=TODAY - timedelta(days=back),
            clicks=50,
            paid_lines=number,
            promoted_lines=number // 4,
            units=number,
            buyers=number,
            gmv_fen=10_000 * number - 20 * number * number,
            lowest_unit_fen=10_000 - 20 * number,
            highest_unit_fen=10_000 - 20 * number,
            quality_refunds=int(number < 20),
            received_lines=number,
            promised_lines=number,
            on_time_lines=number - (number < 20),
            reviews=number,
            stars=number * (5 if number > 30 else 4),
        )
        for number, product in enumerate(products[1:], 1)
        for back in range(5)
    )
    brand = Brand.objects.create(name="Best", tier=BrandTier.LEADING)
    Product.objects.filter(pk=products[-1].pk).update(brand=brand)
    BrandQualification.objects.create(
        merchant=mei, brand=brand, standing=Standing.FLAGSHIP, valid_from=date(2020, 1, 1)
    )
    return products


def grade(as_of: date = TODAY + timedelta(days=1), **options: bool) -> GradingRun:
    return quality.grade(as_of=as_of, by=BY, now=NOON, **options)


def levels() -> dict[int, int | None]:
    return dict(Product.objects.values_list("pk", "level"))


@pytest.mark.usefixtures("policy")
def test_every_admitted_product_has_a_level_and_an_explanation(market: list[Product]) -> None:
    run = grade()

    assert (run.state, run.products, run.levels_changed) == (RunState.DONE, 40, 40)
    assert sum(run.by_level.values()) == 40
    assert len(run.inputs_digest) == 64
    for product in market:
        explanation = explanation_of(product.pk)
        assert explanation.level == levels()[product.pk]
        assert [line.code for line in explanation.indicators] == list(INDICATORS)
        assert [line.code for line in explanation.powers] == list(Power)
        assert explanation.reason.zh
        assert explanation.reason.en
        assert explanation.ways_up or explanation.level == 5
        assert sum(line.contribution for line in explanation.indicators) == pytest.approx(explanation.score, abs=0.03)
    assert AuditRow.objects.filter(act="close_run").count() == 1


@pytest.mark.usefixtures("policy")
def test_the_best_is_on_top_and_the_one_that_never_sold_is_new(market: list[Product]) -> None:
    grade()

    best, worst = explanation_of(market[-1].pk), explanation_of(market[0].pk)

    assert (best.level, best.scored, best.peers) == (5, 5, 40)
    assert best.place.zh == "同类同价 40 件中第 1"
    assert best.place.en == "1st of 40 in its category and price band"
    assert best.peer_group.zh == "鸟类用品 · 100–200"
    assert best.ways_up == ()
    assert worst.level == 1
    assert worst.reason.zh.startswith("证据太少")


@pytest.mark.usefixtures("policy")
def test_levels_are_kept_with_their_run_and_reason(market: list[Product]) -> None:
    run = grade()

    changes = LevelChange.objects.filter(product=market[-1])
    assert list(changes.values_list("level", "is_select", "run", "reason")) == [(5, True, run.pk, "first")]


@pytest.mark.usefixtures("policy", "market")
def test_the_same_input_gives_the_same_levels_and_writes_nothing_again() -> None:
    first = grade()
    before = levels()

    again = grade()

    assert (again.levels_changed, again.inputs_digest) == (0, first.inputs_digest)
    assert levels() == before


@pytest.mark.usefixtures("policy")
def test_a_level_rises_by_one_and_falls_on_the_second_day(market: list[Product]) -> None:
    best = market[-1]
    quality.grade(as_of=TODAY - timedelta(days=4), by=BY, now=NOON)
    assert levels()[best.pk] == 1
    assert grades_of([best.pk])[best.pk].coverage < 0.4

    assert [levels()[best.pk] for day in range(1, 4) if grade(TODAY + timedelta(days=day))] == [2, 3, 4]

    ProductDay.objects.filter(product=best).delete()
    PromotionDay.objects.filter(product=best).delete()
    grade(TODAY + timedelta(days=4))
    assert (levels()[best.pk], grades_of([best.pk])[best.pk].step) == (4, "fall_waits")
    grade(TODAY + timedelta(days=5))
    assert (levels()[best.pk], grades_of([best.pk])[best.pk].step) == (1, "fall")


@pytest.mark.usefixtures("policy")
def test_facts_of_the_day_itself_and_later_are_not_known(market: list[Product]) -> None:
    grade(TODAY - timedelta(days=3))

    assert grades_of([market[-1].pk])[market[-1].pk].orders == 39


@pytest.mark.usefixtures("policy", "market")
def test_a_dry_run_changes_nothing() -> None:
    run = grade(dry_run=True)

    assert (run.state, run.levels_changed) == (RunState.DRY, 40)
    assert set(levels().values()) == {None}
    assert run_in_force() is None
    assert OutboxEvent.objects.filter(name="product.levelled").count() == 0


DISK_FULL = """
CREATE FUNCTION pg_temp.disk_full() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
CREATE TRIGGER disk_full BEFORE INSERT ON catalog_levelchange FOR EACH ROW
  WHEN (NEW.product_id = {product}) EXECUTE FUNCTION pg_temp.disk_full();
"""


@pytest.mark.usefixtures("policy")
def test_a_run_that_fails_half_way_leaves_the_last_one_in_force(
    market: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = grade()
    before = levels()
    ProductDay.objects.all().delete()
    PromotionDay.objects.all().delete()
    monkeypatch.setattr(grading, "BATCH", 2)
    with connection.cursor() as cursor:
        cursor.execute(DISK_FULL.format(product=market[-1].pk))

    with pytest.raises(DatabaseError, match="disk full"):
        grade(TODAY + timedelta(days=100))

    failed = GradingRun.objects.latest("pk")
    assert failed.state == RunState.FAILED
    assert "disk full" in failed.error
    assert run_in_force() == good
    assert levels() == before
    assert explanation_of(market[-1].pk).level == 5
    assert not lake.absolute(failed.grades_path).exists()


@pytest.mark.usefixtures("policy", "market")
def test_a_second_grading_at_the_same_time_is_refused() -> None:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [grading.GRADING_LOCK])

        with pytest.raises(GradingUnderway):
            grade()

    assert not GradingRun.objects.exists()
    assert grade().state == RunState.DONE


@pytest.mark.usefixtures("market")
def test_without_a_published_policy_nothing_is_graded() -> None:
    quality.draft_policy(default_policy(), note="draft", by=BY, now=NOON)

    with pytest.raises(NoSuchPolicy):
        grade()

    assert not GradingRun.objects.exists()


def test_a_published_policy_never_changes(policy: Policy) -> None:
    policy.note = "better"

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        policy.save()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        policy.delete()
    with pytest.raises(PolicyAlreadyPublished):
        quality.publish_policy(policy, by=BY, now=NOON)

    assert quality.ensure_default_policy(by=BY, now=NOON) == policy
    assert Policy.objects.get().note == "v1"


@pytest.mark.usefixtures("policy")
def test_what_is_not_admitted_is_not_graded(market: list[Product]) -> None:
    Product.objects.filter(pk=market[0].pk).update(state="off_shelf")

    run = grade()

    assert run.products == 39
    with pytest.raises(NotGraded):
        explanation_of(market[0].pk)


@pytest.mark.usefixtures("policy", "market")
def test_only_the_snapshots_of_the_last_runs_are_kept() -> None:
    runs = [grade(TODAY + timedelta(days=number)) for number in range(1, 6)]

    kept = [run.pk for run in runs if (lake.absolute(run.grades_path) / "snapshot").exists()]
    assert kept == [run.pk for run in runs[-lake.SNAPSHOTS_KEPT :]]
    assert all(lake.grades_file(run.grades_path).exists() for run in runs)
