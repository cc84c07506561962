"""Who hears what of deals: each event tells the other side once, in both languages, however often it is delivered."""

from datetime import UTC, datetime

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services
from fenxiao.deals.models import Activity, ActivityType, Application, PlanRow, PlanType
from fenxiao.deals.rules import ActivityKind, LeadersLetIn
from fenxiao.deals.rules.drafts import PlanDraft
from fenxiao.kernel import outbox
from fenxiao.kernel.models import OutboxDelivery, OutboxEvent
from fenxiao.parties.models import Kind, Notice, Organisation
from fenxiao.parties.notices import words_of
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals import second_cast
from tests.deals.activity_cast import DAY, END, HOUR, apply, audit, draft, publish
from tests.deals.chains import make_activity, make_application
from tests.deals.plan_cast import rows

pytestmark = pytest.mark.django_db
LATER = datetime(2031, 1, 1, tzinfo=UTC)  # news is due from when it was written, on the real clock


@pytest.fixture
def pot(mei: Organisation) -> Product:
    """Mei's, with a plain name."""
    return make_product(mei, "Pot")


@pytest.fixture
def pan(mei: Organisation) -> Product:
    """Mei's other one."""
    return make_product(mei, "Pan")


@pytest.fixture
def spring(lao_wu: Organisation) -> Activity:
    """Lao Wu's activity."""
    return publish(lao_wu, title="Spring")


def heard(organisation: Organisation) -> list[tuple[str, str]]:
    """What an organisation was told since it was asked last, in Chinese and English, news delivered twice over."""
    outbox.deliver_all(now=LATER)
    count = Notice.objects.count()
    OutboxDelivery.objects.all().delete()
    OutboxEvent.objects.update(delivered_at=None)
    outbox.deliver_all(now=LATER)
    assert Notice.objects.count() == count
    fresh = list(Notice.objects.filter(organisation=organisation, read_at=None).order_by("pk"))
    Notice.objects.update(read_at=LATER)
    OutboxEvent.objects.all().delete()
    return [(words_of(each.code, each.details, "zh-hans"), words_of(each.code, each.details, "en")) for each in fresh]


def subjects(organisation: Organisation) -> list[tuple[str, int]]:
    rows = Notice.objects.filter(organisation=organisation).order_by("pk")
    return list(rows.values_list("subject_kind", "subject_id"))


def test_a_leader_hears_once_of_all_the_goods_that_one_merchant_applies_with(
    spring: Activity, pot: Product, pan: Product, lao_wu: Organisation, mei: Organisation
) -> None:
    apply(spring, pot, pan)

    assert heard(lao_wu) == [
        (
            "商家「Mei」以「Pot」等 2 件商品申请参加活动「Spring」，等你审核",
            "The merchant Mei applies to “Spring” with “Pot” and 1 more product: your audit is next",
        )
    ]
    assert subjects(lao_wu) == [("activity", spring.pk)]
    assert heard(mei) == []


def test_what_was_answered_before_the_news_came_is_not_told_as_waiting(
    spring: Activity, pot: Product, pan: Product, lao_wu: Organisation, mei: Organisation
) -> None:
    audited, _ = apply(spring, pot, pan)
    audit(spring, audited)
    wish = services.ask_fee_cut(audited, merchant=mei, wanted_fee_bp=800, by=BY, now=NOON + HOUR)
    services.answer_wish(wish, side=lao_wu, grant=False, by=BY, now=NOON + HOUR)
    bounds = {"lowest_rate_bp": 1_000, "highest_rate_bp": 2_000, "from_at": NOON, "until_at": END}
    trust = services.propose_trusteeship(mei, leader=lao_wu, **bounds, by=BY, now=NOON)
    services.accept_trusteeship(trust, leader=lao_wu, by=BY, now=NOON)

    assert [english for _, english in heard(lao_wu)] == [
        "The merchant Mei applies to “Spring” with “Pan”: your audit is next"
    ]
    assert subjects(lao_wu) == [("application", Application.objects.get(product=pan).pk)]


def test_a_merchant_hears_how_the_audit_went(spring: Activity, pot: Product, pan: Product, mei: Organisation) -> None:
    first, second = apply(spring, pot, pan)
    heard(mei)
    audit(spring, first)
    passed = heard(mei)
    audit(spring, second, pass_=False, reason="too dear")

    assert passed == [
        ("「Pot」参加活动「Spring」的申请已通过", "Your application to “Spring” with “Pot” was passed"),
    ]
    assert heard(mei) == [
        (
            "「Pan」参加活动「Spring」的申请被拒绝，理由：too dear",
            "Your application to “Spring” with “Pan” was rejected, because: too dear",
        )
    ]
    assert subjects(mei) == [("application", first.pk), ("application", second.pk)]


