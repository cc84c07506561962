"""Who hears what of plans, and of being named: once, in both languages, however often the news is delivered."""

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services
from fenxiao.deals.models import PlanRow, PlanType
from fenxiao.deals.rules import ActivityKind, LeadersLetIn
from fenxiao.deals.rules.drafts import PlanDraft
from fenxiao.parties.models import Kind, Notice, Organisation
from tests.cast import BY, NOON, make_organisation
from tests.deals.activity_cast import HOUR, draft, publish
from tests.deals.notice_cast import *  # noqa: F403  fixtures: a pot, a pan and Lao Wu's activity
from tests.deals.notice_cast import heard, subjects
from tests.deals.plan_cast import rows

pytestmark = pytest.mark.django_db


def test_a_merchant_hears_who_asks_into_a_plan_and_the_creator_hears_the_answer(
    pot: Product, pan: Product, mei: Organisation, chen: Organisation
) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    entry = {"entry": "manual", "offered_rate_bp": 2_000}
    plans = [services.target_product(each, rows=rows(bai), **entry, by=BY, now=NOON) for each in (pot, pan)]
    heard(mei)
    asked = [services.ask_to_join(plan, creator=chen, by=BY, now=NOON + HOUR) for plan in plans]
    told = heard(mei)
    services.decide_requests([asked[0].pk], pass_=True, merchant=mei, by=BY, now=NOON + 2 * HOUR)
    services.decide_requests([asked[1].pk], pass_=False, reason="full", merchant=mei, by=BY, now=NOON + 2 * HOUR)

    assert told[0] == (
        "达人「Chen」申请加入「Pot」的计划，等你审核",
        "Chen asks into your plan on “Pot”: your answer is next",
    )
    assert [kind for kind, _ in subjects(mei)] == ["plan_request", "plan_request"]
    assert heard(chen) == [
        ("商家「Mei」通过了你的申请：「Pot」的计划已为你开通", "The merchant Mei let you into its plan on “Pot”"),
        (
            "商家「Mei」拒绝了你加入「Pan」计划的申请，理由：full",
            "The merchant Mei rejected your request into its plan on “Pan”, because: full",
        ),
    ]
    assert subjects(chen) == [("product", pot.pk), ("plan_request", asked[1].pk)]


def test_many_answers_at_once_are_one_notice_to_each_creator(
    pot: Product, pan: Product, mei: Organisation, chen: Organisation
) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    entry = {"entry": "manual", "offered_rate_bp": 2_000}
    plans = [services.target_product(each, rows=rows(bai), **entry, by=BY, now=NOON) for each in (pot, pan)]
    asked = [services.ask_to_join(plan, creator=chen, by=BY, now=NOON + HOUR).pk for plan in plans]

    services.decide_requests(asked, pass_=True, merchant=mei, by=BY, now=NOON + 2 * HOUR)

    assert [english for _, english in heard(chen)] == [
        "The merchant Mei let you into its plan on “Pot” and 1 more product"
    ]


def test_a_creator_hears_that_a_plan_closed_before_it_was_answered(
    pot: Product, mei: Organisation, chen: Organisation
) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    plan = services.target_product(pot, rows=rows(bai), entry="manual", offered_rate_bp=2_000, by=BY, now=NOON)
    services.ask_to_join(plan, creator=chen, by=BY, now=NOON + HOUR)

    services.close_plan(plan, by=BY, now=NOON + 2 * HOUR)

    assert heard(chen) == [
        (
            "商家「Mei」关闭了「Pot」的计划，你的申请已失效",
            "The merchant Mei closed its plan on “Pot” before it answered you",
        )
    ]


def test_who_takes_a_request_back_hears_nothing_nor_does_the_merchant(
    pot: Product, mei: Organisation, chen: Organisation
) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    plan = services.target_product(pot, rows=rows(bai), entry="manual", offered_rate_bp=2_000, by=BY, now=NOON)
    request = services.ask_to_join(plan, creator=chen, by=BY, now=NOON + HOUR)

    services.withdraw_request(request, creator=chen, by=BY, now=NOON + HOUR)

    assert heard(chen) == []
    assert Notice.objects.filter(organisation=mei).count() == 0


def test_creators_hear_that_a_plan_names_them_and_that_it_takes_them_out(
    pot: Product, mei: Organisation, chen: Organisation
) -> None:
    plan = services.target_product(pot, rows=rows(chen), by=BY, now=NOON)
    named = heard(chen)
    row = PlanRow.objects.get(plan=plan)

    services.close_rows([row.pk], merchant=mei, by=BY, now=NOON + HOUR)
    closed = heard(chen)
    services.remove_rows([row.pk], merchant=mei, by=BY, now=NOON + 2 * HOUR)

    assert named == [
        (
            "商家「Mei」在「Pot」的计划中指定了你，佣金率 25%",
            "The merchant Mei named you in its plan on “Pot” at 25%",
        )
    ]
    assert closed == [
        (
            "商家「Mei」将你移出「Pot」的计划，已生效的佣金保留至当日 24:00",
            "The merchant Mei takes you out of its plan on “Pot”; what is in force holds until midnight",
        )
    ]
    assert heard(chen) == []  # it was told when the row was closed


