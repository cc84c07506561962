"""Grading on PostgreSQL: runs, levels, explanations, and what happens when a run fails."""

import json
from datetime import date, timedelta

import duckdb
import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from fenxiao.catalog.models import Category, LevelChange, Product
from fenxiao.facts.models import ProductDay, PromotionDay
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.quality import lake
from fenxiao.quality import services as quality
from fenxiao.quality.errors import GradingUnderway, NoSuchPolicy, NotGraded
from fenxiao.quality.models import GradingRun, Policy, RunState
from fenxiao.quality.queries import explanation_of, grades_of, run_in_force
from fenxiao.quality.rules import INDICATORS, Power, default_policy
from fenxiao.quality.services import grading
from tests.cast import BY, NOON
from tests.quality.conftest import TODAY

pytestmark = pytest.mark.usefixtures("own_lake")


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
        # A connection that closes is not waited for: its lock may outlive it by a moment.
        other.execute("SELECT pg_advisory_unlock(%s)", [grading.GRADING_LOCK])

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


@pytest.mark.usefixtures("policy")
def test_facts_that_cannot_be_true_are_set_aside_with_row_and_reason(market: list[Product]) -> None:
    good = grade()
    negative, crossed, gone = market[30], market[31], market[32]
    ProductDay.objects.filter(product=negative, day=TODAY).update(gmv_fen=-1)
    ProductDay.objects.filter(product=crossed, day=TODAY).update(lowest_unit_fen=9_999_999)
    dropped = Category.objects.create(id="gone", name_zh="旧类", name_en="Old", depth=1, is_active=False)
    Product.objects.filter(pk=gone.pk).update(category=dropped)
    before = levels()

    run = grade(TODAY + timedelta(days=2))

    assert (good.quarantined, run.quarantined, run.products) == (0, 3, 37)
    with duckdb.connect() as files:
        file = lake.absolute(run.grades_path) / "quarantine.parquet"
        query = "SELECT product_id, source, reason, row FROM read_parquet(?) ORDER BY product_id"
        told = files.execute(query, [str(file)]).fetchall()
    assert [row[:3] for row in told] == [
        (negative.pk, "days", "negative"),
        (crossed.pk, "days", "lowest_above_highest"),
        (gone.pk, "products", "category_gone"),
    ]
    assert json.loads(told[0][3])["gmv_fen"] == -1
    assert {pk: levels()[pk] for pk in (negative.pk, crossed.pk, gone.pk)} == {
        pk: before[pk] for pk in (negative.pk, crossed.pk, gone.pk)
    }
    assert set(grades_of([negative.pk, crossed.pk, gone.pk])) == set()
