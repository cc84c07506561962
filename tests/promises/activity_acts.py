"""Acts on activities, applications, wishes and trusteeships, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import services as deals
from fenxiao.deals.models import Activity, Application, Trusteeship, Wish
from fenxiao.deals.rules import ActivityKind
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Kind, Organisation
from tests.cast import NOON, make_organisation
from tests.deals.activity_cast import DAY, END, apply, draft, passed, publish

if TYPE_CHECKING:
    from tests.promises.acts import Stage

PREPARED = Actor(name="preparation")
LATER = NOON + timedelta(hours=1)
SOON = NOON + 9 * DAY
Act = Callable[["Stage"], Callable[[], object]]
Acts = dict[str, tuple[Act, list[str]]]


def _wu() -> Organisation:
    return Organisation.objects.filter(name="Wu").first() or make_organisation(Kind.LEADER, "Wu")


def _drafted(_: "Stage") -> Activity:
    return deals.draft_activity(_wu(), draft=draft(), by=PREPARED, now=NOON)


def _published(_: "Stage") -> Activity:
    return publish(_wu())


def _exclusive(stage: "Stage") -> Activity:
    return publish(_wu(), type=ActivityKind.EXCLUSIVE, creator_ids=(stage.chen.pk,))


def _exclusive_for_two(stage: "Stage") -> Activity:
    other = make_organisation(Kind.CREATOR, "Other")
    return publish(_wu(), type=ActivityKind.EXCLUSIVE, creator_ids=(stage.chen.pk, other.pk))


def _waiting(stage: "Stage") -> Application:
    return apply(publish(_wu()), stage.cup)[0]


def _passed(stage: "Stage") -> Application:
    return passed(publish(_wu()), stage.cup, until_at=SOON)


def _off_shelf(stage: "Stage") -> Application:
    application = _passed(stage)
    Product.objects.filter(pk=stage.cup.pk).update(state=ProductState.OFF_SHELF)
    return application


def _run_out(stage: "Stage") -> Application:
    application = _passed(stage)
    Application.objects.filter(pk=application.pk).update(until_at=NOON + timedelta(minutes=1))
    return application


def _wish(stage: "Stage") -> Wish:
    return deals.ask_extension(_passed(stage), side=stage.mei, wanted_until=END, by=PREPARED, now=NOON)


def _proposed(stage: "Stage") -> Trusteeship:
    bounds = {"lowest_rate_bp": 1_000, "highest_rate_bp": 3_000}
    times = {"from_at": NOON, "until_at": END}
    return deals.propose_trusteeship(stage.mei, leader=_wu(), **bounds, **times, by=PREPARED, now=NOON)  # type: ignore[arg-type]  # mixed


def _entrusted(stage: "Stage") -> object:
    plan = stage.plan()
    deals.accept_trusteeship(_proposed(stage), leader=_wu(), by=PREPARED, now=NOON)
    return plan


def _on(make: Callable[["Stage"], Any], act: Callable[["Stage", Any], object]) -> Act:
    """`act` on what `make` prepared."""

    def prepared(stage: "Stage") -> Callable[[], object]:
        made = make(stage)
        return lambda: act(stage, made)

    return prepared


def activity_acts(by: Actor) -> Acts:
    """Each act with the audit rows it must leave."""
    me: dict[str, Any] = {"by": by, "now": LATER}
    kinds = (_activities, _named, _applications, _wishes, _trusteeships)
    return {name: act for kind in kinds for name, act in kind(me).items()}


def _activities(me: dict[str, Any]) -> Acts:
    """A leader's own activities."""
    return {
        "deals.draft_activity": (
            _on(lambda _: _wu(), lambda _, wu: deals.draft_activity(wu, draft=draft(begins_at=LATER), **me)),
            ["draft_activity"],
        ),
        "deals.edit_activity": (
            _on(
                _drafted, lambda _, one: deals.edit_activity(one, leader=one.leader, draft=draft(title="Summer"), **me)
            ),
            ["edit_activity"],
        ),
        "deals.publish_activity": (
            _on(_drafted, lambda _, one: deals.publish_activity(one, leader=one.leader, **me)),
            ["publish_activity"],
        ),
        "deals.close_activity": (
            _on(_published, lambda _, one: deals.close_activity(one, leader=one.leader, **me)),
            ["close_activity"],
        ),
        "deals.delete_activity": (
            _on(_drafted, lambda _, one: deals.delete_activity(one, leader=one.leader, **me)),
            ["delete_activity"],
        ),
    }


