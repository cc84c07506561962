"""Acts on plans and shelves, done once, with the audit rows they must leave."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from fenxiao.deals import services as deals
from fenxiao.deals.models import Entry, Plan, PlanRequest, PlanRow, PlanType, StepWindow
from fenxiao.deals.queries import plan_template
from fenxiao.deals.rules.drafts import PlanDraft, RowDraft
from fenxiao.deals.services import Picking
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Kind, Tier
from tests.cast import NOON, make_organisation

if TYPE_CHECKING:
    from tests.promises.acts import Stage

PREPARED = Actor(name="preparation")
DAY = timedelta(days=1)
LATER = NOON + timedelta(hours=1)
LADDER = ((10, 100),)
Act = Callable[["Stage"], Callable[[], object]]
Acts = dict[str, tuple[Act, list[str]]]


def _for_chen(stage: "Stage") -> tuple[RowDraft, ...]:
    return (RowDraft(creator_id=stage.chen.pk, rate_bp=2_500),)


def _targeted(stage: "Stage") -> Plan:
    """The cup's plan that names Chen at 25 %."""
    return deals.target_product(stage.cup, rows=_for_chen(stage), by=PREPARED, now=NOON)


def _open_to_requests(stage: "Stage") -> Plan:
    other = RowDraft(creator_id=make_organisation(Kind.CREATOR, "Other").pk, rate_bp=2_500)
    return deals.target_product(
        stage.cup, rows=(other,), entry=Entry.MANUAL, offered_rate_bp=1_000, by=PREPARED, now=NOON
    )


def _request(stage: "Stage") -> PlanRequest:
    return deals.ask_to_join(_open_to_requests(stage), creator=stage.chen, by=PREPARED, now=NOON)


def _row(stage: "Stage") -> PlanRow:
    return PlanRow.objects.get(plan=_targeted(stage))


def _closed_row(stage: "Stage") -> PlanRow:
    row = _row(stage)
    deals.close_rows([row.pk], merchant=stage.mei, by=PREPARED, now=NOON)
    return row


def _window(stage: "Stage") -> StepWindow:
    times = {"from_at": NOON + DAY, "until_at": NOON + 9 * DAY}
    return deals.open_step_window(stage.plan(), **times, ladder=LADDER, by=PREPARED, now=NOON)


def _ended(stage: "Stage") -> Plan:
    plan = deals.open_plan(stage.cup, rate_bp=2_000, by=PREPARED, now=NOON - 3 * DAY)
    deals.close_plan(plan, by=PREPARED, now=NOON - 2 * DAY)
    return plan


def _file(stage: "Stage") -> BytesIO:
    """The template with a line that opens the cup's normal plan."""
    book = load_workbook(BytesIO(plan_template()))
    book.active.append([stage.cup.pk, "normal", None, 12.5])
    filled = BytesIO()
    book.save(filled)
    filled.seek(0)
    return filled


def _shelf(stage: "Stage") -> None:
    stage.plan()
    items = [Picking(product_id=stage.cup.pk, application_id=None)]
    deals.pick(stage.chen, items=items, by=PREPARED, now=NOON)


def _coming_cut(stage: "Stage") -> None:
    """A cut that has begun by now and was not made known."""
    plan = deals.open_plan(stage.cup, rate_bp=2_000, by=PREPARED, now=NOON - 3 * DAY)
    deals.change_rate(plan, rate_bp=1_000, by=PREPARED, now=NOON - 2 * DAY)
    deals.tell_what_begins(by=PREPARED, now=NOON - 2 * DAY)


def _on(make: Callable[["Stage"], Any], act: Callable[["Stage", Any], object]) -> Act:
    """`act` on what `make` prepared."""

    def prepared(stage: "Stage") -> Callable[[], object]:
        made = make(stage)
        return lambda: act(stage, made)

    return prepared


def _nothing(stage: "Stage") -> None:
    """The stage is ready as it is."""


def plan_acts(by: Actor) -> Acts:
    """Each act with the audit rows it must leave."""
    me: dict[str, Any] = {"by": by, "now": LATER}
    kinds = (_openings, _rows, _steps, _requests, _many, _shelves)
    return {name: act for kind in kinds for name, act in kind(me).items()}


def _openings(me: dict[str, Any]) -> Acts:
    """Plans opened, and what they say of whom they let in."""
    return {
        "deals.target_product": (
            _on(_nothing, lambda stage, _: deals.target_product(stage.cup, rows=_for_chen(stage), **me)),
            ["target_product"],
        ),
        "deals.target_shop": (
            _on(_nothing, lambda stage, _: deals.target_shop(stage.mei, rows=_for_chen(stage), **me)),
            ["target_shop"],
        ),
        "deals.open_exclusive": (
            _on(_nothing, lambda stage, _: deals.open_exclusive(stage.cup, rows=_for_chen(stage), **me)),
            ["open_exclusive"],
        ),
        # A normal plan is opened again by the act that opened it.
        "deals.reopen_plan": (_on(_ended, lambda _, plan: deals.reopen_plan(plan, **me)), ["open_plan"]),
        "deals.change_entry": (
            _on(
                _targeted,
                lambda _, plan: deals.change_entry(plan, entry=Entry.AUTOMATIC, offered_rate_bp=1_000, **me),
            ),
            ["change_entry"],
        ),
        "deals.set_differential": (
            _on(
                lambda stage: stage.plan(),
                lambda _, plan: deals.set_differential(plan, tier=Tier.GOLD, extra_bp=100, **me),
            ),
            ["set_differential"],
        ),
    }


