"""Acts of operators' desks and notices, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product, Violation, ViolationKind
from fenxiao.kernel.actors import Actor
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Member, Organisation, Role, User
from fenxiao.quality import services as quality
from fenxiao.quality.backtest import backtest
from fenxiao.quality.models import Backtest, ChangedProduct, GradingRequest, GradingRun, Policy, RunState
from fenxiao.quality.rules import default_policy
from tests.cast import NOON, make_member

if TYPE_CHECKING:
    from tests.promises.acts import Stage

PREPARED = Actor(name="preparation")
LATER = NOON + timedelta(hours=1)
TODAY = NOON.date()
Act = Callable[["Stage"], Callable[[], object]]


def at_work(by: Actor) -> Actor:
    """Makes the one who acts a member of an operator, as who asks the worker must be; gives a colleague."""
    ops = Organisation.objects.create(pk=by.organisation_id, kind=Kind.OPERATOR, name="Ops", joined_at=NOON)
    user = User.objects.create_user("ops@example.org", "correct horse", name=by.name)
    Member.objects.create(pk=by.member_id, organisation=ops, user=user, role=Role.OWNER, joined_at=NOON)
    return make_member(ops, "second@example.org").as_actor()


def _tried_policy() -> Policy:
    policy = quality.draft_policy(default_policy(), note="first", by=PREPARED, now=NOON)
    GradingRun.objects.create(policy=policy, engine="test", as_of=TODAY, started_at=NOON, state=RunState.DRY)
    return policy


def _ungraded(stage: "Stage") -> None:
    quality.ensure_default_policy(by=PREPARED, now=NOON)
    Product.objects.filter(pk=stage.cup.pk).update(level=None)


def _graded(stage: "Stage") -> None:
    _ungraded(stage)
    quality.grade(as_of=TODAY, by=PREPARED, now=NOON)


def _violation(stage: "Stage") -> Violation:
    return catalog.record_violation(stage.cup, kind=ViolationKind.COUNTERFEIT, reason="seen", by=PREPARED, now=NOON)


def _on(make: Callable[["Stage"], Any], act: Callable[["Stage", Any], object]) -> Act:
    """`act` on what `make` prepared."""

    def prepared(stage: "Stage") -> Callable[[], object]:
        made = make(stage)
        return lambda: act(stage, made)

    return prepared


def desk_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """Each act with the audit rows it must leave."""
    return {**_violations(by), **_notices(by), **_policies(by), **_gradings(by), **_backtests(by)}


def _violations(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    me: dict[str, Any] = {"by": by, "now": LATER}
    return {
        "catalog.record_violation": (
            _on(
                lambda _: None,
                lambda stage, _: catalog.record_violation(
                    stage.cup, kind=ViolationKind.COUNTERFEIT, reason="seen", **me
                ),
            ),
            ["record_violation", "set_levels"],
        ),
        "catalog.lift_violation": (
            _on(_violation, lambda _, one: catalog.lift_violation(one, reason="cleared", **me)),
            ["lift_violation"],
        ),
    }


def _notices(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    me: dict[str, Any] = {"by": by, "now": LATER}
    return {
        "parties.notify": (
            _on(
                lambda _: None,
                lambda stage, _: parties.notify(
                    [stage.chen.pk],
                    code="shelf.off_shelf",
                    subject=("product", stage.cup.pk),
                    details={"title": "cup"},
                    **me,
                ),
            ),
            ["notify:shelf.off_shelf"],
        ),
        "parties.mark_read": (
            _on(
                lambda stage: parties.notify(
                    [stage.chen.pk],
                    code="shelf.off_shelf",
                    subject=("product", stage.cup.pk),
                    details={"title": "cup"},
                    by=PREPARED,
                    now=NOON,
                ),
                lambda stage, _: parties.mark_read(stage.chen, **me),
            ),
            ["read_notices"],
        ),
    }


def _policies(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    me: dict[str, Any] = {"by": by, "now": LATER}

    def tried(_: "Stage") -> Policy:
        at_work(by)
        return _tried_policy()

    def proposed(_: "Stage") -> Policy:
        second = at_work(by)
        return quality.propose_policy(_tried_policy(), by=second, now=NOON)

    return {
        "quality.draft_policy": (
            lambda stage: lambda: quality.draft_policy(default_policy(), note="first", **me),
            ["draft_policy"],
        ),
        "quality.propose_policy": (_on(tried, lambda _, one: quality.propose_policy(one, **me)), ["propose_policy"]),
        "quality.approve_policy": (_on(proposed, lambda _, one: quality.approve_policy(one, **me)), ["approve_policy"]),
        "quality.decline_policy": (
            _on(proposed, lambda _, one: quality.decline_policy(one, reason="too mild", **me)),
            ["decline_policy"],
        ),
        "quality.ensure_default_policy": (
            lambda stage: lambda: quality.ensure_default_policy(**me),
            ["draft_policy", "publish_policy"],
        ),
    }


def _gradings(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    me: dict[str, Any] = {"by": by, "now": LATER}

    def policy(_: "Stage") -> Policy:
        at_work(by)
        return quality.ensure_default_policy(by=PREPARED, now=NOON)

    def asked(stage: "Stage") -> GradingRequest:
        policy(stage)
        _ungraded(stage)
        return quality.ask_to_grade(by=by, now=NOON)

    def changed(stage: "Stage") -> None:
        _graded(stage)
        catalog.reprice_product(stage.cup, price_fen=9_000, by=PREPARED, now=NOON)
        ChangedProduct.objects.create(product_id=stage.cup.pk, told_at=NOON)

    return {
        # The run is opened, its levels are set below, and it is closed: three transactions, three rows.
        "quality.grade": (
            _on(_ungraded, lambda *_: quality.grade(as_of=TODAY, **me)),
            ["grade", "set_levels", "close_run"],
        ),
        "quality.ask_to_grade": (_on(policy, lambda *_: quality.ask_to_grade(**me)), ["ask_to_grade"]),
        "quality.ask_dry_run": (_on(policy, lambda _, one: quality.ask_dry_run(one, **me)), ["ask_dry_run"]),
        "quality.carry_out_grading": (
            _on(asked, lambda _, one: quality.carry_out_grading(one.pk, now=LATER)),
            ["grade", "set_levels", "close_run", "carry_out_grading"],
        ),
        "quality.regrade": (_on(changed, lambda *_: quality.regrade(**me)), ["grade", "close_run"]),
    }


def _backtests(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    tried: dict[str, Any] = {"at": TODAY + timedelta(days=1), "horizon": 7, "policy": None}
    then: dict[str, Any] = {"by": by, "now": LATER + timedelta(days=9)}  # when the horizon has passed
    me: dict[str, Any] = {"by": by, "now": LATER}

    def policy(_: "Stage") -> Policy:
        at_work(by)
        return quality.ensure_default_policy(by=PREPARED, now=NOON)

    def asked_backtest(stage: "Stage") -> Backtest:
        policy(stage)
        return quality.ask_backtest(**tried, **then)

    return {
        "quality.ask_backtest": (_on(policy, lambda *_: quality.ask_backtest(**tried, **then)), ["ask_backtest"]),
        "quality.carry_out_backtest": (
            _on(asked_backtest, lambda _, one: quality.carry_out_backtest(one.pk, now=then["now"])),
            ["carry_out_backtest"],
        ),
        "quality.keep_backtest": (
            _on(
                lambda _: backtest(
                    at=TODAY + timedelta(days=1),
                    horizon=7,
                    policy=default_policy(),
                    today=TODAY + timedelta(days=9),
                    weight=1.0,
                ),
                lambda _, found: quality.keep_backtest(found, policy=None, **me),
            ),
            ["keep_backtest"],
        ),
    }