def test_each_merchant_hears_of_its_own_goods_when_many_are_audited_at_once(
    spring: Activity, pot: Product, pan: Product, mei: Organisation, stranger: Organisation
) -> None:
    made = [*apply(spring, pot, pan), *apply(spring, make_product(stranger, "Hat"))]
    heard(mei)

    audit(spring, *made)

    assert heard(mei) == [
        (
            "「Pot」等 2 件商品参加活动「Spring」的申请已通过",
            "Your application to “Spring” with “Pot” and 1 more product was passed",
        )
    ]
    assert Notice.objects.filter(organisation=stranger).count() == 1


def test_a_leader_hears_of_what_a_merchant_withdraws_and_not_again_at_midnight(
    spring: Activity, pot: Product, pan: Product, mei: Organisation, lao_wu: Organisation
) -> None:
    waiting, passed = apply(spring, pot, pan)
    audit(spring, passed)
    heard(lao_wu)
    services.withdraw_application(waiting, merchant=mei, reason="sold out", by=BY, now=NOON + HOUR)
    of_waiting = heard(lao_wu)

    services.withdraw_application(passed, merchant=mei, by=BY, now=NOON + HOUR)

    assert of_waiting == [
        (
            "商家「Mei」撤回了「Pot」在活动「Spring」中的合作，自 2026-03-10 13:00 起结束，理由：sold out",
            "The merchant Mei withdrew “Pot” from “Spring”: it ends at 2026-03-10 13:00, because: sold out",
        )
    ]
    assert heard(lao_wu) == [
        (
            "商家「Mei」撤回了「Pan」在活动「Spring」中的合作，自 2026-03-11 00:00 起结束",
            "The merchant Mei withdrew “Pan” from “Spring”: it ends at 2026-03-11 00:00",
        )
    ]


def test_a_merchant_hears_of_a_closed_activity_once_for_what_stood_and_once_for_what_waited(
    spring: Activity, pot: Product, pan: Product, mei: Organisation, lao_wu: Organisation
) -> None:
    _, passed = apply(spring, pot, pan)
    audit(spring, passed)
    heard(mei)

    services.close_activity(spring, leader=lao_wu, by=BY, now=NOON + HOUR)

    assert sorted(english for _, english in heard(mei)) == [
        "The leader Lao Wu ended the cooperation with “Pan” in “Spring” from 2026-03-11 00:00 on",
        "The leader Lao Wu ended the cooperation with “Pot” in “Spring” from 2026-03-10 13:00 on",
    ]


def test_a_merchant_hears_of_what_a_leader_ends_with_its_reason(
    spring: Activity, pot: Product, mei: Organisation, lao_wu: Organisation
) -> None:
    (application,) = audit(spring, *apply(spring, pot))
    heard(mei)

    services.end_application(application, leader=lao_wu, reason="no sales", by=BY, now=NOON + HOUR)

    assert heard(mei) == [
        (
            "团长「Lao Wu」结束了「Pot」在活动「Spring」中的合作，自 2026-03-11 00:00 起生效，理由：no sales",
            "The leader Lao Wu ended the cooperation with “Pot” in “Spring” from 2026-03-11 00:00 on, "
            "because: no sales",
        )
    ]
    assert Notice.objects.filter(organisation=lao_wu, code="application.ended").count() == 0


def test_both_sides_hear_of_goods_that_go_off_shelf(
    spring: Activity, pot: Product, mei: Organisation, lao_wu: Organisation
) -> None:
    audit(spring, *apply(spring, pot))
    heard(mei)
    Product.objects.filter(pk=pot.pk).update(state="off_shelf")

    services.expire_off_shelf([pot.pk], by=BY, now=NOON + HOUR)
    told = heard(mei)

    assert told == [
        (
            "「Pot」已下架，在活动「Spring」中的合作自 2026-03-11 00:00 起结束",
            "“Pot” went off shelf: the cooperation in “Spring” ends at 2026-03-11 00:00",
        )
    ]
    assert Notice.objects.filter(organisation=lao_wu, code="application.off_shelf").count() == 1


