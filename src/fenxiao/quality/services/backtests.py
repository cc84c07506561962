"""Backtests that operators ask for and the worker carries out, and those that the command line keeps."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from fenxiao.kernel import audit, clock
from fenxiao.kernel.actors import SYSTEM, Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.quality import backtest as tried
from fenxiao.quality.errors import NotWaiting
from fenxiao.quality.models import Backtest, Policy, WorkState
from fenxiao.quality.queries.operators import acting_operator
from fenxiao.quality.rules import PolicyBody, default_policy
from fenxiao.quality.rules.words import told_of

JOB = "fenxiao.quality.jobs.carry_out_backtest"  # by name: jobs stand above services


@transaction.atomic
def ask_backtest(
    *, at: date, horizon: int, policy: Policy | None, received_weight: float = 1.0, by: Actor, now: datetime
) -> Backtest:
    """Ask the worker to grade on what was known before `at` and to say what followed.

    Refuses a horizon that has not passed, and a weight of nothing.
    """
    member = acting_operator(by, act="ask_backtest")
    if horizon < 1 or at + timedelta(days=horizon) > clock.business_day(now):
        raise BadInput(
            field="horizon", reason_zh="观察期应至少 1 天，且已经结束", reason_en="one day or more, and over"
        )
    if not received_weight > 0:
        raise BadInput(field="received_weight", reason_zh="应大于 0", reason_en="more than 0")
    row = Backtest.objects.create(
        at=at, horizon=horizon, received_weight=received_weight, policy=policy, asked_by=member, asked_at=now
    )
    audit.record("ask_backtest", row, by=by, now=now, after=_told(row))
    app.configure_task(JOB, queue="grading").defer(backtest_id=row.pk)
    return row


# not one act: the row must show that it runs, and must survive a failure
def carry_out_backtest(backtest_id: int, *, now: datetime) -> Backtest:
    """Try what a row asks for and keep the result on it. Refuses one that does not wait any more."""
    row, began = _begin(backtest_id), perf_counter()
    try:
        found = tried.backtest(
            at=row.at,
            horizon=row.horizon,
            policy=PolicyBody.from_json(row.policy.body) if row.policy else default_policy(),
            today=clock.business_day(now),
            weight=row.received_weight,
        )
    except BaseException as error:
        row.error = told_of(error)
        _end(row, state=WorkState.FAILED, began=began, now=now)
        raise
    row.result = _result_of(found)
    _end(row, state=WorkState.DONE, began=began, now=now)
    return row


@transaction.atomic
def keep_backtest(
    found: tried.Backtest, *, policy: Policy | None, note: str = "", by: Actor, now: datetime
) -> Backtest:
    """Keep the result of a backtest that was made elsewhere, for the pages to show."""
    row = Backtest.objects.create(
        at=found.at,
        horizon=(found.until - found.at).days,
        received_weight=found.weight,
        policy=policy,
        note=note,
        asked_at=now,
        state=WorkState.DONE,
        ended_at=now,
        result=_result_of(found),
    )
    audit.record("keep_backtest", row, by=by, now=now, after=_told(row))
    return row


def _result_of(found: tried.Backtest) -> dict[str, Any]:
    """What is kept of a backtest."""
    told = asdict(found)
    return {name: told[name] for name in ("engine", "products", "quarantined", "set_aside", "levels", "correlations")}


def _told(row: Backtest) -> dict[str, Any]:
    return {"at": row.at.isoformat(), "horizon": row.horizon, "policy": row.policy.number if row.policy else None}


@transaction.atomic
def _begin(backtest_id: int) -> Backtest:
    locked = Backtest.objects.select_for_update(of=("self",)).select_related("policy", "asked_by__user")
    row = locked.get(pk=backtest_id)
    if row.state != WorkState.WAITING:
        raise NotWaiting(number=row.pk)
    row.state = WorkState.RUNNING
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def _end(row: Backtest, *, state: WorkState, began: float, now: datetime) -> None:
    row.state, row.ended_at = state, now + timedelta(seconds=perf_counter() - began)
    row.save(update_fields=["state", "ended_at", "result", "error"])
    by = row.asked_by.as_actor() if row.asked_by else SYSTEM
    audit.record("carry_out_backtest", row, by=by, now=now, after={"state": state.value})
