"""Every address × every kind of organisation × whose things they are: one expected verdict each."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from fenxiao.catalog.models import Admission, Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import ActivityType, Plan, PlanRow, StepWindow
from fenxiao.discovery import services as discovery
from fenxiao.discovery.rules.stored_asks import StoredAsk
from fenxiao.parties.models import Kind, Organisation, Role
from fenxiao.quality.models import Backtest, GradingRequest, GradingRun, Policy
from fenxiao.quality.rules import default_policy
from tests.cast import BY, NOON, make_member, make_organisation, make_plan, make_product
from tests.console.conftest import Visit
from tests.deals.activity_cast import END, passed, publish
from tests.deals.chains import make_activity, make_application

# page: (method, kinds let in, acts that a viewer may not do, whether it shows a thing that has an owner)
READ, WORK = "read", "work"
SEEKERS = {Kind.MERCHANT, Kind.LEADER}  # of creators
MATRIX: dict[str, tuple[str, set[Kind], str, bool]] = {
    "square:creators": ("get", SEEKERS, READ, False),
    "square:creator": ("get", SEEKERS, READ, False),
    "square:compare": ("get", SEEKERS, READ, False),
    "square:choose_compared": ("post", SEEKERS, READ, False),
    "square:shortlist": ("get", SEEKERS, READ, False),
    "square:shortlist_add": ("post", SEEKERS, WORK, False),
    "square:shortlist_file": ("get", SEEKERS, READ, False),
    "square:shortlist_note": ("post", SEEKERS, WORK, False),
    "square:shortlist_remove": ("post", SEEKERS, WORK, False),
    "merchant:home": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:products": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:pick_category": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:add": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:product": ("get", {Kind.MERCHANT}, READ, True),
    "merchant:what_if": ("get", {Kind.MERCHANT}, READ, True),
    "merchant:levers": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:edit": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:reprice": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:restock": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:set_freight": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:take_off_shelf": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:put_back_on_shelf": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:resubmit": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:plan": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:close_plan": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:plans": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:plan_requests": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:decide_plan_requests": ("post", {Kind.MERCHANT}, WORK, False),
    "merchant:plan_many": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:plan_sheet": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:plan_template": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:new_plan": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:plan_page": ("get", {Kind.MERCHANT}, READ, True),
    "merchant:end_plan": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:reopen_plan": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:act_on_plan_rows": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:change_row_rate": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:add_plan_creators": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:change_plan_entry": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:set_plan_differential": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:open_plan_steps": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:raise_plan_steps": ("get", {Kind.MERCHANT}, WORK, True),
    "merchant:cancel_plan_steps": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:activities": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:activity": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:apply": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:applications": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:application": ("get", {Kind.MERCHANT}, READ, True),
    "merchant:withdraw_application": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:ask_extension": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:ask_fee_cut": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:answer_wish": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:withdraw_wish": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:trusteeships": ("get", {Kind.MERCHANT}, WORK, False),
    "merchant:end_trusteeship": ("post", {Kind.MERCHANT}, WORK, True),
    "merchant:effects": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:activity_effect": ("get", {Kind.MERCHANT}, READ, True),
    "merchant:orders": ("get", {Kind.MERCHANT}, READ, False),
    "merchant:wallet": ("get", {Kind.MERCHANT}, READ, False),
    "creator:home": ("get", {Kind.CREATOR}, READ, False),
    "creator:compare": ("get", {Kind.CREATOR}, READ, False),
    "creator:choose_compared": ("post", {Kind.CREATOR}, READ, False),
    "creator:selection": ("get", {Kind.CREATOR}, READ, False),
    "creator:product": ("get", {Kind.CREATOR}, READ, False),
    "creator:link": ("get", {Kind.CREATOR}, WORK, False),
    "creator:open_place": ("post", {Kind.CREATOR}, WORK, False),
    "creator:pick_one": ("post", {Kind.CREATOR}, WORK, False),
    "creator:charts": ("get", {Kind.CREATOR}, READ, False),
    "creator:topics": ("get", {Kind.CREATOR}, READ, False),
    "creator:topic": ("get", {Kind.CREATOR}, READ, False),
    "creator:shelf": ("get", {Kind.CREATOR}, READ, False),
    "creator:pick": ("post", {Kind.CREATOR}, WORK, False),
    "creator:remove_from_shelf": ("post", {Kind.CREATOR}, WORK, False),
    "creator:move_on_shelf": ("post", {Kind.CREATOR}, WORK, False),
    "creator:note_on_shelf": ("post", {Kind.CREATOR}, WORK, False),
    "creator:profile": ("get", {Kind.CREATOR}, WORK, False),
    "creator:consent": ("post", {Kind.CREATOR}, WORK, False),
    "creator:searches": ("get", {Kind.CREATOR}, READ, False),
    "creator:save_search": ("post", {Kind.CREATOR}, WORK, False),
    "creator:see_search": ("post", {Kind.CREATOR}, READ, True),
    "creator:rename_search": ("post", {Kind.CREATOR}, WORK, True),
    "creator:forget_search": ("post", {Kind.CREATOR}, WORK, True),
    "creator:token": ("get", {Kind.CREATOR}, READ, False),
    "creator:open_plans": ("get", {Kind.CREATOR}, READ, False),
    "creator:ask_to_join": ("post", {Kind.CREATOR}, WORK, False),
    "creator:requests": ("get", {Kind.CREATOR}, READ, False),
    "creator:withdraw_request": ("post", {Kind.CREATOR}, WORK, False),
    "creator:links": ("get", {Kind.CREATOR}, READ, False),
    "creator:orders": ("get", {Kind.CREATOR}, READ, False),
    "creator:income": ("get", {Kind.CREATOR}, READ, False),
    "leader:home": ("get", {Kind.LEADER}, READ, False),
    "leader:activities": ("get", {Kind.LEADER}, READ, False),
    "leader:new_activity": ("get", {Kind.LEADER}, WORK, False),
    "leader:activity": ("get", {Kind.LEADER}, READ, True),
    "leader:edit_activity": ("get", {Kind.LEADER}, WORK, True),
    "leader:publish_activity": ("post", {Kind.LEADER}, WORK, True),
    "leader:close_activity": ("post", {Kind.LEADER}, WORK, True),
    "leader:delete_activity": ("post", {Kind.LEADER}, WORK, True),
    "leader:name_creators": ("post", {Kind.LEADER}, WORK, True),
    "leader:unname_creators": ("post", {Kind.LEADER}, WORK, True),
    "leader:applications": ("get", {Kind.LEADER}, READ, False),
    "leader:audit_applications": ("post", {Kind.LEADER}, WORK, False),
    "leader:ended_applications": ("get", {Kind.LEADER}, READ, False),
    "leader:application": ("get", {Kind.LEADER}, READ, True),
    "leader:audit_application": ("post", {Kind.LEADER}, WORK, True),
    "leader:end_application": ("post", {Kind.LEADER}, WORK, True),
    "leader:ask_extension": ("post", {Kind.LEADER}, WORK, True),
    "leader:make_token": ("post", {Kind.LEADER}, WORK, True),
    "leader:second_activities": ("get", {Kind.LEADER}, READ, False),
    "leader:second_activity": ("get", {Kind.LEADER}, READ, False),
    "leader:hand_on": ("get", {Kind.LEADER}, WORK, False),
    "leader:handed_on": ("get", {Kind.LEADER}, READ, False),
    "leader:handed_on_one": ("get", {Kind.LEADER}, READ, True),
    "leader:edit_ceded_fee": ("post", {Kind.LEADER}, WORK, True),
    "leader:apply_again": ("post", {Kind.LEADER}, WORK, True),
    "leader:ask_cancellation": ("post", {Kind.LEADER}, WORK, True),
    "leader:withdraw_cancellation": ("post", {Kind.LEADER}, WORK, True),
    "leader:seconds": ("get", {Kind.LEADER}, READ, False),
    "leader:audit_seconds": ("post", {Kind.LEADER}, WORK, False),
    "leader:answer_cancellation": ("post", {Kind.LEADER}, WORK, True),
    "leader:end_second": ("post", {Kind.LEADER}, WORK, True),
    "leader:wishes": ("get", {Kind.LEADER}, READ, False),
    "leader:answer_wish": ("post", {Kind.LEADER}, WORK, True),
    "leader:withdraw_wish": ("post", {Kind.LEADER}, WORK, True),
    "leader:trusteeships": ("get", {Kind.LEADER}, READ, False),
    "leader:accept_trusteeship": ("post", {Kind.LEADER}, WORK, True),
    "leader:end_trusteeship": ("post", {Kind.LEADER}, WORK, True),
    "leader:trusted_plans": ("get", {Kind.LEADER}, READ, False),
    "leader:trusted_plan": ("get", {Kind.LEADER}, READ, True),
    "leader:change_trusted_rate": ("post", {Kind.LEADER}, WORK, True),
    "leader:effects": ("get", {Kind.LEADER}, READ, False),
    "leader:activity_effect": ("get", {Kind.LEADER}, READ, True),
    "operator:home": ("get", {Kind.OPERATOR}, READ, False),
    "operator:review": ("get", {Kind.OPERATOR}, READ, False),
    "operator:case": ("get", {Kind.OPERATOR}, READ, False),
    "operator:approve": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:refuse": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:products": ("get", {Kind.OPERATOR}, READ, False),
    "operator:product": ("get", {Kind.OPERATOR}, READ, False),
    "operator:record_violation": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:violations": ("get", {Kind.OPERATOR}, READ, False),
    "operator:lift_violation": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:runs": ("get", {Kind.OPERATOR}, READ, False),
    "operator:run": ("get", {Kind.OPERATOR}, READ, False),
    "operator:grade_now": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:grading_request": ("get", {Kind.OPERATOR}, READ, False),
    "operator:policies": ("get", {Kind.OPERATOR}, READ, False),
    "operator:new_policy": ("get", {Kind.OPERATOR}, WORK, False),
    "operator:policy": ("get", {Kind.OPERATOR}, READ, False),
    "operator:try_policy": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:propose_policy": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:approve_policy": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:decline_policy": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:charts": ("get", {Kind.OPERATOR}, READ, False),
    "operator:topics": ("get", {Kind.OPERATOR}, READ, False),
    "operator:topic": ("get", {Kind.OPERATOR}, READ, False),
    "operator:new_topic": ("get", {Kind.OPERATOR}, WORK, False),
    "operator:edit_topic": ("get", {Kind.OPERATOR}, WORK, False),
    "operator:topic_goods": ("get", {Kind.OPERATOR}, WORK, False),
    "operator:add_topic_goods": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:arrange_topic_goods": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:topic_rule": ("get", {Kind.OPERATOR}, WORK, False),
    "operator:publish_topic": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:withdraw_topic": ("post", {Kind.OPERATOR}, WORK, False),
    "operator:levels": ("get", {Kind.OPERATOR}, READ, False),
    "operator:boosts": ("get", {Kind.OPERATOR}, READ, False),
    "operator:set_boosts": ("get", {Kind.OPERATOR}, WORK, False),
    "operator:why": ("get", {Kind.OPERATOR}, READ, False),
    "operator:backtests": ("get", {Kind.OPERATOR}, READ, False),
    "operator:new_backtest": ("get", {Kind.OPERATOR}, WORK, False),
    "operator:backtest": ("get", {Kind.OPERATOR}, READ, False),
}
ROLES = {"merchant", "creator", "leader", "operator", "square"}
LOGIN, FORBIDDEN, MISSING = 302, 403, 404
# What the view itself says to an empty form, a missing plan or a thing that is as asked already.
LET_IN = {200, 302, 404, 409, 410, 422, 503}


@pytest.fixture
def things(pot: Product, waiting: Admission, lao_wu: Organisation) -> dict[str, object]:
    """One thing of each kind that an address may name, Mei's where it has an owner."""
    plan = Plan.objects.filter(product=pot).first() or make_plan(pot, rate_bp=1_000)
    row = PlanRow.objects.get(plan=plan)
    window = StepWindow.objects.create(plan=plan, from_at=NOON, until_at=NOON + timedelta(days=1), entered_at=NOON)
    ann = make_organisation(Kind.CREATOR, "Ann")
    discovery.refresh_cards([ann.pk], now=NOON)
    return {
        "creator_id": ann.pk,
        "search_id": discovery.save_search(ann, name="Iron pot", asked=StoredAsk(text="pot"), by=BY, now=NOON).pk,
        "product_id": pot.pk,
        "plan_id": plan.pk,
        "row_id": row.pk,
        "window_id": window.pk,
        "kind": "targeted",
        "category_id": pot.category_id,
        "admission_id": waiting.pk,
        "violation_id": 1,
        "topic_id": 1,
        **cooperations(pot, lao_wu),
        **gradings(),
    }


