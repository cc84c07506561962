"""Targeted, shop and exclusive plans, their rows, and the sum that no merchant may owe."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import queries, services
from fenxiao.deals.errors import (
    CreatorsInPlanAlready,
    CreatorsNamedTwice,
    CreatorsUnfit,
    MerchantSuspended,
    MerchantWouldOwe,
    NobodyNamed,
    NormalPlanIsForAll,
    PlanClosed,
    PlanStandsOpen,
    ProductNotOffered,
    RateOutOfBounds,
    RowIsClosed,
    RowIsOpen,
    RowIsRemoved,
    RowOfEverybody,
    RowsUnknown,
    TooLateToCut,
)
from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlanSpell, PlanType
from fenxiao.deals.queries import TradeState
from fenxiao.deals.rules import PlanState, RowState
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.deals.plan_cast import DAY, HOUR, LATE, MIDNIGHT, creators, make_application, news, rows


def rates(plan: Plan, moment: object) -> list[int | None]:
    """The rates of the plan's rows as of a moment."""
    return [row.rate_bp for row in queries.commission_rows(plan, now=moment, with_removed=True)]  # type: ignore[arg-type]  # each test changes what it is about


def test_a_targeted_plan_names_creators_each_with_an_own_rate(cup: Product) -> None:
    ann, bob = creators(2)

    plan = services.target_product(cup, rows=[*rows(ann), *rows(bob, rate_bp=3_000)], by=BY, now=NOON)

    assert (plan.type, plan.merchant_id, plan.product_id) == (2, cup.merchant_id, cup.pk)
    assert rates(plan, NOON) == [2_500, 3_000]
    assert news() == [
        ("plan.creators_named", {"rows": list(PlanRow.objects.order_by("pk").values_list("pk", flat=True))}),
        ("plan.opened", {"plan": plan.pk, "product": cup.pk}),
    ]
    assert list(AuditRow.objects.values_list("act", "after__creators")) == [("target_product", 2)]


def test_a_row_below_what_its_creator_gets_today_begins_at_midnight(cup: Product) -> None:
    ann, bob = creators(2)
    services.open_plan(cup, rate_bp=2_600, by=BY, now=NOON)

    plan = services.target_product(cup, rows=[*rows(ann), *rows(bob, rate_bp=2_600)], by=BY, now=NOON + HOUR)

    assert rates(plan, NOON + HOUR) == [None, 2_600]
    assert rates(plan, MIDNIGHT) == [2_500, 2_600]


def test_an_activity_that_anyone_may_carry_is_what_a_creator_gets_too(cup: Product, lao_wu: Organisation) -> None:
    make_application(cup, lao_wu, fee_bp=500, rate_bp=2_600)

    plan = services.target_product(cup, rows=rows(*creators(1)), by=BY, now=NOON)

    assert (rates(plan, NOON), rates(plan, MIDNIGHT)) == ([None], [2_500])


def test_a_lower_row_is_not_entered_in_the_last_ten_minutes(cup: Product) -> None:
    services.open_plan(cup, rate_bp=3_000, by=BY, now=NOON)

    with pytest.raises(TooLateToCut):
        services.target_product(cup, rows=rows(*creators(1)), by=BY, now=LATE)

    assert Plan.objects.filter(type=PlanType.ITEM_TARGETED).count() == 0


def test_a_shop_plan_speaks_of_every_product(mei: Organisation, cup: Product) -> None:
    other = make_product(mei, "Plate")
    services.open_plan(other, rate_bp=4_000, by=BY, now=NOON)

    plan = services.target_shop(mei, rows=rows(*creators(1)), by=BY, now=NOON)

    assert (plan.type, plan.product_id, rates(plan, NOON), rates(plan, MIDNIGHT)) == (4, None, [None], [2_500])
    assert news()[-1] == ("plan.opened", {"plans": [plan.pk], "products": sorted([cup.pk, other.pk])})