def test_a_window_that_runs_out_was_agreed_and_is_told_to_nobody(
    spring: Activity, pot: Product, mei: Organisation, lao_wu: Organisation
) -> None:
    audit(spring, *apply(spring, pot, until_at=NOON + DAY))
    heard(mei)

    services.expire_run_out(by=BY, now=NOON + 2 * DAY)

    assert heard(mei) == []
    assert Notice.objects.filter(organisation=lao_wu).count() == 0


def test_a_leader_hears_what_a_merchant_wishes_and_the_merchant_hears_the_answer(
    spring: Activity, pot: Product, mei: Organisation, lao_wu: Organisation
) -> None:
    (application,) = audit(spring, *apply(spring, pot, until_at=END - DAY))
    heard(mei)
    longer = services.ask_extension(application, side=mei, wanted_until=END, by=BY, now=NOON + HOUR)
    cheaper = services.ask_fee_cut(application, merchant=mei, wanted_fee_bp=800, by=BY, now=NOON + HOUR)
    asked = heard(lao_wu)
    services.answer_wish(longer, side=lao_wu, grant=True, by=BY, now=NOON + HOUR)
    services.answer_wish(cheaper, side=lao_wu, grant=False, reason="no", by=BY, now=NOON + HOUR)

    assert asked == [
        (
            "「Mei」请求延期至 2026-04-09 12:00：活动「Spring」中的「Pot」，等你答复",
            "Mei asks for an extension until 2026-04-09 12:00 for “Pot” in “Spring”: your answer is next",
        ),
        (
            "「Mei」请求服务费下调至 8%：活动「Spring」中的「Pot」，等你答复",
            "Mei asks for a service fee of 8% for “Pot” in “Spring”: your answer is next",
        ),
    ]
    assert heard(mei) == [
        (
            "「Lao Wu」同意了你的请求：「Pot」在活动「Spring」中延期至 2026-04-09 12:00",
            "Lao Wu granted an extension until 2026-04-09 12:00 for “Pot” in “Spring”",
        ),
        (
            "「Lao Wu」拒绝了你的请求：「Pot」在活动「Spring」中服务费下调至 8%，理由：no",
            "Lao Wu declined a service fee of 8% for “Pot” in “Spring”, because: no",
        ),
    ]
    assert subjects(lao_wu)[-2:] == [("wish", longer.pk), ("wish", cheaper.pk)]
    assert subjects(mei)[-2:] == [("application", application.pk)] * 2


def test_a_merchant_hears_what_a_leader_wishes_and_that_it_was_taken_back(
    spring: Activity, pot: Product, mei: Organisation, lao_wu: Organisation
) -> None:
    (application,) = audit(spring, *apply(spring, pot, until_at=END - DAY))
    heard(mei)
    wish = services.ask_extension(application, side=lao_wu, wanted_until=END, by=BY, now=NOON + HOUR)
    asked = heard(mei)
    services.withdraw_wish(wish, side=lao_wu, by=BY, now=NOON + HOUR)

    assert [chinese for chinese, _ in asked] == [
        "「Lao Wu」请求延期至 2026-04-09 12:00：活动「Spring」中的「Pot」，等你答复"
    ]
    assert heard(mei) == [
        (
            "「Lao Wu」撤回了请求：「Pot」在活动「Spring」中延期至 2026-04-09 12:00",
            "Lao Wu took back its request for an extension until 2026-04-09 12:00 for “Pot” in “Spring”",
        )
    ]


def test_a_trusteeship_is_told_to_the_side_that_did_not_act(mei: Organisation, lao_wu: Organisation) -> None:
    bounds = {"lowest_rate_bp": 1_000, "highest_rate_bp": 2_000, "from_at": NOON, "until_at": END}
    trust = services.propose_trusteeship(mei, leader=lao_wu, **bounds, by=BY, now=NOON)
    proposed = heard(lao_wu)
    services.accept_trusteeship(trust, leader=lao_wu, by=BY, now=NOON)
    accepted = heard(mei)
    services.end_trusteeship(trust, side=mei, by=BY, now=NOON + HOUR)

    assert proposed == [
        (
            "商家「Mei」请你托管其计划，佣金率 10%–20%，自 2026-03-10 12:00 至 2026-04-09 12:00，等你答复",
            "The merchant Mei asks you to manage its rates within 10%–20%, "
            "from 2026-03-10 12:00 until 2026-04-09 12:00",
        )
    ]
    assert accepted == [
        (
            "团长「Lao Wu」接受了托管，可在佣金率 10%–20% 内调整，至 2026-04-09 12:00",
            "The leader Lao Wu now manages your rates within 10%–20%, until 2026-04-09 12:00",
        )
    ]
    assert heard(lao_wu) == [
        ("「Mei」结束了托管（佣金率 10%–20%）", "Mei ended the trusteeship over rates within 10%–20%")
    ]


