"""Applying with goods, and audits."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import errors, queries, services
from fenxiao.deals.models import Application, ApplicationState
from fenxiao.deals.rules import ActivityKind, Floor, Floors, Scope
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_category, make_product
from tests.deals.activity_cast import (
    DAY,
    END,
    HOUR,
    MIDNIGHT,
    apply,
    audit,
    news,
    passed,
    publish,
    second_of,
    standing_at,
)

LATE = MIDNIGHT - HOUR / 12  # 23:55


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
    services.close_activity(closed, leader=closed.leader, by=BY, now=NOON)
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


def test_one_audit_takes_in_several_activities_of_a_leader_all_or_none(
    lao_wu: Organisation, old_li: Organisation, mei: Organisation, cup: Product
) -> None:
    spring, summer, fan = publish(lao_wu), publish(lao_wu, title="Summer"), make_product(mei, "Fan")
    ids = [each.pk for each in [*apply(spring, cup), *apply(summer, fan)]]
    alien = apply(publish(old_li), make_product(mei, "Pot"))[0]
    given: dict[str, Any] = {"pass_": True, "leader": lao_wu, "by": BY, "now": NOON}

    with pytest.raises(errors.ApplicationsUnknown):
        services.audit_applications(None, ids=[*ids, alien.pk], **given)
    assert not Application.objects.filter(state=ApplicationState.PASSED).exists()
    services.audit_applications(None, ids=ids, **given)

    assert set(Application.objects.filter(state=ApplicationState.PASSED).values_list("pk", flat=True)) == set(ids)


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
