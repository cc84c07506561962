"""What operators ask the worker for: gradings, dry runs, backtests; and what the desk tells of versions and runs."""

from datetime import date, timedelta

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from fenxiao.catalog.models import Category, LevelChange, Product
from fenxiao.facts.models import ProductDay
from fenxiao.kernel.errors import BadInput, NotAllowed
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Kind, Member, Organisation
from fenxiao.quality import jobs
from fenxiao.quality import services as quality
from fenxiao.quality.backtest import backtest
from fenxiao.quality.errors import GradingAsked, GradingUnderway, NotWaiting
from fenxiao.quality.models import Backtest, GradingRequest, GradingRun, Policy, RunState, WorkState
from fenxiao.quality.queries import (
    Standing,
    day_to_grade,
    policy_in_force,
    set_aside_by,
    spread_of_levels,
    steps_of,
    versions,
)
from fenxiao.quality.rules import default_policy
from fenxiao.quality.services import grading, requests
from tests.cast import BY, NOON, make_category, make_member, make_organisation, make_product
from tests.quality.conftest import TODAY

pytestmark = pytest.mark.usefixtures("own_lake", "policy")

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def operator(db: None) -> Member:
    return make_member(make_organisation(Kind.OPERATOR, "Ops"), "first@ops.example")


def waiting_jobs() -> list[tuple[str, dict]]:
    return list(ProcrastinateJob.objects.filter(queue_name="grading").values_list("task_name", "args"))


@pytest.mark.usefixtures("market")
def test_a_grading_that_was_asked_for_is_carried_out_by_the_worker(operator: Member) -> None:
    request = quality.ask_to_grade(by=operator.as_actor(), now=NEXT_DAY)

    assert waiting_jobs() == [("fenxiao.quality.jobs.carry_out_grading", {"request_id": request.pk})]
    assert jobs.carry_out_grading.name == requests.JOB
    run = quality.carry_out_grading(request.pk, now=NEXT_DAY)
    request.refresh_from_db()
    assert (request.state, request.run, run.state) == (WorkState.DONE, run, RunState.DONE)
    assert run.as_of == TODAY + timedelta(days=1)
    assert set(AuditRow.objects.filter(act="close_run").values_list("member_id", flat=True)) == {operator.pk}
    with pytest.raises(NotWaiting):
        quality.carry_out_grading(request.pk, now=NEXT_DAY)


def test_a_dry_run_that_was_asked_for_changes_no_level(market: list[Product], operator: Member) -> None:
    draft = quality.draft_policy(default_policy(), note="", by=BY, now=NOON)

    request = quality.ask_dry_run(draft, by=operator.as_actor(), now=NEXT_DAY)
    run = quality.carry_out_grading(request.pk, now=NEXT_DAY)

    assert (run.state, run.policy) == (RunState.DRY, draft)
    assert set(Product.objects.values_list("level", flat=True)) == {None}
    assert not LevelChange.objects.exists()


def test_the_same_wish_is_taken_once_while_it_is_open(operator: Member, policy: Policy) -> None:
    by = operator.as_actor()
    quality.ask_to_grade(by=by, now=NOON)
    quality.ask_dry_run(policy, by=by, now=NOON)

    with pytest.raises(GradingAsked):
        quality.ask_to_grade(by=by, now=NOON)
    with pytest.raises(GradingAsked):
        quality.ask_dry_run(policy, by=by, now=NOON)
    assert (GradingRequest.objects.count(), len(waiting_jobs())) == (2, 2)


def test_only_operators_ask(mei: Organisation, policy: Policy) -> None:
    merchant = make_member(mei, "mei@example.com").as_actor()

    for ask in (
        lambda: quality.ask_to_grade(by=merchant, now=NOON),
        lambda: quality.ask_dry_run(policy, by=merchant, now=NOON),
        lambda: quality.ask_backtest(at=TODAY, horizon=1, policy=None, by=merchant, now=NOON + timedelta(days=9)),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert (GradingRequest.objects.count(), Backtest.objects.count(), waiting_jobs()) == (0, 0, [])


def test_a_request_waits_while_another_grading_is_under_way(operator: Member) -> None:
    request = quality.ask_to_grade(by=operator.as_actor(), now=NOON)

    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [grading.GRADING_LOCK])
        with pytest.raises(GradingUnderway):
            quality.carry_out_grading(request.pk, now=NOON)
        request.refresh_from_db()
        assert request.state == WorkState.WAITING
        GradingRequest.objects.update(state=WorkState.RUNNING)
        with pytest.raises(GradingAsked):  # the one that runs is alive
            quality.ask_to_grade(by=operator.as_actor(), now=NOON)

    assert jobs.carry_out_grading.retry_strategy.retry_exceptions == {GradingUnderway}