def _named(me: dict[str, Any]) -> Acts:
    """Whom an exclusive activity names."""
    return {
        "deals.name_creators": (
            _on(
                _exclusive,
                lambda _, one: deals.name_creators(
                    one, leader=one.leader, creator_ids=[make_organisation(Kind.CREATOR, "New").pk], **me
                ),
            ),
            ["name_creators"],
        ),
        "deals.unname_creators": (
            _on(
                _exclusive_for_two,
                lambda stage, one: deals.unname_creators(one, leader=one.leader, creator_ids=[stage.chen.pk], **me),
            ),
            ["unname_creators"],
        ),
    }


def _applications(me: dict[str, Any]) -> Acts:
    """Applications from their making to their end."""
    fields: dict[str, Any] = {"rate_bp": 2_000, "service_fee_bp": 1_000, "until_at": SOON}
    return {
        "deals.apply_to_activity": (
            _on(
                _published,
                lambda stage, one: deals.apply_to_activity(
                    one, merchant=stage.mei, products=[stage.cup], **fields, **me
                ),
            ),
            ["apply_to_activity"],
        ),
        "deals.audit_applications": (
            _on(
                _waiting,
                lambda _, one: deals.audit_applications(one.activity, ids=[one.pk], pass_=True, leader=_wu(), **me),
            ),
            ["pass_applications"],
        ),
        "deals.withdraw_application": (
            _on(_waiting, lambda stage, one: deals.withdraw_application(one, merchant=stage.mei, **me)),
            ["withdraw_application"],
        ),
        "deals.end_application": (
            _on(_passed, lambda _, one: deals.end_application(one, leader=_wu(), **me)),
            ["end_application"],
        ),
        "deals.expire_off_shelf": (
            _on(_off_shelf, lambda stage, _: deals.expire_off_shelf([stage.cup.pk], **me)),
            ["expire_off_shelf"],
        ),
        "deals.expire_run_out": (_on(_run_out, lambda *_: deals.expire_run_out(**me)), ["expire_run_out"]),
        "deals.share_token": (
            _on(_passed, lambda _, one: deals.share_token(one, leader=_wu(), **me)),
            ["share_token"],
        ),
    }


def _wishes(me: dict[str, Any]) -> Acts:
    """What one side wishes of the other."""
    return {
        "deals.ask_extension": (
            _on(_passed, lambda stage, one: deals.ask_extension(one, side=stage.mei, wanted_until=END, **me)),
            ["ask_extension"],
        ),
        "deals.ask_fee_cut": (
            _on(_passed, lambda stage, one: deals.ask_fee_cut(one, merchant=stage.mei, wanted_fee_bp=500, **me)),
            ["ask_fee_cut"],
        ),
        "deals.answer_wish": (
            _on(_wish, lambda _, wish: deals.answer_wish(wish, side=_wu(), grant=True, **me)),
            ["grant_wish"],
        ),
        "deals.withdraw_wish": (
            _on(_wish, lambda stage, wish: deals.withdraw_wish(wish, side=stage.mei, **me)),
            ["withdraw_wish"],
        ),
    }


def _trusteeships(me: dict[str, Any]) -> Acts:
    """Plans in a leader's trust."""
    trust: dict[str, Any] = {"lowest_rate_bp": 1_000, "highest_rate_bp": 3_000, "from_at": LATER, "until_at": END}
    return {
        "deals.propose_trusteeship": (
            _on(lambda _: _wu(), lambda stage, wu: deals.propose_trusteeship(stage.mei, leader=wu, **trust, **me)),
            ["propose_trusteeship"],
        ),
        "deals.accept_trusteeship": (
            _on(_proposed, lambda _, one: deals.accept_trusteeship(one, leader=_wu(), **me)),
            ["accept_trusteeship"],
        ),
        "deals.end_trusteeship": (
            _on(_proposed, lambda stage, one: deals.end_trusteeship(one, side=stage.mei, **me)),
            ["end_trusteeship"],
        ),
        # The rate itself is an act on the plan, and in whose trust it was entered is another.
        "deals.change_rate_as_trustee": (
            _on(_entrusted, lambda _, plan: deals.change_rate_as_trustee(plan, rate_bp=2_500, leader=_wu(), **me)),
            ["change_rate", "change_rate_as_trustee"],
        ),
    }