def test_a_merchant_hears_that_a_leader_ends_a_trusteeship(mei: Organisation, lao_wu: Organisation) -> None:
    bounds = {"lowest_rate_bp": 1_000, "highest_rate_bp": 2_000, "from_at": NOON, "until_at": END}
    trust = services.propose_trusteeship(mei, leader=lao_wu, **bounds, by=BY, now=NOON)
    heard(mei)

    services.end_trusteeship(trust, side=lao_wu, by=BY, now=NOON + HOUR)

    assert [english for _, english in heard(mei)] == ["Lao Wu ended the trusteeship over rates within 10%–20%"]


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


@pytest.fixture
def handed(lao_wu: Organisation, hua: Organisation, pot: Product) -> Application:
    """Lao Wu's pot, handed on to Hua and passed."""
    first = make_application(make_activity(lao_wu, title="Spring"), pot, fee_bp=1_000)
    joint = make_activity(hua, kind=ActivityType.COOPERATIVE, title="Joint", floor_service_fee_bp=300)
    return second_cast.hand_on(first, joint)


def test_a_second_leader_hears_who_hands_goods_on_and_the_first_hears_of_the_audit(
    handed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    asked = heard(hua)
    second_cast.audit(handed)

    assert asked == [
        (
            "团长「Lao Wu」以「Pot」申请参加你的活动「Joint」，等你审核",
            "The leader Lao Wu applies to your “Joint” with “Pot”: your audit is next",
        )
    ]
    assert heard(lao_wu) == [
        ("「Pot」参加活动「Joint」的申请已通过", "Your application to “Joint” with “Pot” was passed")
    ]
    assert subjects(lao_wu) == [("second", handed.pk)]


def test_an_end_by_consent_is_asked_and_answered_and_told_no_third_time(
    handed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    second_cast.audit(handed)
    heard(hua)
    services.ask_cancellation(handed, leader=lao_wu, reason="done", by=BY, now=NOON + 2 * HOUR)
    asked = heard(hua)

    services.answer_cancellation(handed, consent=True, leader=hua, by=BY, now=NOON + 3 * HOUR)

    assert asked == [
        (
            "「Lao Wu」请求取消合作：活动「Joint」中的「Pot」，等你答复",
            "Lao Wu asks for an end of the cooperation for “Pot” in “Joint”: your answer is next",
        )
    ]
    assert heard(lao_wu) == [
        (
            "「Hua」同意了你的请求：「Pot」在活动「Joint」中取消合作",
            "Hua granted an end of the cooperation for “Pot” in “Joint”",
        )
    ]
    assert [subjects(hua)[-1], subjects(lao_wu)[-1]] == [("handed_on", handed.pk), ("second", handed.pk)]


def test_a_second_leader_hears_that_the_first_cooperation_fell(
    handed: Application, lao_wu: Organisation, hua: Organisation, mei: Organisation
) -> None:
    second_cast.audit(handed)
    heard(hua)

    services.end_application(handed.first, leader=lao_wu, by=BY, now=NOON + 2 * HOUR)
    of_hua = heard(hua)

    assert of_hua == [
        (
            "团长「Lao Wu」结束了「Pot」在活动「Joint」中的合作，自 2026-03-11 00:00 起生效",
            "The leader Lao Wu ended the cooperation with “Pot” in “Joint” from 2026-03-11 00:00 on",
        )
    ]
    assert list(Notice.objects.filter(organisation=mei).values_list("details__title", flat=True)) == ["Spring"]


def test_a_first_leader_hears_that_the_second_ended_it(
    handed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    second_cast.audit(handed)
    heard(lao_wu)

    services.end_application(handed, leader=hua, by=BY, now=NOON + 2 * HOUR)

    assert [english for _, english in heard(lao_wu)] == [
        "The leader Hua ended the cooperation with “Pot” in “Joint” from 2026-03-11 00:00 on"
    ]