def cooperations(pot: Product, lao_wu: Organisation) -> dict[str, object]:
    """Mei's pot with Lao Wu, what was asked about it, and what stands between him and another leader."""
    application = passed(publish(lao_wu, title="Spring"), pot, until_at=NOON + timedelta(days=5))
    asked = deals.ask_fee_cut(application, merchant=pot.merchant, wanted_fee_bp=600, by=BY, now=NOON)
    deals.withdraw_wish(asked, side=pot.merchant, by=BY, now=NOON)  # so that neither side may answer or take it back
    bounds = {"lowest_rate_bp": 1_000, "highest_rate_bp": 2_000, "from_at": NOON, "until_at": END}
    trust = deals.propose_trusteeship(pot.merchant, leader=lao_wu, **bounds, by=BY, now=NOON)
    hua = make_organisation(Kind.LEADER, "Hua")
    invitation = make_activity(hua, kind=ActivityType.COOPERATIVE)
    received = make_application(make_activity(hua), make_product(pot.merchant, "Iron pot lid"), fee_bp=1_000)
    return {
        "invitation_id": invitation.pk,
        "second_id": make_application(invitation, pot, fee_bp=400, first=application).pk,
        "received_id": make_application(make_activity(lao_wu), received.product, fee_bp=400, first=received).pk,
        "activity_id": application.activity_id,
        "application_id": application.pk,
        "wish_id": asked.pk,
        "trusteeship_id": trust.pk,
    }


