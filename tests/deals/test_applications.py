"""Applying with goods, audits, and every way in which an application ends."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import errors, queries, services
from fenxiao.deals.models import Application, ApplicationState, ExpiredBy, ShareToken
from fenxiao.deals.rules import ActivityKind, Floor, Floors, Scope
from fenxiao.kernel import outbox
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_category, make_organisation, make_product
from tests.deals.activity_cast import DAY, END, HOUR, MIDNIGHT, apply, audit, passed, publish
from tests.deals.chains import make_application

LATE = MIDNIGHT - HOUR / 12  # 23:55


def ends() -> list[tuple[int, int | None, datetime | None]]:
    return list(Application.objects.order_by("id").values_list("state", "expired_by", "ends_at"))


def standing_at(moment: datetime) -> list[int]:
    return list(queries.standing_applications(moment).order_by("pk").values_list("pk", flat=True))


def news(*names: str) -> list[dict[str, Any]]:
    return list(OutboxEvent.objects.filter(name__in=names).order_by("id").values_list("payload", flat=True))


def second_of(first: Application, leader: Organisation, **fields: Any) -> Application:
    """A second leader's application that hangs on this one."""
    given = {"fee_bp": 500, "since": NOON, "until_at": first.until_at, **fields}
    return make_application(publish(leader), first.product, first=first, **given)


@pytest.fixture
def old_li(db: None) -> Organisation:
    """Another leader."""
    return make_organisation(Kind.LEADER, "Old Li")


def test_goods_apply_together_on_one_set_of_terms(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    activity, bowl = publish(lao_wu), make_product(mei, "Bowl")

    made = apply(activity, bowl, cup, guaranteed_orders=30, shows_contact_to_creators=True)

    rows = queries.applications_of(activity, now=NOON).order_by("product_id")
    assert [
        (row.product_id, row.commission_rate_bp, row.service_fee_rate_bp, row.state, row.from_at, row.until_at)
        for row in rows
    ] == [(pk, 2_000, 1_000, ApplicationState.PENDING, NOON, END) for pk in (cup.pk, bowl.pk)]
    assert {(row.guaranteed_orders, row.shows_contact_to_creators) for row in rows} == {(30, True)}
    assert news("application.made") == [
        {
            "applications": [each.pk for each in made],
            "products": [cup.pk, bowl.pk],
            "activities": [activity.pk],
        }
    ]
    assert AuditRow.objects.filter(act="apply_to_activity").count() == 1


def test_the_statements_of_an_application_do_not_grow_with_the_goods(lao_wu: Organisation, mei: Organisation) -> None:
    activity = publish(lao_wu)
    goods = [make_product(mei, f"Cup {number}") for number in range(31)]
    counts = []
    for some in (goods[:1], goods[1:]):
        with CaptureQueriesContext(connection) as statements:
            apply(activity, *some)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_beginning_in_the_past_is_now_and_without_one_the_activitys(lao_wu: Organisation, cup: Product) -> None:
    later = publish(lao_wu, begins_at=NOON + DAY)
    begun = publish(lao_wu)

    assert apply(later, cup)[0].from_at == NOON + DAY
    assert apply(begun, cup, from_at=NOON, now=NOON + HOUR)[0].from_at == NOON + HOUR


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"from_at": NOON, "until_at": END + HOUR}, errors.WindowOutsideActivity),
        ({"from_at": NOON + DAY, "until_at": NOON + DAY}, errors.WindowOutsideActivity),
        ({"until_at": NOON - HOUR}, errors.WindowOutsideActivity),
        ({"rate_bp": 9_001}, errors.RateOutOfBounds),
        ({"rate_bp": -1}, errors.RateOutOfBounds),
        ({"service_fee_bp": 499}, errors.FeeBelowFloor),
        ({"service_fee_bp": 10_001}, errors.FeeOutOfBounds),
        ({"service_fee_bp": 8_001}, errors.TermsExceedPrice),
        ({"guaranteed_orders": -1}, errors.GuaranteeOutOfBounds),
        ({"rate_bp": 999}, errors.GoodsRefused),
    ],
)
def test_unfit_terms_are_refused_and_leave_nothing(
    lao_wu: Organisation, cup: Product, fields: dict[str, Any], refusal: type[Refused]
) -> None:
    activity = publish(lao_wu)
    rows = AuditRow.objects.count()

    with pytest.raises(refusal) as refused:
        apply(activity, cup, **fields)

    assert refused.value.message("zh") != refused.value.message("en")
    assert (Application.objects.count(), AuditRow.objects.count()) == (0, rows)


