"""Gradings that operators ask for on a page and the worker carries out: now, or dry with a policy."""

from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app

from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Member
from fenxiao.quality.errors import GradingAsked, GradingUnderway, NotWaiting
from fenxiao.quality.models import GradingRequest, GradingRun, Policy, WorkState
from fenxiao.quality.queries.days import day_to_grade
from fenxiao.quality.queries.operators import acting_operator
from fenxiao.quality.rules.words import told_of
from fenxiao.quality.services.grading import GRADING_LOCK, grade

JOB = "fenxiao.quality.jobs.carry_out_grading"  # by name: jobs stand above services
DIED = [
    "后台进程中断，没有改动任何等级，请重新发起",
    "The worker ended before it was done; no level was changed: ask again",
]


@transaction.atomic
def ask_to_grade(*, by: Actor, now: datetime) -> GradingRequest:
    """Ask the worker to grade all goods now by the policy in force. Refuses while the same wish is open."""
    return _ask(None, dry_run=False, asked_by=acting_operator(by, act="ask_to_grade"), by=by, now=now)


@transaction.atomic
def ask_dry_run(policy: Policy, *, by: Actor, now: datetime) -> GradingRequest:
    """Ask the worker to try a policy, which changes no level. Refuses while the same wish is open."""
    return _ask(policy, dry_run=True, asked_by=acting_operator(by, act="ask_dry_run"), by=by, now=now)


def _ask(policy: Policy | None, *, dry_run: bool, asked_by: Member, by: Actor, now: datetime) -> GradingRequest:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE quality_gradingrequest IN SHARE ROW EXCLUSIVE MODE")
    _bury_the_dead()
    wish = GradingRequest.objects.filter(policy=policy, dry_run=dry_run)
    if wish.filter(state__in=WorkState.still_open()).exists():
        raise GradingAsked
    request = GradingRequest.objects.create(policy=policy, dry_run=dry_run, asked_by=asked_by, asked_at=now)
    act, number = "ask_dry_run" if dry_run else "ask_to_grade", policy.number if policy else None
    audit.record(act, policy or request, by=by, now=now, after={"request": request.pk, "policy": number})
    app.configure_task(JOB, queue="grading").defer(request_id=request.pk)
    return request


def _bury_the_dead() -> None:
    """What says it runs while no grading holds the lock was killed with its worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND granted"
            " AND d.datname = current_database()",
            [GRADING_LOCK],
        )
        is_grading = bool(cursor.fetchone()[0])
    if not is_grading:
        GradingRequest.objects.filter(state=WorkState.RUNNING).update(state=WorkState.FAILED, error=DIED)


# not one act: the request must show that it runs, and must survive a grading that fails
def carry_out_grading(request_id: int, *, now: datetime) -> GradingRun:
    """Do what a request asks for and note on it how that went.

    Refuses a request that does not wait any more. Where another grading is under way (`GradingUnderway`) it goes on
    waiting.
    """
    request = _begin(request_id)
    by = request.asked_by.as_actor()
    number = request.policy.number if request.policy else None
    try:
        run = grade(as_of=day_to_grade(now), policy=number, dry_run=request.dry_run, by=by, now=now)
    except GradingUnderway:
        _end(request, state=WorkState.WAITING, by=by, now=now)
        raise
    except BaseException as error:
        request.run = GradingRun.objects.filter(started_at=now).order_by("-pk").first()
        request.error = told_of(error)
        _end(request, state=WorkState.FAILED, by=by, now=now)
        raise
    request.run = run
    _end(request, state=WorkState.DONE, by=by, now=now)
    return run


@transaction.atomic
def _begin(request_id: int) -> GradingRequest:
    locked = GradingRequest.objects.select_for_update(of=("self",)).select_related("policy", "asked_by__user")
    request = locked.get(pk=request_id)
    if request.state != WorkState.WAITING:
        raise NotWaiting(number=request.pk)
    request.state = WorkState.RUNNING
    request.save(update_fields=["state"])
    return request


@transaction.atomic
def _end(request: GradingRequest, *, state: WorkState, by: Actor, now: datetime) -> None:
    request.state = state
    request.save(update_fields=["state", "run", "error"])
    after = {"state": state.value, "run": request.run.pk if request.run else None}
    audit.record("carry_out_grading", request, by=by, now=now, after=after)