def gradings() -> dict[str, object]:
    """A policy, and what was tried and run by it."""
    body = default_policy().as_json()
    policy = Policy.objects.create(number=1, body=body, drafted_at=NOON, published_at=NOON)
    backtest = Backtest.objects.create(at=NOON.date(), horizon=1, policy=policy, asked_at=NOON)
    asker = make_member(make_organisation(Kind.OPERATOR, "Others"), "asker@example.org")
    wish = GradingRequest.objects.create(policy=None, dry_run=False, asked_by=asker, asked_at=NOON, state="done")
    run = GradingRun.objects.create(policy=policy, engine="test", as_of=NOON.date(), started_at=NOON)
    return {"run_id": run.pk, "number": policy.number, "request_id": wish.pk, "backtest_id": backtest.pk}


@pytest.fixture
def addresses(things: dict[str, object]) -> dict[str, str]:
    """An address of every page, of Mei's things where it shows a thing."""
    return {name: reverse(name, kwargs={key: things[key] for key in keys}) for name, keys in pages()}


def pages() -> Iterator[tuple[str, list[str]]]:
    """Every named page of the roles with the names of its parts."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver):
            yield from _pages_of(resolver, "")


def _pages_of(resolver: URLResolver, space: str) -> Iterator[tuple[str, list[str]]]:
    space = resolver.namespace or space
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern) and space in ROLES:
            yield f"{space}:{pattern.name}", list(pattern.pattern.converters)
        elif isinstance(pattern, URLResolver):
            yield from _pages_of(pattern, space)


def test_every_page_has_a_row_in_the_matrix() -> None:
    assert {name for name, _ in pages()} == set(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
def test_strangers_to_the_platform_are_sent_to_the_login(name: str, visit: Visit, addresses: dict[str, str]) -> None:
    method = MATRIX[name][0]

    answer = getattr(visit(None), method)(addresses[name])

    assert answer.status_code == LOGIN
    assert answer["Location"].startswith("/accounts/login/?next=/")


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_enters_its_own_pages_and_no_others(
    kind: Kind, visit: Visit, addresses: dict[str, str], mei: Organisation, lao_wu: Organisation
) -> None:
    owners = {Kind.MERCHANT: mei, Kind.LEADER: lao_wu}
    client = visit(owners.get(kind) or make_organisation(kind, "Somebody"))

    for name, (method, kinds, _, _) in MATRIX.items():
        status = getattr(client, method)(addresses[name]).status_code
        assert status in LET_IN if kind in kinds else status == FORBIDDEN, (name, kind, status)


def test_a_viewer_reads_and_does_nothing(
    visit: Visit, addresses: dict[str, str], mei: Organisation, lao_wu: Organisation
) -> None:
    owners = {Kind.MERCHANT: mei, Kind.LEADER: lao_wu}
    houses = {**{kind: make_organisation(kind, "One") for kind in set(Kind) - set(owners)}, **owners}

    for kind in (Kind.MERCHANT, Kind.CREATOR, Kind.LEADER, Kind.OPERATOR):
        client = visit(houses[kind], role=Role.VIEWER)
        for name, (method, kinds, act, _) in MATRIX.items():
            if kind in kinds:
                status = getattr(client, method)(addresses[name]).status_code
                assert status == FORBIDDEN if act == WORK else status in LET_IN, (name, status)


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row[3]])
def test_anothers_things_do_not_exist(name: str, visit: Visit, addresses: dict[str, str]) -> None:
    method, kinds, _, _ = MATRIX[name]
    other = make_organisation(next(iter(kinds)), "Another")

    answer = getattr(visit(other), method)(addresses[name])

    assert answer.status_code == MISSING
    assert "Iron pot" not in answer.content.decode()


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row[0] == "post"])
def test_acts_are_not_done_by_a_get(name: str, visit: Visit, addresses: dict[str, str], house: dict) -> None:
    kind = next(iter(MATRIX[name][1]))

    assert visit(house[kind]).get(addresses[name]).status_code == 405


def test_lists_of_one_merchant_leave_out_anothers(visit: Visit, pot: Product, stranger: Organisation) -> None:
    page = visit(stranger).get("/merchant/products/").content.decode()

    assert "Iron pot" not in page