def test_each_refused_product_is_named_and_none_applies(
    lao_wu: Organisation, mei: Organisation, stranger: Organisation, cup: Product
) -> None:
    make_category("ap-2-1")
    tools = make_category("ha-1-1", name="工具")
    floors = Floors(scope=Scope.LEAF, by_category=(Floor(category_id="ap-2-1", commission_bp=1_500),))
    activity = publish(lao_wu, floors=floors)
    applied = make_product(mei, "Applied")
    apply(activity, applied)
    goods = [
        cup,
        applied,
        make_product(mei, "Fallen", level=0),
        make_product(mei, "Down", state=ProductState.OFF_SHELF),
        make_product(mei, "Hammer", category=tools),
        make_product(stranger, "Theirs"),
    ]

    with pytest.raises(errors.GoodsRefused) as refused:
        apply(activity, *goods)

    assert sorted(refused.value.details["goods"]) == sorted(
        [
            (goods[1].pk, "applied"),
            (goods[2].pk, "not_offered"),
            (goods[3].pk, "not_offered"),
            (goods[4].pk, "no_floor"),
            (goods[5].pk, "not_own"),
        ]
    )
    assert "Theirs" not in refused.value.message("en")
    assert Application.objects.count() == 1


def test_a_rate_below_the_second_level_floor_names_both_figures(lao_wu: Organisation, cup: Product) -> None:
    floors = Floors(scope=Scope.SECOND_LEVEL, by_category=(Floor(category_id="ap-2", commission_bp=2_500),))
    activity = publish(lao_wu, floors=floors)

    with pytest.raises(errors.GoodsRefused) as refused:
        apply(activity, cup)

    assert refused.value.message("zh").count("佣金率 20.00% 低于其类目要求的 25.00%") == 1
    assert apply(activity, cup, rate_bp=2_500)[0].state == ApplicationState.PENDING


def test_goods_whose_plan_could_cost_the_price_with_the_fee_are_refused_with_the_sum(
    lao_wu: Organisation, cup: Product
) -> None:
    services.open_plan(cup, rate_bp=8_500, by=BY, now=NOON)
    activity = publish(lao_wu)

    with pytest.raises(errors.GoodsRefused) as refused:
        apply(activity, cup, service_fee_bp=1_501)

    assert "100.01%" in refused.value.message("en")
    assert "15.00%" in refused.value.message("en")
    assert apply(activity, cup, service_fee_bp=1_500)[0].pk


def test_a_fee_counts_in_the_sum_until_its_cooperation_has_ended(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup, service_fee_bp=4_000)
    services.withdraw_application(application, merchant=mei, by=BY, now=NOON)

    with pytest.raises(errors.MerchantWouldOwe):
        services.open_plan(cup, rate_bp=7_000, by=BY, now=MIDNIGHT - HOUR)

    assert services.open_plan(cup, rate_bp=7_000, by=BY, now=MIDNIGHT).pk


def test_merchants_do_not_apply_to_a_cooperative_activity_or_a_draft(lao_wu: Organisation, cup: Product) -> None:
    with pytest.raises(errors.MerchantsNotTaken):
        apply(publish(lao_wu, type=ActivityKind.COOPERATIVE), cup)
    closed = publish(lao_wu)
    services.close_activity(closed, by=BY, now=NOON)
    with pytest.raises(errors.ActivityClosing):
        apply(closed, cup)


def test_no_goods_and_too_many_are_refused(lao_wu: Organisation, mei: Organisation) -> None:
    activity = publish(lao_wu)
    terms = {"rate_bp": 2_000, "service_fee_bp": 1_000, "until_at": END, "by": BY, "now": NOON}

    with pytest.raises(errors.NoGoodsNamed):
        services.apply_to_activity(activity, merchant=mei, products=[], **terms)
    with pytest.raises(errors.TooManyGoods):
        services.apply_to_activity(activity, merchant=mei, products=range(1, 202), **terms)