def test_a_suspended_merchants_shop_gets_no_plan(mei: Organisation) -> None:
    Organisation.objects.filter(pk=mei.pk).update(is_active=False)

    with pytest.raises(MerchantSuspended):
        services.target_shop(mei, rows=rows(*creators(1)), by=BY, now=NOON)


def test_an_exclusive_plan_opens_at_midnight_and_only_once(cup: Product) -> None:
    ann, bob = creators(2)

    plan = services.open_exclusive(cup, rows=rows(ann), by=BY, now=NOON)

    assert PlanSpell.objects.get(plan=plan).opens_at == MIDNIGHT
    assert [each.state for each in queries.plans_of_product(cup, now=NOON)] == [PlanState.OPENING]
    with pytest.raises(PlanStandsOpen):
        services.open_exclusive(cup, rows=rows(bob), by=BY, now=NOON + HOUR)
    with pytest.raises(TooLateToCut):
        services.open_exclusive(make_product(cup.merchant, "Plate"), rows=rows(bob), by=BY, now=LATE)


def test_an_exclusive_plan_taken_back_before_midnight_never_opens(cup: Product) -> None:
    plan = services.open_exclusive(cup, rows=rows(*creators(1)), by=BY, now=NOON)

    services.close_plan(plan, by=BY, now=NOON + HOUR)

    assert not Plan.objects.filter(pk=plan.pk).open_at(MIDNIGHT).exists()
    services.tell_what_begins(by=BY, now=MIDNIGHT)
    assert [name for name, _ in news()] == ["plan.creators_named", "plan.opened", "plan.closed", "plan.closed"]


def test_an_exclusive_plan_opened_again_names_only_those_of_the_new_list(cup: Product) -> None:
    ann, bob, cem = creators(3)
    plan = services.open_exclusive(cup, rows=rows(ann, bob), by=BY, now=NOON)
    services.close_plan(plan, by=BY, now=NOON + DAY)

    again = services.open_exclusive(cup, rows=rows(bob, cem, rate_bp=3_000), by=BY, now=NOON + 2 * DAY)

    assert again == plan
    standing = queries.commission_rows(plan, now=MIDNIGHT + 2 * DAY)
    assert [(row.row.creator, row.rate_bp) for row in standing] == [(bob, 3_000), (cem, 3_000)]
    assert rates(plan, MIDNIGHT + 2 * DAY)[0] is None


@pytest.mark.parametrize("state", [ProductState.PENDING, ProductState.OFF_SHELF])
def test_goods_that_are_not_offered_get_no_plan_of_any_kind(mei: Organisation, state: ProductState) -> None:
    product = make_product(mei, "Cup", state=state)

    for act in (services.target_product, services.open_exclusive):
        with pytest.raises(ProductNotOffered):
            act(product, rows=rows(*creators(1)), by=BY, now=NOON)

    assert Plan.objects.count() == 0


def test_creators_who_cannot_be_named_are_refused_by_name(cup: Product, stranger: Organisation) -> None:
    ann, bob = creators(2)
    Organisation.objects.filter(pk=bob.pk).update(is_active=False)

    with pytest.raises(CreatorsUnfit) as refusal:
        services.target_product(
            cup, rows=[*rows(ann, bob, stranger), RowDraft(creator_id=10**9, rate_bp=1)], by=BY, now=NOON
        )

    assert refusal.value.message("en") == (
        f"These cannot be named: {bob.pk} Creator 1 (suspended), {stranger.pk} Stranger (does not promote), "
        "1000000000 (unknown). Take them out and try again"
    )
    assert f"{bob.pk} Creator 1（已停用）、{stranger.pk} Stranger（不是推广者）" in refusal.value.message("zh-hans")
    assert Plan.objects.count() == 0