def test_a_creator_that_is_added_or_let_in_again_hears_of_it(
    pot: Product, mei: Organisation, chen: Organisation
) -> None:
    plan = services.target_product(pot, rows=rows(make_organisation(Kind.CREATOR, "Bai")), by=BY, now=NOON)
    (row,) = services.add_creators(plan, rows=rows(chen), by=BY, now=NOON + HOUR)
    added = heard(chen)
    services.remove_rows([row.pk], merchant=mei, by=BY, now=NOON + 2 * HOUR)
    removed = heard(chen)

    services.add_creators(plan, rows=rows(chen, rate_bp=3_000), by=BY, now=NOON + 3 * HOUR)

    assert [len(added), len(removed)] == [1, 1]
    assert [english for _, english in heard(chen)] == ["The merchant Mei named you in its plan on “Pot” at 30%"]


def test_a_plan_of_the_whole_shop_is_on_all_goods(pot: Product, mei: Organisation, chen: Organisation) -> None:
    plan = services.target_shop(mei, rows=rows(chen), by=BY, now=NOON)

    assert heard(chen) == [
        (
            "商家「Mei」在全店商品的计划中指定了你，佣金率 25%",
            "The merchant Mei named you in its plan on all goods of its shop at 25%",
        )
    ]
    assert subjects(chen) == [("plan", plan.pk)]


def test_a_sheet_of_many_plans_is_one_notice_to_each_creator(
    pot: Product, pan: Product, mei: Organisation, chen: Organisation
) -> None:
    drafts = [
        exclusive_draft(pot, chen, rate_bp=2_000),
        exclusive_draft(pan, chen, rate_bp=3_000),
    ]
    services.enter_plans(mei, drafts=drafts, by=BY, now=NOON)

    assert heard(chen) == [
        (
            "商家「Mei」在「Pot」等 2 件商品的计划中指定了你，佣金率 20%–30%",
            "The merchant Mei named you in its plan on “Pot” and 1 more product at 20%–30%",
        )
    ]


def exclusive_draft(product: Product, creator: Organisation, *, rate_bp: int) -> PlanDraft:
    """An exclusive plan of a sheet."""
    return PlanDraft(type=PlanType.EXCLUSIVE, product_id=product.pk, rows=tuple(rows(creator, rate_bp=rate_bp)))


def test_creators_hear_of_an_exclusive_activity_when_it_opens_and_not_of_its_draft(
    lao_wu: Organisation, chen: Organisation
) -> None:
    bai, dan = make_organisation(Kind.CREATOR, "Bai"), make_organisation(Kind.CREATOR, "Dan")
    wanted = draft(type=ActivityKind.EXCLUSIVE, title="Club", creator_ids=frozenset({bai.pk}))
    club = services.draft_activity(lao_wu, draft=wanted, by=BY, now=NOON)
    services.name_creators(club, creator_ids=[chen.pk], leader=lao_wu, by=BY, now=NOON)
    of_draft = heard(chen)
    services.publish_activity(club, leader=lao_wu, by=BY, now=NOON)
    opened = heard(chen)
    services.name_creators(club, creator_ids=[dan.pk], leader=lao_wu, by=BY, now=NOON + HOUR)
    named = heard(dan)
    services.unname_creators(club, creator_ids=[chen.pk], leader=lao_wu, by=BY, now=NOON + HOUR)

    assert of_draft == []
    assert (
        opened
        == named
        == [
            (
                "团长「Lao Wu」在专属活动「Club」中指定了你，其商品可按专属佣金推广",
                "The leader Lao Wu named you in the exclusive activity “Club”: its goods are yours to promote",
            )
        ]
    )
    assert heard(chen) == [
        (
            "团长「Lao Wu」将你移出专属活动「Club」，自 2026-03-11 00:00 起生效",
            "The leader Lao Wu takes you out of the exclusive activity “Club” from 2026-03-11 00:00 on",
        )
    ]


def test_leaders_hear_of_an_activity_that_names_them(
    lao_wu: Organisation, hua: Organisation, chen: Organisation
) -> None:
    named = {"leader_entry": LeadersLetIn.NAMED, "leader_ids": frozenset({hua.pk})}
    publish(lao_wu, type=ActivityKind.EXCLUSIVE, title="Joint", creator_ids=frozenset({chen.pk}), **named)

    assert heard(hua) == [
        (
            "团长「Lao Wu」邀请你以商品参加活动「Joint」",
            "The leader Lao Wu invites you to hand goods on to “Joint”",
        )
    ]