def test_goods_are_shown_with_the_floor_or_the_reason(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    activity, applied = publish(lao_wu), make_product(mei, "Applied")
    fallen = make_product(mei, "Fallen", level=0)
    apply(activity, applied)

    rows = queries.usable_products(mei, activity)

    assert [(row.product, row.floor_bp, row.finding.code if row.finding else None) for row in rows] == [
        (cup, 1_000, None),
        (applied, 1_000, "applied"),
        (fallen, 1_000, "not_offered"),
    ]


def test_an_audit_passes_many_at_once(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    made = apply(activity, cup, make_product(mei, "Bowl"))

    audit(activity, *made, now=NOON + HOUR)

    assert set(Application.objects.values_list("state", "passed_at", "decided_at")) == {
        (ApplicationState.PASSED, NOON + HOUR, NOON + HOUR)
    }
    assert standing_at(NOON + HOUR) == [each.pk for each in made]
    assert standing_at(NOON + HOUR / 2) == []
    assert news("application.passed")[0]["applications"] == [each.pk for each in made]


def test_a_rejection_says_why_and_makes_room_for_another(lao_wu: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    first = apply(activity, cup)[0]
    with pytest.raises(errors.RejectionNeedsReason):
        audit(activity, first, pass_=False, reason="  ")

    audit(activity, first, pass_=False, reason="价格偏高")

    assert list(Application.objects.values_list("state", "reason")) == [(ApplicationState.REJECTED, "价格偏高")]
    assert passed(activity, cup).state == ApplicationState.PASSED


@pytest.mark.parametrize("pass_", [True, False])
def test_a_second_audit_is_refused_and_names_the_state(lao_wu: Organisation, cup: Product, pass_: bool) -> None:
    activity = publish(lao_wu)
    application = passed(activity, cup)

    with pytest.raises(errors.ApplicationNotPending) as refused:
        audit(activity, application, pass_=pass_)

    assert "已通过" in refused.value.message("zh")
    assert "(passed)" in refused.value.message("en")
    assert Application.objects.get().state == ApplicationState.PASSED


def test_one_that_was_audited_holds_up_the_whole_batch(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    done = passed(activity, cup)
    waiting = apply(activity, make_product(mei, "Bowl"))[0]

    with pytest.raises(errors.ApplicationNotPending):
        audit(activity, done, waiting)

    assert Application.objects.get(pk=waiting.pk).state == ApplicationState.PENDING


def test_an_audit_is_the_leaders_own_and_of_this_activity(
    lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    activity, other = publish(lao_wu), publish(lao_wu)
    application = apply(activity, cup)[0]

    with pytest.raises(errors.NotOwnActivity):
        audit(activity, application, leader=old_li)
    with pytest.raises(errors.ApplicationsUnknown):
        audit(other, application)
    with pytest.raises(errors.NoApplicationsNamed):
        audit(activity)


def test_goods_that_fell_meanwhile_are_not_passed(lao_wu: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    application = apply(activity, cup)[0]
    Product.objects.filter(pk=cup.pk).update(level=0)

    with pytest.raises(errors.AuditRefused):
        audit(activity, application)

    audit(activity, application, pass_=False)
    assert Application.objects.get().state == ApplicationState.REJECTED


def test_a_seconds_application_is_passed_only_while_its_first_bears_it(
    lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    first = passed(publish(lao_wu), cup)
    dear = second_of(first, old_li, fee_bp=1_001, state=ApplicationState.PENDING, passed_at=None)
    with pytest.raises(errors.AuditRefused) as refused:
        audit(dear.activity, dear)
    assert "10.01%" in refused.value.message("en")
    assert "10.00%" in refused.value.message("en")

    audit(dear.activity, dear, pass_=False)
    fair = second_of(first, old_li, fee_bp=1_000, state=ApplicationState.PENDING, passed_at=None)
    audit(fair.activity, fair)

    assert standing_at(NOON) == [first.pk, fair.pk]


def test_what_waits_is_withdrawn_at_once(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    application = apply(publish(lao_wu), cup)[0]

    services.withdraw_application(application, merchant=mei, by=BY, now=LATE)  # no cut: nobody relied on it

    assert ends() == [(ApplicationState.EXPIRED, ExpiredBy.MERCHANT, LATE)]


def test_what_was_passed_is_withdrawn_from_midnight_with_all_that_hangs_on_it(
    lao_wu: Organisation, old_li: Organisation, mei: Organisation, cup: Product
) -> None:
    first = passed(publish(lao_wu), cup)
    second = second_of(first, old_li)
    waiting = second_of(first, old_li, state=ApplicationState.PENDING, passed_at=None)

    services.withdraw_application(first, merchant=mei, reason="停产", by=BY, now=NOON + HOUR)

    assert ends() == [
        (ApplicationState.EXPIRED, ExpiredBy.MERCHANT, MIDNIGHT),
        (ApplicationState.EXPIRED, ExpiredBy.MERCHANT, MIDNIGHT),
        (ApplicationState.EXPIRED, ExpiredBy.MERCHANT, NOON + HOUR),
    ]
    assert [standing_at(moment) for moment in (MIDNIGHT - HOUR, MIDNIGHT)] == [[first.pk, second.pk], []]
    assert [each["applications"] for each in news("application.ended")] == [[waiting.pk], [first.pk, second.pk]]
    assert AuditRow.objects.latest("id").after["ended"] == [first.pk, second.pk, waiting.pk]


def test_nothing_that_stands_ends_in_the_last_ten_minutes_of_a_day(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup)

    with pytest.raises(errors.TooLateToCut):
        services.withdraw_application(application, merchant=mei, by=BY, now=LATE)
    with pytest.raises(errors.TooLateToCut):
        services.end_application(application, leader=lao_wu, by=BY, now=LATE)

    assert ends() == [(ApplicationState.PASSED, None, None)]


def test_the_leader_ends_what_it_passed_and_rejects_what_waits(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    application = passed(activity, cup)
    waiting = apply(activity, make_product(mei, "Bowl"))[0]
    with pytest.raises(errors.ApplicationNotPassed):
        services.end_application(waiting, leader=lao_wu, by=BY, now=NOON)

    services.end_application(application, leader=lao_wu, reason="违规", by=BY, now=NOON)

    assert ends()[0] == (ApplicationState.EXPIRED, ExpiredBy.LEADER, MIDNIGHT)
    with pytest.raises(errors.ApplicationEnding):
        services.end_application(application, leader=lao_wu, by=BY, now=NOON)
    with pytest.raises(errors.ApplicationEnded):
        services.end_application(application, leader=lao_wu, by=BY, now=MIDNIGHT)


def test_strangers_neither_withdraw_nor_end(
    lao_wu: Organisation, old_li: Organisation, stranger: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup)

    with pytest.raises(errors.ApplicationsUnknown):
        services.withdraw_application(application, merchant=stranger, by=BY, now=NOON)
    with pytest.raises(errors.NotASide):
        services.end_application(application, leader=old_li, by=BY, now=NOON)

    assert standing_at(MIDNIGHT) == [application.pk]


def test_news_of_goods_taken_down_end_their_applications(lao_wu: Organisation, cup: Product) -> None:
    passed(publish(lao_wu), cup)
    catalog.take_off_shelf(cup, by=BY, now=NOON)
    OutboxEvent.objects.update(due_at=NOON)  # written by the database's own clock

    outbox.deliver_all(now=NOON + HOUR)

    assert ends() == [(ApplicationState.EXPIRED, ExpiredBy.OFF_SHELF, MIDNIGHT)]


def test_off_shelf_goods_expire_at_midnight_even_late_in_the_day(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity, bowl, plate = publish(lao_wu), make_product(mei, "Bowl"), make_product(mei, "Plate")
    passed(activity, cup)
    apply(activity, bowl)
    apply(activity, plate)
    for product in (cup, bowl):
        catalog.take_off_shelf(product, by=BY, now=NOON)

    ended = services.expire_off_shelf([cup.pk, bowl.pk, plate.pk], now=LATE)

    assert ended == 2
    assert ends() == [
        (ApplicationState.EXPIRED, ExpiredBy.OFF_SHELF, MIDNIGHT),
        (ApplicationState.EXPIRED, ExpiredBy.OFF_SHELF, LATE),
        (ApplicationState.PENDING, None, None),
    ]
    assert services.expire_off_shelf([cup.pk, bowl.pk], now=LATE) == 0


def test_a_window_that_ran_out_is_noted_once_and_makes_room(lao_wu: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    passed(activity, cup, until_at=NOON + DAY)
    assert services.expire_run_out(now=NOON + DAY - HOUR) == 0

    assert [services.expire_run_out(now=NOON + 2 * DAY) for _ in range(2)] == [1, 0]

    assert ends() == [(ApplicationState.EXPIRED, ExpiredBy.WINDOW_OVER, NOON + DAY)]
    assert apply(activity, cup, now=NOON + 2 * DAY)[0].state == ApplicationState.PENDING


def test_one_whose_window_ran_out_a_moment_ago_makes_room_before_anyone_noted_it(
    lao_wu: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    over = passed(activity, cup, until_at=NOON + DAY)

    again = apply(activity, cup, now=NOON + DAY)[0]

    assert ends()[0] == (ApplicationState.EXPIRED, ExpiredBy.WINDOW_OVER, NOON + DAY)
    assert over.pk < again.pk


def test_ended_ones_are_listed_with_their_cause_and_counts(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity, bowl = publish(lao_wu), make_product(mei, "Bowl")
    by_merchant, by_leader = passed(activity, cup), passed(activity, bowl)
    services.withdraw_application(by_merchant, merchant=mei, by=BY, now=NOON)
    services.end_application(by_leader, leader=lao_wu, by=BY, now=NOON + DAY)

    ended = queries.invalid_applications(lao_wu, now=NOON + 2 * DAY)

    assert [row.pk for row in ended.rows] == [by_leader.pk, by_merchant.pk]
    assert (ended.today, ended.thirty_days) == (1, 2)
    mine = queries.invalid_applications(lao_wu, now=NOON + 2 * DAY, expired_by=2)
    assert [row.pk for row in mine.rows] == [by_merchant.pk]


def test_lists_take_as_many_statements_for_three_rows_as_for_one(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    counts = []
    for goods in ([cup], [make_product(mei, "Bowl"), make_product(mei, "Plate")]):
        for product in goods:
            passed(activity, product)
        with CaptureQueriesContext(connection) as statements:
            rows = list(queries.applications_of(activity, now=NOON))
            assert {row.activity.leader.name + row.merchant.name + row.product.category.name_zh for row in rows}
            queries.usable_products(mei, activity)
            list(queries.applied_activities(mei))
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_an_application_is_found_by_product_and_first_activity(
    lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    first = passed(publish(lao_wu), cup)
    second = second_of(first, old_li)

    assert queries.applications_for(first.activity, keys=[(cup.pk, None)]) == [first]
    assert queries.applications_for(second.activity, keys=[(cup.pk, first.activity_id)]) == [second]
    with pytest.raises(errors.ApplicationsUnknown):
        queries.applications_for(second.activity, keys=[(cup.pk, None)])


def test_the_same_words_give_the_same_token_and_others_another(lao_wu: Organisation, cup: Product) -> None:
    application = passed(publish(lao_wu), cup)

    codes = [
        services.share_token(application, leader=lao_wu, title=title, words="hi", by=BY, now=NOON).code
        for title in ("杯子", "杯子", "Cup")
    ]

    assert codes[0] == codes[1] != codes[2]
    assert ShareToken.objects.count() == 2
    assert queries.application_of_token(f" {codes[0].lower()} ", now=NOON) == application


def test_a_token_dies_with_its_application(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    application = passed(publish(lao_wu), cup)
    code = services.share_token(application, leader=lao_wu, by=BY, now=NOON).code
    services.withdraw_application(application, merchant=mei, by=BY, now=NOON)

    assert queries.application_of_token(code, now=MIDNIGHT - HOUR) == application
    with pytest.raises(errors.TokenDead):
        queries.application_of_token(code, now=MIDNIGHT)
    with pytest.raises(errors.TokenUnknown):
        queries.application_of_token("NOSUCHCODE", now=NOON)


def test_a_token_is_the_leaders_for_what_it_passed(lao_wu: Organisation, old_li: Organisation, cup: Product) -> None:
    application = apply(publish(lao_wu), cup)[0]

    with pytest.raises(errors.NotASide):
        services.share_token(application, leader=old_li, by=BY, now=NOON)
    with pytest.raises(errors.ApplicationNotPassed):
        services.share_token(application, leader=lao_wu, by=BY, now=NOON)

    assert not ShareToken.objects.exists()
