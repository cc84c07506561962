"""Differentials, step windows, requests to join, and the telling of what begins."""

from datetime import datetime

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import queries, services
from fenxiao.deals.errors import (
    CreatorsInPlanAlready,
    DifferentialUnchanged,
    EntryNeedsRate,
    FloorNotMet,
    LadderMayOnlyRise,
    LadderNotRising,
    LadderOutOfBounds,
    NotOpenToRequests,
    PlanClosed,
    RequestPending,
    RequestsDecided,
    RequestsUnknown,
    StepWindowBad,
    StepWindowBegun,
    StepWindowOver,
    StepWindowsOverlap,
    TooLateToCut,
)
from fenxiao.deals.models import Plan, PlanRequest, StepWindow
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import AuditRow
from fenxiao.parties import services as parties
from fenxiao.parties.models import Organisation, Tier
from tests.cast import BY, NOON, make_product
from tests.deals.plan_cast import DAY, HOUR, LATE, MIDNIGHT, creators, news, rows

LADDER = ((10, 100), (50, 300))


@pytest.fixture
def plan(cup: Product) -> Plan:
    return services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)


# --- differentials


def test_a_higher_differential_holds_at_once_and_a_lower_one_from_midnight(plan: Plan) -> None:
    services.set_differential(plan, tier=Tier.GOLD, extra_bp=300, by=BY, now=NOON)
    services.set_differential(plan, tier=Tier.GOLD, extra_bp=100, by=BY, now=NOON + HOUR)

    (today,), (tomorrow,) = (queries.differentials_of(plan, now=moment) for moment in (LATE, MIDNIGHT))

    assert (today.tier, today.extra_bp, today.coming_bp, today.coming_at) == (Tier.GOLD, 300, 100, MIDNIGHT)
    assert (tomorrow.extra_bp, tomorrow.coming_bp) == (100, None)


def test_the_same_differential_twice_or_a_late_cut_is_refused(plan: Plan) -> None:
    services.set_differential(plan, tier=Tier.GOLD, extra_bp=300, by=BY, now=NOON)

    with pytest.raises(DifferentialUnchanged) as refusal:
        services.set_differential(plan, tier=Tier.GOLD, extra_bp=300, by=BY, now=NOON)
    with pytest.raises(TooLateToCut):
        services.set_differential(plan, tier=Tier.GOLD, extra_bp=0, by=BY, now=LATE)

    assert refusal.value.message("zh-hans") == "金牌达人的加佣已是 3.00%，无需修改"


# --- steps


def open_window(plan: Plan, *, at: datetime = NOON, **changed: object) -> StepWindow:
    told = {"from_at": at, "until_at": at + 2 * DAY, "ladder": LADDER, "by": BY, "now": NOON, **changed}
    return services.open_step_window(plan, **told)  # type: ignore[arg-type]  # each test changes what it is about


def ladder_at(plan: Plan, moment: datetime) -> object:
    return queries.step_windows_of(plan, now=moment)[0].ladder


def test_a_window_counts_orders_by_its_ladder(plan: Plan) -> None:
    window = open_window(plan)

    (shown,) = queries.step_windows_of(plan, now=NOON)
    assert (shown.window, shown.ladder, shown.is_live, shown.is_over) == (window, LADDER, True, False)
    assert AuditRow.objects.get(act="open_step_window").after["ladder"] == [[10, 100], [50, 300]]


@pytest.mark.parametrize(
    ("ladder", "refusal"),
    [
        ((), LadderOutOfBounds),
        (((0, 100),), LadderOutOfBounds),
        (((10, 0),), LadderOutOfBounds),
        (((10, 9_001),), LadderOutOfBounds),
        (tuple((n, n) for n in range(1, 12)), LadderOutOfBounds),
        (((10, 100), (10, 200)), LadderNotRising),
        (((10, 100), (20, 100)), LadderNotRising),
    ],
)
def test_a_ladder_that_is_none_is_refused(plan: Plan, ladder: object, refusal: type) -> None:
    with pytest.raises(refusal):
        open_window(plan, ladder=ladder)

    assert StepWindow.objects.count() == 0


def test_windows_begin_now_or_later_have_length_and_do_not_overlap(plan: Plan) -> None:
    open_window(plan)

    with pytest.raises(StepWindowsOverlap) as refusal:
        open_window(plan, at=NOON + DAY)
    with pytest.raises(StepWindowBad):
        open_window(plan, at=NOON - HOUR)
    with pytest.raises(StepWindowBad):
        open_window(plan, at=NOON + 3 * DAY, until_at=NOON + 3 * DAY)

    open_window(plan, at=NOON + 2 * DAY)
    assert "2026-03-10 12:00" in refusal.value.message("en")