def test_nobody_or_someone_twice_or_a_wild_rate_is_refused(cup: Product) -> None:
    ann = creators(1)[0]

    with pytest.raises(NobodyNamed):
        services.target_product(cup, rows=[], by=BY, now=NOON)
    with pytest.raises(CreatorsNamedTwice) as twice:
        services.target_product(cup, rows=rows(ann, ann), by=BY, now=NOON)
    with pytest.raises(RateOutOfBounds):
        services.target_product(cup, rows=rows(ann, rate_bp=9_001), by=BY, now=NOON)

    assert str(ann.pk) in twice.value.message("en")
    assert (Plan.objects.count(), PlanRow.objects.count()) == (0, 0)


def test_naming_a_hundred_takes_as_many_statements_as_naming_one(cup: Product) -> None:
    few, many = creators(1), creators(100)
    services.open_plan(cup, rate_bp=2_600, by=BY, now=NOON)
    counts = []

    for named in (few, many):
        with CaptureQueriesContext(connection) as statements:
            plan = services.target_product(cup, rows=rows(*named), by=BY, now=NOON)
        counts.append(len(statements))
        assert PlanRow.objects.filter(plan=plan).count() == len(named)

    assert counts[0] == counts[1]


def test_creators_are_added_and_not_twice(cup: Product) -> None:
    ann, bob = creators(2)
    plan = services.target_product(cup, rows=rows(ann), by=BY, now=NOON)

    services.add_creators(plan, rows=rows(bob, rate_bp=1_000), by=BY, now=NOON + HOUR)

    assert rates(plan, NOON + HOUR) == [2_500, 1_000]
    with pytest.raises(CreatorsInPlanAlready) as refusal:
        services.add_creators(plan, rows=rows(bob), by=BY, now=NOON + 2 * HOUR)
    assert "Creator 1" in refusal.value.message("en")


def test_nobody_is_added_to_a_normal_or_a_closed_plan(cup: Product) -> None:
    ann, bob = creators(2)
    normal = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    closed = services.target_product(cup, rows=rows(ann), by=BY, now=NOON)
    services.close_plan(closed, by=BY, now=NOON)

    with pytest.raises(NormalPlanIsForAll):
        services.add_creators(normal, rows=rows(bob), by=BY, now=NOON)
    with pytest.raises(PlanClosed):
        services.add_creators(closed, rows=rows(bob), by=BY, now=NOON)


def test_rows_close_at_midnight_and_open_again_at_once(cup: Product) -> None:
    plan = services.target_product(cup, rows=rows(*creators(2)), by=BY, now=NOON)
    first, second = (row.row.pk for row in queries.commission_rows(plan, now=NOON))

    services.close_rows([first], merchant=cup.merchant, by=BY, now=NOON + HOUR)

    assert (rates(plan, LATE), rates(plan, MIDNIGHT)) == ([2_500, 2_500], [None, 2_500])
    listed = queries.commission_rows(plan, now=MIDNIGHT)
    assert [row.trade_state for row in listed] == [TradeState.CLOSED, TradeState.OPEN]
    services.open_rows([first], merchant=cup.merchant, by=BY, now=MIDNIGHT + HOUR)
    assert rates(plan, MIDNIGHT + HOUR) == [2_500, 2_500]
    with pytest.raises(RowIsOpen):
        services.open_rows([second], merchant=cup.merchant, by=BY, now=MIDNIGHT + HOUR)


def test_a_closed_row_takes_no_rate_until_it_is_opened(cup: Product) -> None:
    plan = services.target_product(cup, rows=rows(*creators(1)), by=BY, now=NOON)
    row = PlanRow.objects.get(plan=plan)
    services.close_rows([row.pk], merchant=cup.merchant, by=BY, now=NOON)

    with pytest.raises(RowIsClosed):
        services.change_rate(row, rate_bp=3_000, by=BY, now=NOON + HOUR)

    services.open_rows([row.pk], merchant=cup.merchant, by=BY, now=NOON + HOUR)
    services.change_rate(row, rate_bp=3_000, by=BY, now=NOON + HOUR)
    assert rates(plan, NOON + HOUR) == [3_000]