@pytest.mark.usefixtures("market")
def test_a_grading_that_fails_says_why_on_its_request(operator: Member, monkeypatch) -> None:
    request = quality.ask_to_grade(by=operator.as_actor(), now=NEXT_DAY)
    monkeypatch.setattr(grading, "grade_files", lambda *a, **b: 1 / 0)  # a fault of the engine

    with pytest.raises(ZeroDivisionError):
        quality.carry_out_grading(request.pk, now=NEXT_DAY)

    request.refresh_from_db()
    assert (request.state, request.run.state) == (WorkState.FAILED, RunState.FAILED)
    assert request.error == ["ZeroDivisionError: division by zero"] * 2


def test_a_request_whose_worker_died_does_not_bar_the_next(operator: Member) -> None:
    first = quality.ask_to_grade(by=operator.as_actor(), now=NOON)
    GradingRequest.objects.update(state=WorkState.RUNNING)

    second = quality.ask_to_grade(by=operator.as_actor(), now=NOON)

    first.refresh_from_db()
    assert (first.state, second.state) == (WorkState.FAILED, WorkState.WAITING)
    assert first.error == requests.DIED


def test_a_backtest_that_was_asked_for_keeps_its_result(market: list[Product], operator: Member) -> None:
    Product.objects.update(admitted_at=NOON - timedelta(days=30))
    now = NOON + timedelta(days=3)

    row = quality.ask_backtest(at=TODAY, horizon=2, policy=None, by=operator.as_actor(), now=now)
    assert waiting_jobs() == [("fenxiao.quality.jobs.carry_out_backtest", {"backtest_id": row.pk})]
    quality.carry_out_backtest(row.pk, now=now)

    row.refresh_from_db()
    assert (row.state, row.result["products"]) == (WorkState.DONE, len(market))
    assert sum(level["products"] for level in row.result["levels"]) == len(market)
    assert row.result["correlations"][0]["words"] == ["成交行数", "orders"]
    with pytest.raises(NotWaiting):
        quality.carry_out_backtest(row.pk, now=now)


def test_a_backtest_of_a_time_before_all_goods_says_so(market: list[Product], operator: Member) -> None:
    row = quality.ask_backtest(at=date(2000, 1, 1), horizon=2, policy=None, by=operator.as_actor(), now=NOON)

    with pytest.raises(BadInput):
        quality.carry_out_backtest(row.pk, now=NOON)

    row.refresh_from_db()
    assert (row.state, row.result) == (WorkState.FAILED, None)
    assert row.error[1] == "“--at” is not right: no product was known before 2000-01-01"


@pytest.mark.parametrize(("horizon", "weight"), [(0, 1.0), (2, 1.0), (1, 0.0), (1, -1.0), (1, float("nan"))])
def test_a_backtest_that_cannot_be_made_is_refused_at_once(horizon: int, weight: float, operator: Member) -> None:
    with pytest.raises(BadInput):
        quality.ask_backtest(
            at=TODAY, horizon=horizon, policy=None, received_weight=weight, by=operator.as_actor(), now=NEXT_DAY
        )

    assert (Backtest.objects.count(), waiting_jobs()) == (0, [])


def test_a_backtest_of_the_command_line_is_kept(market: list[Product]) -> None:
    Product.objects.update(admitted_at=NOON - timedelta(days=30))
    found = backtest(at=TODAY, horizon=2, policy=default_policy(), today=TODAY + timedelta(days=3), weight=2.0)

    row = quality.keep_backtest(found, policy=None, note="tried.json", by=BY, now=NOON)

    assert (row.at, row.horizon, row.received_weight, row.note) == (TODAY, 2, 2.0, "tried.json")
    assert row.result["products"] == found.products


def test_the_day_to_grade_is_today_or_the_day_after_an_imported_past(mei: Organisation) -> None:
    assert day_to_grade(NOON) == TODAY

    ProductDay.objects.create(product=make_product(mei, "P"), day=TODAY - timedelta(days=31))

    assert day_to_grade(NOON) == TODAY - timedelta(days=30)