def test_a_live_ladder_may_only_rise(plan: Plan) -> None:
    window = open_window(plan)

    for lower in (((11, 100), (50, 300)), ((10, 99), (50, 300)), ((10, 100),)):
        with pytest.raises(LadderMayOnlyRise):
            services.raise_steps(window, ladder=lower, by=BY, now=NOON + HOUR)
    services.raise_steps(window, ladder=((5, 300),), until_at=NOON + 3 * DAY, by=BY, now=NOON + HOUR)

    assert ladder_at(plan, NOON + HOUR) == ((5, 300),)
    with pytest.raises(StepWindowBad):
        services.raise_steps(window, ladder=((5, 400),), until_at=NOON + DAY, by=BY, now=NOON + HOUR)


def test_two_raises_at_one_moment_leave_the_last_ladder_whole(plan: Plan) -> None:
    window = open_window(plan)

    services.raise_steps(window, ladder=((10, 200), (50, 300)), by=BY, now=NOON)
    services.raise_steps(window, ladder=((10, 300),), by=BY, now=NOON)

    assert ladder_at(plan, NOON + HOUR) == ((10, 300),)


def test_before_it_begins_a_window_may_be_lowered_and_taken_back(plan: Plan) -> None:
    window = open_window(plan, at=NOON + DAY)

    services.raise_steps(window, ladder=((10, 50),), by=BY, now=NOON + HOUR)
    assert ladder_at(plan, NOON + HOUR) == ((10, 50),)
    services.cancel_step_window(window, by=BY, now=NOON + HOUR)

    assert queries.step_windows_of(plan, now=NOON + HOUR) == []
    with pytest.raises(StepWindowOver):
        services.cancel_step_window(window, by=BY, now=NOON + HOUR)


def test_a_window_that_has_begun_runs_to_its_end(plan: Plan) -> None:
    window = open_window(plan)

    with pytest.raises(StepWindowBegun):
        services.cancel_step_window(window, by=BY, now=NOON + HOUR)
    with pytest.raises(StepWindowOver):
        services.raise_steps(window, ladder=((5, 300),), by=BY, now=NOON + 2 * DAY)


# --- requests to join


def targeted(cup: Product, entry: str, **floors: object) -> Plan:
    first = creators(1)
    return services.target_product(
        cup, rows=rows(*first), entry=entry, offered_rate_bp=1_500, by=BY, now=NOON, **floors
    )  # type: ignore[arg-type]  # each test changes what it is about


def names(plan: Plan, moment: datetime = NOON) -> list[tuple[str, int | None]]:
    return [(str(row.row.creator), row.rate_bp) for row in queries.commission_rows(plan, now=moment)]


def test_automatic_entry_lets_in_at_once(cup: Product, chen: Organisation) -> None:
    plan = targeted(cup, "automatic")

    request = services.ask_to_join(plan, creator=chen, words="hi", by=BY, now=NOON)

    assert (request.state, request.decided_at) == ("passed", NOON)
    assert names(plan)[1] == ("Chen", 1_500)
    with pytest.raises(CreatorsInPlanAlready):
        services.ask_to_join(plan, creator=chen, by=BY, now=NOON)


def test_manual_entry_waits_for_the_merchant(cup: Product, chen: Organisation) -> None:
    plan = targeted(cup, "manual")
    assert list(queries.targeted_plans_open_to(chen, now=NOON)) == [plan]

    request = services.ask_to_join(plan, creator=chen, by=BY, now=NOON)
    with pytest.raises(RequestPending):
        services.ask_to_join(plan, creator=chen, by=BY, now=NOON)
    assert len(names(plan)) == 1

    services.decide_requests([request.pk], pass_=True, merchant=cup.merchant, by=BY, now=NOON + HOUR)

    assert names(plan, NOON + HOUR)[1] == ("Chen", 1_500)
    assert list(queries.requests_of_creator(chen).values_list("state", flat=True)) == ["passed"]
    assert list(queries.targeted_plans_open_to(chen, now=NOON)) == []
    assert [name for name, _ in news()][-2:] == ["plan.changed", "plan_request.decided"]


def test_a_rejection_says_why_and_the_creator_may_ask_again(cup: Product, chen: Organisation) -> None:
    plan = targeted(cup, "manual")
    request = services.ask_to_join(plan, creator=chen, by=BY, now=NOON)

    with pytest.raises(BadInput):
        services.decide_requests([request.pk], pass_=False, reason=" ", merchant=cup.merchant, by=BY, now=NOON)
    services.decide_requests([request.pk], pass_=False, reason="Too few", merchant=cup.merchant, by=BY, now=NOON)

    request.refresh_from_db()
    assert (request.state, request.reason, len(names(plan))) == ("rejected", "Too few", 1)
    services.ask_to_join(plan, creator=chen, by=BY, now=NOON)
    with pytest.raises(RequestsDecided):
        services.withdraw_request(request, creator=chen, by=BY, now=NOON)


