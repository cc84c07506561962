"""Every state and every act of plans, rows and requests: the table, and that services follow it."""

from collections.abc import Callable
from datetime import datetime

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import rules, services
from fenxiao.deals.ground import entering
from fenxiao.deals.models import Plan, PlanRequest, PlanRow
from fenxiao.deals.rules import NEXT_PLAN, NEXT_REQUEST, NEXT_ROW, PlanAct, PlanState, RequestAct, RowAct, RowState
from fenxiao.kernel.errors import Refused
from tests.cast import BY, NOON
from tests.deals.plan_cast import DAY, HOUR, MIDNIGHT, creators, rows


def test_the_tables_know_every_state_and_every_act() -> None:
    assert set(NEXT_PLAN) == {(state, act) for state in PlanState for act in PlanAct}
    assert set(NEXT_ROW) == {(state, act) for state in RowState for act in RowAct}
    assert set(NEXT_REQUEST) == {(state.value, act) for state in PlanRequest.State for act in RequestAct}


# Each way to a state ends at the moment from which the act is tried.
def plan_in(state: PlanState, product: Product) -> tuple[Plan, datetime]:
    plan = services.open_exclusive(product, rows=rows(*creators(1)), by=BY, now=NOON)
    if state == PlanState.OPENING:
        return plan, NOON + HOUR
    if state != PlanState.OPEN:
        services.close_plan(plan, by=BY, now=MIDNIGHT + HOUR)
    return plan, MIDNIGHT + (DAY + HOUR if state == PlanState.CLOSED else 2 * HOUR)


PLAN_ACTS: dict[PlanAct, Callable[[Plan, datetime], object]] = {
    PlanAct.OPEN_AGAIN: lambda plan, now: services.reopen_plan(plan, by=BY, now=now),
    PlanAct.CHANGE: lambda plan, now: services.set_differential(plan, tier="gold", extra_bp=100, by=BY, now=now),
    PlanAct.CLOSE: lambda plan, now: services.close_plan(plan, by=BY, now=now),
}


@pytest.mark.parametrize(("state", "act"), NEXT_PLAN)
def test_plans_follow_their_table(cup: Product, state: PlanState, act: PlanAct) -> None:
    plan, now = plan_in(state, cup)
    assert entering.state_of(entering.last_spells([plan.pk])[plan.pk], now) == state
    expected = NEXT_PLAN[state, act]

    if isinstance(expected, PlanState):
        PLAN_ACTS[act](plan, now)
        after = entering.state_of(entering.last_spells([plan.pk])[plan.pk], now)
        # An exclusive plan opens at the next midnight: until then the open state that the table says is opening.
        assert after == (PlanState.OPENING if act == PlanAct.OPEN_AGAIN else expected)
    else:
        before = _all_of(plan)
        with pytest.raises(expected):
            PLAN_ACTS[act](plan, now)
        assert _all_of(plan) == before


def row_in(state: RowState, product: Product) -> tuple[PlanRow, datetime]:
    ann = creators(1)[0]
    if state == RowState.OPENING:
        services.open_plan(product, rate_bp=3_000, by=BY, now=NOON)
    plan = services.target_product(product, rows=rows(ann), by=BY, now=NOON)
    row = PlanRow.objects.get(plan=plan)
    if state in {RowState.CLOSING, RowState.CLOSED}:
        services.close_rows([row.pk], merchant=product.merchant, by=BY, now=NOON)
    if state == RowState.REMOVED:
        services.remove_rows([row.pk], merchant=product.merchant, by=BY, now=NOON)
    return row, MIDNIGHT + HOUR if state == RowState.CLOSED else NOON + HOUR