@pytest.mark.usefixtures("market")
def test_versions_say_how_far_they_have_come(policy: Policy, operator: Member) -> None:
    second = make_member(operator.organisation, "second@ops.example").as_actor()
    drafts = [quality.draft_policy(default_policy(), note=f"d{n}", by=operator.as_actor(), now=NOON) for n in range(4)]
    for draft in drafts[1:]:
        quality.grade(as_of=TODAY, policy=draft.number, dry_run=True, by=BY, now=NOON)
        quality.propose_policy(draft, by=operator.as_actor(), now=NOON)
    quality.approve_policy(drafts[1], by=second, now=NOON)
    quality.decline_policy(drafts[2], reason="too strict", by=second, now=NOON)

    told = versions(Policy.objects.order_by("number"))

    assert [one.standing for one in told] == [
        Standing.REPLACED,
        Standing.OUTDATED,
        Standing.IN_FORCE,
        Standing.DECLINED,
        Standing.PROPOSED,
    ]
    assert [one.drafted_by for one in told] == ["test", "first", "first", "first", "first"]
    assert told[3].declined.after["reason"] == "too strict"
    assert [row.act for row in told[3].acts] == ["draft_policy", "propose_policy", "decline_policy"]
    assert policy_in_force() == drafts[1]


def test_a_runs_steps_count_ups_falls_and_first_levels(market: list[Product]) -> None:
    for run, (product, level) in enumerate([(0, 2), (0, 3), (1, 4), (1, 2), (1, 2)], 1):
        LevelChange.objects.create(
            product=market[product],
            level=level,
            is_select=False,
            from_at=NOON + timedelta(days=run),
            run=min(run, 4) // 2,
            reason="x",
        )

    found = steps_of([0, 1, 2, 9])

    assert [(one.first, one.up, one.down, one.label) for one in found.values()] == [
        (1, 0, 0, 0),
        (1, 1, 0, 0),
        (0, 0, 1, 1),
        (0, 0, 0, 0),
    ]


@pytest.mark.usefixtures("policy")
def test_rows_that_were_set_aside_are_told_with_their_reason(market: list[Product]) -> None:
    Category.objects.filter(pk=make_category("zz-1-1").pk).update(is_active=False)
    Product.objects.filter(pk=market[3].pk).update(category_id="zz-1-1")

    run = quality.grade(as_of=TODAY, by=BY, now=NOON)

    found = set_aside_by(run)
    assert [(one.product_id, one.title, one.source, one.reason) for one in found] == [
        (market[3].pk, "P3", "products", "category_gone")
    ]
    assert set_aside_by(GradingRun(grades_path="nowhere", quarantined=1)) == []


def test_levels_are_spread_over_categories_at_every_depth(mei: Organisation) -> None:
    cup = make_product(mei, "cup", category=make_category("hb-1-1"), level=3)
    make_product(mei, "pot", category=make_category("hb-1-2"), level=None)
    make_product(mei, "pan", category=make_category("hb-2-1"), level=1)
    wide = make_product(mei, "wide", category=Category.objects.get(pk="hb"), level=0)
    make_product(mei, "toy", category=make_category("ap-2-1"), level=5)
    for product, fen in ((cup, 900), (wide, -100)):
        ProductDay.objects.create(product=product, day=TODAY, gmv_fen=max(fen, 0), refund_fen=max(-fen, 0))

    def told(parent: str | None) -> dict[str | None, tuple[int, int, int]]:
        found = Category.objects.get(pk=parent) if parent else None
        whole, each = spread_of_levels(found, today=TODAY + timedelta(days=1))
        return {one.key: (one.products, one.ungraded, one.gmv_fen) for one in (whole, *each)}

    assert told(None) == {None: (5, 1, 800), "hb": (4, 1, 800), "ap": (1, 0, 0)}
    assert told("hb") == {None: (4, 1, 800), "hb-1": (2, 1, 900), "hb": (1, 0, -100), "hb-2": (1, 0, 0)}
    assert told("hb-1") == {None: (2, 1, 900), "hb-1-1": (1, 0, 900), "hb-1-2": (1, 1, 0)}
    assert told("hb-1-2") == {None: (1, 1, 0), "hb-1-2": (1, 1, 0)}
    whole, _ = spread_of_levels(None, today=TODAY + timedelta(days=1))
    assert [(part.level, part.products, part.share, part.gmv_share) for part in whole.parts] == [
        (5, 1, 25.0, 0.0),
        (4, 0, 0.0, 0.0),
        (3, 1, 25.0, 100.0),
        (2, 0, 0.0, 0.0),
        (1, 1, 25.0, 0.0),
        (0, 1, 25.0, 0.0),
    ]