def test_many_requests_pass_together_or_not_at_all(cup: Product, stranger: Organisation) -> None:
    plan = targeted(cup, "manual")
    ids = [services.ask_to_join(plan, creator=each, by=BY, now=NOON).pk for each in creators(3)]
    other = services.ask_to_join(
        targeted(make_product(stranger, "Hat"), "manual"), creator=creators(1)[0], by=BY, now=NOON
    )

    with pytest.raises(RequestsUnknown):
        services.decide_requests([*ids, other.pk], pass_=True, merchant=cup.merchant, by=BY, now=NOON)
    assert len(names(plan)) == 1

    services.decide_requests(ids, pass_=True, merchant=cup.merchant, by=BY, now=NOON)
    assert len(names(plan)) == 4
    assert AuditRow.objects.filter(act="pass_requests").count() == 1


def test_floors_of_tier_and_score_are_read_as_of_now_and_shown(cup: Product, chen: Organisation) -> None:
    plan = targeted(cup, "automatic", floor_tier="silver", floor_score_centi=450)
    parties.set_tier(chen, tier=Tier.BRONZE, by=BY, now=NOON)
    parties.record_score(chen, score_centi=480, by=BY, now=NOON)

    with pytest.raises(FloorNotMet) as refusal:
        services.ask_to_join(plan, creator=chen, by=BY, now=NOON)
    assert refusal.value.message("en") == (
        "The floors are not met: tier silver and score 4.50 at least; now tier bronze, score 4.80. "
        "Ask again when they are"
    )
    assert "不低于银牌" in refusal.value.message("zh-hans")

    parties.set_tier(chen, tier=Tier.GOLD, by=BY, now=NOON + HOUR)
    assert services.ask_to_join(plan, creator=chen, by=BY, now=NOON + HOUR).state == "passed"


def test_a_plan_by_invitation_takes_no_requests_and_entry_needs_a_rate(cup: Product, chen: Organisation) -> None:
    plan = targeted(cup, "invited")

    with pytest.raises(NotOpenToRequests):
        services.ask_to_join(plan, creator=chen, by=BY, now=NOON)
    with pytest.raises(EntryNeedsRate):
        services.change_entry(plan, entry="manual", by=BY, now=NOON)

    services.change_entry(plan, entry="manual", offered_rate_bp=1_000, by=BY, now=NOON)
    assert services.ask_to_join(plan, creator=chen, by=BY, now=NOON).state == "pending"


def test_a_plan_that_closes_answers_its_requests(cup: Product, chen: Organisation) -> None:
    plan = targeted(cup, "manual")
    request = services.ask_to_join(plan, creator=chen, by=BY, now=NOON)

    services.close_plan(plan, by=BY, now=NOON + HOUR)

    request.refresh_from_db()
    assert (request.state, request.decided_at) == ("void", NOON + HOUR)
    assert ("plan_request.decided", {"requests": [request.pk]}) in news()
    with pytest.raises(PlanClosed):
        services.ask_to_join(plan, creator=chen, by=BY, now=NOON + HOUR)
    with pytest.raises(RequestsDecided):
        services.decide_requests([request.pk], pass_=True, merchant=cup.merchant, by=BY, now=NOON + HOUR)


def test_a_request_is_withdrawn_by_its_creator_alone(cup: Product, chen: Organisation) -> None:
    request = services.ask_to_join(targeted(cup, "manual"), creator=chen, by=BY, now=NOON)

    with pytest.raises(RequestsUnknown):
        services.withdraw_request(request, creator=creators(1)[0], by=BY, now=NOON)
    services.withdraw_request(request, creator=chen, by=BY, now=NOON)

    assert PlanRequest.objects.get(pk=request.pk).state == "withdrawn"


# --- telling


def test_what_begins_later_is_told_once_when_it_begins(plan: Plan) -> None:
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON)
    services.set_differential(plan, tier=Tier.GOLD, extra_bp=300, by=BY, now=NOON)
    services.set_differential(plan, tier=Tier.GOLD, extra_bp=0, by=BY, now=NOON)
    open_window(plan, at=MIDNIGHT)
    told = len(news())

    assert services.tell_what_begins(by=BY, now=LATE) == 0
    assert services.tell_what_begins(by=BY, now=MIDNIGHT) == 4
    assert services.tell_what_begins(by=BY, now=MIDNIGHT) == 0

    assert news()[told:] == [("plan.changed", {"plans": [plan.pk], "products": [plan.product_id]})]
    assert AuditRow.objects.filter(act="tell plan.changed").count() == 1


def test_a_cut_that_was_superseded_is_never_told(plan: Plan) -> None:
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON)
    services.change_rate(plan, rate_bp=2_000, by=BY, now=NOON)

    assert services.tell_what_begins(by=BY, now=MIDNIGHT) == 0


def test_openings_and_closings_of_later_are_told(plan: Plan, cup: Product) -> None:
    exclusive = services.open_exclusive(cup, rows=rows(*creators(1)), by=BY, now=NOON)
    services.close_plan(plan, by=BY, now=NOON)
    told = len(news())

    services.tell_what_begins(by=BY, now=MIDNIGHT)

    assert news()[told:] == [
        ("plan.opened", {"plans": [exclusive.pk], "products": [cup.pk]}),
        ("plan.closed", {"plans": [plan.pk], "products": [cup.pk]}),
    ]
