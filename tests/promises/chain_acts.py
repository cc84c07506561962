"""Acts of second leaders and of order guarantees, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from fenxiao.deals.models import ActivityType, Application
from fenxiao.deals.services import audit_applications, second, second_ends
from fenxiao.kernel.actors import Actor
from fenxiao.ledger import services as ledger
from fenxiao.orders.models import OrderLine
from fenxiao.parties.models import Kind, Organisation
from tests.cast import NOON, make_organisation
from tests.deals.chains import make_activity, make_application
from tests.ledger.lines import make_line, refund

if TYPE_CHECKING:
    from tests.promises.acts import Stage

PREPARED = Actor(name="preparation")
LATER = NOON + timedelta(hours=1)
Act = Callable[["Stage"], Callable[[], object]]


def _led(stage: "Stage", **fields: object) -> Application:
    """The cup in Wu's activity."""
    return make_application(make_activity(make_organisation(Kind.LEADER, "Wu")), stage.cup, fee_bp=1_000, **fields)


def _wu(application: Application) -> Organisation:
    first = application.first or application
    return first.activity.leader


def _handed_on(stage: "Stage", *, passed: bool) -> Application:
    """The cup handed on to Hua, waiting or passed."""
    first = _led(stage)
    activity = make_activity(make_organisation(Kind.LEADER, "Hua"), kind=ActivityType.COOPERATIVE)
    application = second.apply_to_second(
        [first.pk], activity=activity, fee_bp=300, leader=_wu(first), by=PREPARED, now=NOON
    )[0]
    if passed:
        given = {"pass_": True, "leader": activity.leader, "by": PREPARED, "now": NOON}
        return audit_applications(activity, ids=[application.pk], **given)[0]  # type: ignore[arg-type]  # the service's own
    return application


def _apply(by: Actor) -> Act:
    def prepared(stage: "Stage") -> Callable[[], object]:
        first = _led(stage)
        activity = make_activity(make_organisation(Kind.LEADER, "Hua"), kind=ActivityType.COOPERATIVE)
        return lambda: second.apply_to_second(
            [first.pk], activity=activity, fee_bp=300, leader=_wu(first), by=by, now=LATER
        )

    return prepared


def _apply_again(by: Actor) -> Act:
    def prepared(stage: "Stage") -> Callable[[], object]:
        waiting = _handed_on(stage, passed=False)
        given = {"pass_": False, "reason": "no", "leader": waiting.activity.leader, "by": PREPARED, "now": NOON}
        audit_applications(waiting.activity, ids=[waiting.pk], **given)  # type: ignore[arg-type]  # the service's own
        return lambda: second.apply_again(waiting, leader=_wu(waiting), by=by, now=LATER)

    return prepared


def _of_waiting(act: Callable[[Application], object]) -> Act:
    def prepared(stage: "Stage") -> Callable[[], object]:
        waiting = _handed_on(stage, passed=False)
        return lambda: act(waiting)

    return prepared


def _of_passed(act: Callable[[Application], object], *, asked: bool) -> Act:
    def prepared(stage: "Stage") -> Callable[[], object]:
        passed = _handed_on(stage, passed=True)
        if asked:
            second_ends.ask_cancellation(passed, leader=_wu(passed), by=PREPARED, now=NOON)
        return lambda: act(passed)

    return prepared


def _sold(stage: "Stage") -> OrderLine:
    """A settled line of an application that has ended with one order too few."""
    ledger.deposit(stage.mei, amount_fen=100_000, key="before", by=PREPARED, now=NOON)
    led = _led(stage, guaranteed_orders=2, ends_at=NOON)
    line = make_line(stage.cup, stage.chen, ref="R1", service_fee_rate_bp=1_000, leader=_wu(led), application_id=led.pk)
    ledger.settle(until=NOON, by=PREPARED, now=NOON)
    return line


def _return(by: Actor) -> Act:
    def prepared(stage: "Stage") -> Callable[[], object]:
        _sold(stage)
        return lambda: ledger.return_unmet_guarantees(by=by, now=LATER)

    return prepared


def _recount(by: Actor) -> Act:
    def prepared(stage: "Stage") -> Callable[[], object]:
        line = _sold(stage)
        ledger.return_unmet_guarantees(by=PREPARED, now=NOON)
        refund(line, 10_000, event_id="r")
        ledger.claw_back([line.pk], by=PREPARED, now=NOON)
        return lambda: ledger.recount_guarantees([line.pk], by=by, now=LATER)

    return prepared


def chain_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """Each act with the audit rows it must leave."""
    return {
        "deals.apply_to_second": (_apply(by), ["apply_to_second"]),
        "deals.apply_again": (_apply_again(by), ["apply_to_second"]),
        "deals.edit_second": (
            _of_waiting(lambda one: second.edit_second(one, fee_bp=500, leader=_wu(one), by=by, now=LATER)),
            ["edit_second"],
        ),
        "deals.ask_cancellation": (
            _of_passed(lambda one: second_ends.ask_cancellation(one, leader=_wu(one), by=by, now=LATER), asked=False),
            ["ask_cancellation"],
        ),
        "deals.withdraw_cancellation": (
            _of_passed(
                lambda one: second_ends.withdraw_cancellation(one, leader=_wu(one), by=by, now=LATER), asked=True
            ),
            ["withdraw_cancellation"],
        ),
        "deals.answer_cancellation": (
            _of_passed(
                lambda one: second_ends.answer_cancellation(
                    one, consent=True, leader=one.activity.leader, by=by, now=LATER
                ),
                asked=True,
            ),
            ["answer_cancellation"],
        ),
        "ledger.return_unmet_guarantees": (_return(by), ["count_guarantee"]),
        "ledger.recount_guarantees": (_recount(by), ["count_guarantee"]),
    }