def test_a_row_that_opens_below_what_its_creator_gets_waits_for_midnight(cup: Product) -> None:
    plan = services.target_product(cup, rows=rows(*creators(1)), by=BY, now=NOON)
    row = PlanRow.objects.get(plan=plan)
    services.close_rows([row.pk], merchant=cup.merchant, by=BY, now=NOON)
    services.open_plan(cup, rate_bp=2_600, by=BY, now=MIDNIGHT)

    services.open_rows([row.pk], merchant=cup.merchant, by=BY, now=MIDNIGHT + HOUR)

    assert (rates(plan, MIDNIGHT + HOUR), rates(plan, MIDNIGHT + DAY)) == ([None], [2_500])


def test_removed_rows_hold_until_midnight_and_their_creators_may_come_back(cup: Product) -> None:
    ann = creators(1)[0]
    plan = services.target_product(cup, rows=rows(ann), by=BY, now=NOON)
    row = PlanRow.objects.get(plan=plan)

    services.remove_rows([row.pk], merchant=cup.merchant, by=BY, now=NOON + HOUR)

    assert (rates(plan, LATE), rates(plan, MIDNIGHT)) == ([2_500], [None])
    assert queries.commission_rows(plan, now=NOON + HOUR) == []
    with pytest.raises(RowIsRemoved):
        services.change_rate(row, rate_bp=3_000, by=BY, now=NOON + HOUR)
    services.add_creators(plan, rows=rows(ann, rate_bp=2_000), by=BY, now=NOON + 2 * HOUR)
    assert (rates(plan, NOON + 2 * HOUR), rates(plan, MIDNIGHT)) == ([2_500], [2_000])
    assert queries.commission_rows(plan, now=MIDNIGHT)[0].state == RowState.OPEN


def test_rows_of_others_or_of_everybody_are_not_removed_and_nothing_is_half_done(
    cup: Product, stranger: Organisation
) -> None:
    plan = services.target_product(cup, rows=rows(*creators(1)), by=BY, now=NOON)
    normal = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    mine, of_all = PlanRow.objects.get(plan=plan).pk, PlanRow.objects.get(plan=normal).pk

    with pytest.raises(RowsUnknown):
        services.remove_rows([mine], merchant=stranger, by=BY, now=NOON)
    with pytest.raises(RowsUnknown):
        services.close_rows([mine, 10**9], merchant=cup.merchant, by=BY, now=NOON)
    with pytest.raises(RowOfEverybody):
        services.remove_rows([mine, of_all], merchant=cup.merchant, by=BY, now=NOON)

    assert (rates(plan, MIDNIGHT), PlanRow.objects.filter(removed_at=None).count()) == ([2_500], 2)


def test_closing_many_rows_takes_as_many_statements_as_closing_one(cup: Product) -> None:
    plan = services.target_product(cup, rows=rows(*creators(40)), by=BY, now=NOON)
    ids = list(PlanRow.objects.filter(plan=plan).order_by("pk").values_list("pk", flat=True))
    counts = []

    for some in (ids[:1], ids[1:]):
        with CaptureQueriesContext(connection) as statements:
            services.close_rows(some, merchant=cup.merchant, by=BY, now=NOON)
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert AuditRow.objects.filter(act="close_rows").count() == 2


def test_a_plan_opens_again_with_its_rates(cup: Product) -> None:
    normal = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    targeted = services.target_product(cup, rows=rows(*creators(1)), by=BY, now=NOON)
    for plan in (normal, targeted):
        services.close_plan(plan, by=BY, now=NOON)
        with pytest.raises(PlanStandsOpen):
            services.reopen_plan(plan, by=BY, now=NOON + HOUR)

    for plan in (normal, targeted):
        assert services.reopen_plan(plan, by=BY, now=NOON + DAY) == plan

    assert queries.rates_at([cup.pk], NOON + DAY) == {cup.pk: 2_000}
    assert Plan.objects.open_at(NOON + DAY).count() == 2


