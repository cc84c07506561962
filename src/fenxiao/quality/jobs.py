"""Every product is graded once a day, soon after the day before is complete, and whenever an operator asks."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from fenxiao.facts import services as facts
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.quality import services
from fenxiao.quality.errors import GradingUnderway
from fenxiao.quality.queries import is_graded
from fenxiao.quality.queries.grades import has_changes


@app.periodic(cron="20 * * * *")  # each hour, since the schedule does not know our midnight
@app.task(queue="grading", queueing_lock="quality.grade", pass_context=False)
def grade_goods(timestamp: int = 0) -> None:
    """Grade on the facts up to yesterday; once that is done, what has changed since. `timestamp` is the schedule's."""
    now = clock.now()
    today = clock.business_day(now)
    if not is_graded(today):
        services.ensure_default_policy(by=SYSTEM, now=now)
        services.grade(as_of=today, by=SYSTEM, now=now)
    elif has_changes():
        facts.build(by=SYSTEM, now=now)  # what news told of is in the facts before it is taken for graded
        services.regrade(by=SYSTEM, now=now)


@app.task(queue="grading", pass_context=False, retry=RetryStrategy(wait=5, retry_exceptions={GradingUnderway}))
def carry_out_grading(request_id: int) -> None:
    """Grade, or try a policy, as an operator asked; after the grading that is under way, if one is."""
    services.carry_out_grading(request_id, now=clock.now())


@app.task(queue="grading", pass_context=False)
def carry_out_backtest(backtest_id: int) -> None:
    """Try a policy on the past as an operator asked."""
    services.carry_out_backtest(backtest_id, now=clock.now())


@app.task(queue="grading", pass_context=False)
def work_out_levers() -> None:
    """Work out what lifts most of each large shop's goods, after a run put its levels in force."""
    services.work_out_levers()