def _rows(me: dict[str, Any]) -> Acts:
    """Creators named in a plan, and rows closed, opened and removed."""
    return {
        "deals.add_creators": (
            _on(_open_to_requests, lambda stage, plan: deals.add_creators(plan, rows=_for_chen(stage), **me)),
            ["add_creators"],
        ),
        "deals.close_rows": (
            _on(_row, lambda stage, row: deals.close_rows([row.pk], merchant=stage.mei, **me)),
            ["close_rows"],
        ),
        "deals.open_rows": (
            _on(_closed_row, lambda stage, row: deals.open_rows([row.pk], merchant=stage.mei, **me)),
            ["open_rows"],
        ),
        "deals.remove_rows": (
            _on(_row, lambda stage, row: deals.remove_rows([row.pk], merchant=stage.mei, **me)),
            ["remove_rows"],
        ),
    }


def _steps(me: dict[str, Any]) -> Acts:
    """Windows of rising rates."""
    ladder, days = ((10, 100), (20, 200)), {"from_at": NOON + DAY, "until_at": NOON + 9 * DAY}
    return {
        "deals.open_step_window": (
            _on(lambda stage: stage.plan(), lambda _, plan: deals.open_step_window(plan, **days, ladder=LADDER, **me)),
            ["open_step_window"],
        ),
        "deals.raise_steps": (
            _on(_window, lambda _, window: deals.raise_steps(window, ladder=ladder, **me)),
            ["raise_steps"],
        ),
        "deals.cancel_step_window": (
            _on(_window, lambda _, window: deals.cancel_step_window(window, **me)),
            ["cancel_step_window"],
        ),
    }


def _requests(me: dict[str, Any]) -> Acts:
    """Creators who ask to be let in."""
    return {
        "deals.ask_to_join": (
            _on(_open_to_requests, lambda stage, plan: deals.ask_to_join(plan, creator=stage.chen, **me)),
            ["ask_to_join"],
        ),
        # Letting in names the creator in the plan, which is an act of its own.
        "deals.decide_requests": (
            _on(
                _request,
                lambda stage, asked: deals.decide_requests(
                    [asked.pk], pass_=False, reason="full", merchant=stage.mei, **me
                ),
            ),
            ["reject_requests"],
        ),
        "deals.withdraw_request": (
            _on(_request, lambda stage, asked: deals.withdraw_request(asked, creator=stage.chen, **me)),
            ["withdraw_requests"],
        ),
    }


def _many(me: dict[str, Any]) -> Acts:
    """Plans entered many at once, and news of what begins."""
    normal = RowDraft(creator_id=None, rate_bp=1_000)
    return {
        "deals.enter_plans": (
            _on(
                _nothing,
                lambda stage, _: deals.enter_plans(
                    stage.mei,
                    drafts=[PlanDraft(type=PlanType.NORMAL, product_id=stage.cup.pk, rows=(normal,))],
                    **me,
                ),
            ),
            ["enter_plans"],
        ),
        "deals.apply_plan_file": (
            _on(_file, lambda stage, file: deals.apply_plan_file(stage.mei, file=file, **me)),
            ["enter_plans"],
        ),
        "deals.tell_what_begins": (
            _on(_coming_cut, lambda *_: deals.tell_what_begins(**me)),
            ["tell plan.changed"],
        ),
    }


def _shelves(me: dict[str, Any]) -> Acts:
    """Goods on a creator's shelf."""
    return {
        "deals.pick": (
            _on(
                lambda stage: stage.plan(),
                lambda stage, _: deals.pick(
                    stage.chen, items=[Picking(product_id=stage.cup.pk, application_id=None)], **me
                ),
            ),
            ["pick"],
        ),
        "deals.remove_from_shelf": (
            _on(_shelf, lambda stage, _: deals.remove_from_shelf(stage.chen, product_ids=[stage.cup.pk], **me)),
            ["remove_from_shelf"],
        ),
        "deals.order_shelf": (
            _on(_shelf, lambda stage, _: deals.order_shelf(stage.chen, product_ids=[stage.cup.pk], **me)),
            ["order_shelf"],
        ),
        "deals.note_on_shelf": (
            _on(_shelf, lambda stage, _: deals.note_on_shelf(stage.chen, product_id=stage.cup.pk, note="x", **me)),
            ["note_on_shelf"],
        ),
    }