def test_a_targeted_plan_that_would_lower_someone_opens_again_at_midnight(cup: Product) -> None:
    targeted = services.target_product(cup, rows=rows(*creators(1)), by=BY, now=NOON)
    services.close_plan(targeted, by=BY, now=NOON)
    services.open_plan(cup, rate_bp=2_600, by=BY, now=NOON + DAY)

    services.reopen_plan(targeted, by=BY, now=NOON + DAY)

    assert PlanSpell.objects.filter(plan=targeted).latest("opens_at").opens_at == MIDNIGHT + DAY


# --- the ceiling


def test_no_merchant_may_owe_more_than_the_price(cup: Product, lao_wu: Organisation) -> None:
    make_application(cup, lao_wu, fee_bp=3_000)

    with pytest.raises(MerchantWouldOwe) as refusal:
        services.open_plan(cup, rate_bp=7_001, by=BY, now=NOON)

    assert refusal.value.message("en") == (
        "One sale of “陶瓷杯 Ceramic cup” could cost 100.01% of its price: commission 70.01% + tier differential 0.00% "
        "+ step 0.00%, together 70.01%, and a service fee of 30.00%. "
        "Keep the commission with all its parts within 70.00%, or lower the service fee first"
    )
    assert "100.01%" in refusal.value.message("zh-hans")
    assert Plan.objects.count() == 0
    services.open_plan(cup, rate_bp=7_000, by=BY, now=NOON)


def test_every_way_to_raise_meets_the_ceiling(cup: Product, lao_wu: Organisation) -> None:
    make_application(cup, lao_wu, fee_bp=3_000)
    ann, bob = creators(2)
    normal = services.open_plan(cup, rate_bp=6_000, by=BY, now=NOON)
    targeted = services.target_product(cup, rows=rows(ann, rate_bp=6_000), by=BY, now=NOON)
    row = PlanRow.objects.get(plan=targeted)
    before = PlanRate.objects.count()

    for act in (
        lambda: services.change_rate(normal, rate_bp=7_500, by=BY, now=NOON),
        lambda: services.change_rate(row, rate_bp=7_500, by=BY, now=NOON),
        lambda: services.add_creators(targeted, rows=rows(bob, rate_bp=7_500), by=BY, now=NOON),
        lambda: services.set_differential(normal, tier="gold", extra_bp=1_001, by=BY, now=NOON),
        lambda: services.open_step_window(
            normal, from_at=NOON, until_at=NOON + DAY, ladder=((10, 1_001),), by=BY, now=NOON
        ),
        lambda: services.change_entry(targeted, entry="manual", offered_rate_bp=7_500, by=BY, now=NOON),
        lambda: services.target_shop(cup.merchant, rows=rows(bob, rate_bp=7_500), by=BY, now=NOON),
    ):
        with pytest.raises(MerchantWouldOwe):
            act()

    assert PlanRate.objects.count() == before


def test_an_exclusive_plan_bears_no_service_fee(cup: Product, lao_wu: Organisation) -> None:
    make_application(cup, lao_wu, fee_bp=3_000)

    services.open_exclusive(cup, rows=rows(*creators(1), rate_bp=9_000), by=BY, now=NOON)

    assert queries.highest_commissions([cup.pk], NOON) == {}


def test_the_dearest_plan_of_a_product_is_known_to_those_who_set_fees(cup: Product, lao_wu: Organisation) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.set_differential(plan, tier="gold", extra_bp=300, by=BY, now=NOON)
    services.target_shop(cup.merchant, rows=rows(*creators(1), rate_bp=2_100), by=BY, now=NOON)
    make_application(cup, lao_wu, fee_bp=1_500)

    assert queries.highest_commissions([cup.pk], NOON)[cup.pk].commission_bp == 2_300
    assert queries.highest_service_fees([cup.pk], NOON) == {cup.pk: 1_500}