def row_acts(row: PlanRow, now: datetime) -> dict[RowAct, Callable[[], object]]:
    merchant, creator = row.plan.merchant, row.creator
    assert creator is not None
    return {
        RowAct.CHANGE_RATE: lambda: services.change_rate(row, rate_bp=4_000, by=BY, now=now),
        RowAct.OPEN: lambda: services.open_rows([row.pk], merchant=merchant, by=BY, now=now),
        RowAct.CLOSE: lambda: services.close_rows([row.pk], merchant=merchant, by=BY, now=now),
        RowAct.REMOVE: lambda: services.remove_rows([row.pk], merchant=merchant, by=BY, now=now),
        RowAct.ADD: lambda: services.add_creators(row.plan, rows=rows(creator, rate_bp=4_000), by=BY, now=now),
    }


@pytest.mark.parametrize(("state", "act"), NEXT_ROW)
def test_rows_follow_their_table(cup: Product, state: RowState, act: RowAct) -> None:
    row, now = row_in(state, cup)
    assert _row_state(row, now) == state
    expected = NEXT_ROW[state, act]

    if isinstance(expected, RowState):
        row_acts(row, now)[act]()
        assert _row_state(row, now) == expected
    else:
        before = _all_of(row.plan)
        with pytest.raises(Refused) as refusal:
            row_acts(row, now)[act]()
        if act != RowAct.ADD:  # adding speaks of creators, not of rows
            assert type(refusal.value) is expected
        assert _all_of(row.plan) == before


@pytest.mark.parametrize(("state", "act"), [key for key in NEXT_REQUEST if key[1] != RequestAct.VOID])
def test_requests_follow_their_table(cup: Product, state: str, act: RequestAct) -> None:
    ann, bob = creators(2)
    plan = services.target_product(cup, rows=rows(ann), entry="manual", offered_rate_bp=1_000, by=BY, now=NOON)
    request = services.ask_to_join(plan, creator=bob, by=BY, now=NOON)
    acts = {
        "passed": lambda: services.decide_requests([request.pk], pass_=True, merchant=cup.merchant, by=BY, now=NOON),
        "rejected": lambda: services.decide_requests(
            [request.pk], pass_=False, reason="No", merchant=cup.merchant, by=BY, now=NOON
        ),
        "withdrawn": lambda: services.withdraw_request(request, creator=bob, by=BY, now=NOON),
        "void": lambda: services.close_plan(plan, by=BY, now=NOON),
    }
    if state != "pending":
        acts[state]()
    expected = NEXT_REQUEST[state, act]
    outcome = {RequestAct.PASS: "passed", RequestAct.REJECT: "rejected", RequestAct.WITHDRAW: "withdrawn"}[act]

    if isinstance(expected, str):
        acts[outcome]()
        assert PlanRequest.objects.get(pk=request.pk).state == expected
    else:
        with pytest.raises(expected):
            acts[outcome]()
        assert PlanRequest.objects.get(pk=request.pk).state == state


def _row_state(row: PlanRow, now: datetime) -> RowState:
    row.refresh_from_db()
    return entering.schedules_of([row])[row.pk].state(now)


def _all_of(plan: Plan) -> list[object]:
    """Everything that an act on a plan could change."""
    return [
        list(plan.planspell_set.order_by("pk").values_list()),
        list(plan.planrow_set.order_by("pk").values_list()),
        list(plan.plandifferential_set.order_by("pk").values_list()),
        [list(row.planrate_set.order_by("pk").values_list()) for row in plan.planrow_set.order_by("pk")],
    ]


def test_the_state_of_a_row_is_told_by_its_rates() -> None:
    states = [
        rules.row_state(current_bp=current, coming=coming, is_pending=pending, is_removed=False)
        for current, coming, pending in (
            (None, None, False),
            (None, 100, True),
            (100, None, False),
            (100, 50, True),
            (100, None, True),
            (None, None, True),
        )
    ]

    assert states == [
        RowState.CLOSED,
        RowState.OPENING,
        RowState.OPEN,
        RowState.OPEN,
        RowState.CLOSING,
        RowState.CLOSED,
    ]
