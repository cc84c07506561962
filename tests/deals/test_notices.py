"""Who hears what of cooperation: each event tells the other side once, in both languages, delivered twice or not."""

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services
from fenxiao.deals.models import Activity, ActivityType, Application
from fenxiao.parties.models import Notice, Organisation
from tests.cast import BY, NOON, make_product
from tests.deals import second_cast
from tests.deals.activity_cast import DAY, END, HOUR, apply, audit
from tests.deals.chains import make_activity, make_application
from tests.deals.notice_cast import *  # noqa: F403  fixtures: a pot, a pan and Lao Wu's activity
from tests.deals.notice_cast import heard, subjects

pytestmark = pytest.mark.django_db


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
