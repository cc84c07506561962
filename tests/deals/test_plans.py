"""Opening, changing and closing plans, and the quote that follows from them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import queries, rules, services
from fenxiao.deals.errors import (
    PlanAlreadyOpen,
    PlanClosed,
    PlatformFeeInThePast,
    PlatformFeeOutOfBounds,
    ProductNotOffered,
    RateOutOfBounds,
    RateUnchanged,
    TooLateToCut,
)
from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlatformFee
from fenxiao.deals.queries import Ask
from fenxiao.deals.rules import Reason, Terms
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.kernel.money import Money
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product

MIDNIGHT = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rate_of(product: Product, moment: datetime) -> int | None:
    return queries.rates_at([product.pk], moment).get(product.pk)


def news() -> list[tuple[str, dict[str, int]]]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", "payload"))


def test_an_opened_plan_holds_at_once_and_is_told(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    assert rate_of(cup, NOON) == 2_000
    assert rate_of(cup, NOON - timedelta(microseconds=1)) is None
    assert news() == [("plan.opened", {"plan": plan.pk, "product": cup.pk})]
    assert list(AuditRow.objects.values_list("act", "subject_type", "subject_id", "after")) == [
        ("open_plan", "deals.plan", str(plan.pk), {"product": cup.pk, "rate_bp": 2_000})
    ]


def test_a_second_normal_plan_is_refused(cup: Product) -> None:
    services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    with pytest.raises(PlanAlreadyOpen):
        services.open_plan(cup, rate_bp=3_000, by=BY, now=NOON + HOUR)

    assert (Plan.objects.count(), rate_of(cup, NOON + HOUR)) == (1, 2_000)


@pytest.mark.parametrize("state", [ProductState.PENDING, ProductState.REFUSED])
def test_a_product_that_was_not_admitted_gets_no_plan(mei: Organisation, state: ProductState) -> None:
    with pytest.raises(ProductNotOffered):
        services.open_plan(make_product(mei, "Cup", state=state), rate_bp=2_000, by=BY, now=NOON)

    assert (Plan.objects.count(), AuditRow.objects.count(), news()) == (0, 0, [])


def test_an_l0_product_gets_no_plan(mei: Organisation) -> None:
    with pytest.raises(ProductNotOffered):
        services.open_plan(make_product(mei, "Cup", level=0), rate_bp=2_000, by=BY, now=NOON)


def test_a_product_not_graded_yet_gets_one(mei: Organisation) -> None:
    product = make_product(mei, "Cup", level=None)

    services.open_plan(product, rate_bp=0, by=BY, now=NOON)

    assert rate_of(product, NOON) == 0


def test_a_suspended_merchant_gets_no_plan(mei: Organisation, cup: Product) -> None:
    Organisation.objects.filter(pk=mei.pk).update(is_active=False)

    with pytest.raises(ProductNotOffered):
        services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)


def test_a_rate_over_90_percent_is_refused(cup: Product) -> None:
    with pytest.raises(RateOutOfBounds):
        services.open_plan(cup, rate_bp=9_001, by=BY, now=NOON)

    assert Plan.objects.count() == 0


def test_a_raise_holds_at_once_and_a_cut_from_midnight(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    services.change_rate(plan, rate_bp=3_000, by=BY, now=NOON + HOUR)
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON + 2 * HOUR)

    moments = (NOON, NOON + HOUR, NOON + 2 * HOUR, MIDNIGHT - timedelta(microseconds=1), MIDNIGHT)
    assert [rate_of(cup, moment) for moment in moments] == [2_000, 3_000, 3_000, 3_000, 1_000]
    assert [name for name, _ in news()] == ["plan.opened", "plan.changed", "plan.changed"]
    assert AuditRow.objects.order_by("-id").values_list("before", "after")[0] == (
        {"rate_bp": 3_000, "pending_bp": []},
        {"rate_bp": 1_000, "from_at": MIDNIGHT.isoformat()},
    )


def test_a_later_entry_supersedes_the_cut_that_had_not_begun(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON + HOUR)

    services.change_rate(plan, rate_bp=1_500, by=BY, now=NOON + 2 * HOUR)

    assert [rate_of(cup, moment) for moment in (NOON + 3 * HOUR, MIDNIGHT)] == [2_000, 1_500]
    assert PlanRate.objects.get(rate_bp=1_000).superseded_at == NOON + 2 * HOUR


def test_the_current_rate_entered_again_withdraws_a_cut_but_twice_is_refused(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON + HOUR)

    services.change_rate(plan, rate_bp=2_000, by=BY, now=NOON + 2 * HOUR)

    assert rate_of(cup, MIDNIGHT) == 2_000
    with pytest.raises(RateUnchanged):
        services.change_rate(plan, rate_bp=2_000, by=BY, now=NOON + 3 * HOUR)


def test_an_act_that_waited_for_a_lock_does_not_rewrite_what_stood_before(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.change_rate(plan, rate_bp=3_000, by=BY, now=NOON + HOUR)

    late = services.change_rate(plan, rate_bp=4_000, by=BY, now=NOON + HOUR / 2)

    assert (late.entered_at, late.from_at) == (NOON + HOUR, NOON + HOUR)
    assert [rate_of(cup, moment) for moment in (NOON + HOUR / 2, NOON + HOUR)] == [2_000, 4_000]


def test_a_closed_plan_holds_until_midnight_and_then_makes_room(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    services.close_plan(plan, by=BY, now=NOON + HOUR)

    assert [rate_of(cup, moment) for moment in (MIDNIGHT - HOUR, MIDNIGHT)] == [2_000, None]
    assert news()[-1] == ("plan.closed", {"plan": plan.pk, "product": cup.pk})
    with pytest.raises(PlanAlreadyOpen):
        services.open_plan(cup, rate_bp=100, by=BY, now=MIDNIGHT - HOUR)
    services.open_plan(cup, rate_bp=100, by=BY, now=MIDNIGHT)
    assert rate_of(cup, MIDNIGHT) == 100


def test_a_closed_plan_is_not_touched_again(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.close_plan(plan, by=BY, now=NOON)

    with pytest.raises(PlanClosed) as refusal:
        services.change_rate(plan, rate_bp=3_000, by=BY, now=NOON + HOUR)
    with pytest.raises(PlanClosed):
        services.close_plan(plan, by=BY, now=NOON + HOUR)

    assert "2026-03-11 00:00" in refusal.value.message("zh-hans")
    assert PlanRate.objects.count() == 1


def test_no_plan_is_cut_or_closed_in_the_last_ten_minutes(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    late = MIDNIGHT - timedelta(minutes=5)

    for act in (
        lambda: services.change_rate(plan, rate_bp=1_000, by=BY, now=late),
        lambda: services.close_plan(plan, by=BY, now=late),
    ):
        with pytest.raises(TooLateToCut):
            act()

    assert (queries.closes_at(plan), PlanRate.objects.count(), len(news())) == (None, 1, 1)


def test_every_refusal_speaks_both_languages(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    with pytest.raises(Refused) as refusal:
        services.change_rate(plan, rate_bp=9_500, by=BY, now=NOON)

    assert refusal.value.message("zh-hans") == "佣金率须在 0% 到 90% 之间，收到 95.00%"
    assert refusal.value.message("en") == "A commission rate lies between 0% and 90%, not at 95.00%"


# --- the quote


def test_a_quote_says_which_terms_win_and_where_every_fen_goes(cup: Product, chen: Organisation) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    quote = queries.quote(cup, creator=chen, moment=NOON, quantity=2, price_fen=9_999)

    row = PlanRow.objects.get(plan=plan).pk
    terms = Terms(plan_id=plan.pk, row_id=row, plan_type=1, commission_rate_bp=2_000, platform_fee_rate_bp=1_000)
    assert quote.terms == terms
    assert [(each.terms, each.won, each.reason) for each in quote.candidates] == [(terms, True, Reason.WON)]
    assert quote.split == rules.split(Money(19_998), terms)


def test_a_quote_without_a_plan_is_empty(cup: Product, chen: Organisation) -> None:
    quote = queries.quote(cup, creator=chen, moment=NOON)

    assert (quote.terms, quote.candidates, quote.split) == (None, [], None)


def test_a_plan_on_a_product_that_is_not_admitted_gives_no_candidate(cup: Product, chen: Organisation) -> None:
    services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    Product.objects.filter(pk=cup.pk).update(state=ProductState.REFUSED)

    assert queries.quote(cup, creator=chen, moment=NOON).candidates == []
    assert queries.terms_at([Ask(product_id=cup.pk, creator_id=chen.pk, moment=NOON)]) == {}


def test_goods_taken_off_the_shelf_still_owe_their_commission(cup: Product, chen: Organisation) -> None:
    services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    Product.objects.filter(pk=cup.pk).update(state=ProductState.OFF_SHELF)

    assert rate_of(cup, NOON) == 2_000


def test_bulk_terms_equal_single_quotes_in_three_statements(mei: Organisation, chen: Organisation) -> None:
    goods = [make_product(mei, f"Cup {number}") for number in range(5)]
    for number, product in enumerate(goods[1:]):
        plan = services.open_plan(product, rate_bp=1_000 + number, by=BY, now=NOON)
        services.change_rate(plan, rate_bp=500, by=BY, now=NOON + HOUR)
    moments = (NOON - HOUR, NOON, MIDNIGHT)
    asks = [Ask(product_id=product.pk, creator_id=chen.pk, moment=moment) for product in goods for moment in moments]

    with CaptureQueriesContext(
        connection,
    ) as statements:
        found = queries.terms_at(asks)

    singles = {
        ask: queries.quote(product, creator=chen, moment=ask.moment).terms
        for ask in asks
        for product in goods
        if product.pk == ask.product_id
    }
    assert len(statements) == 4
    assert found == {ask: terms for ask, terms in singles.items() if terms}
    assert len(found) == 8


def test_the_platform_fee_is_read_as_of_the_moment(cup: Product, chen: Organisation) -> None:
    services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    services.set_platform_fee(500, from_at=MIDNIGHT, by=BY, now=NOON)

    before, after = (queries.quote(cup, creator=chen, moment=moment).split for moment in (NOON, MIDNIGHT))
    assert before is not None
    assert after is not None
    assert (before.platform_fee, after.platform_fee) == (Money(200), Money(100))
    assert queries.platform_fee_at(NOON) == 1_000


def test_a_platform_fee_of_the_past_or_out_of_bounds_is_refused(db: None) -> None:
    with pytest.raises(PlatformFeeInThePast):
        services.set_platform_fee(500, from_at=NOON - HOUR, by=BY, now=NOON)
    with pytest.raises(PlatformFeeOutOfBounds):
        services.set_platform_fee(10_001, from_at=NOON, by=BY, now=NOON)

    assert PlatformFee.objects.count() == 0


def test_the_history_shows_every_rate_that_was_entered(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON + HOUR)
    services.change_rate(plan, rate_bp=3_000, by=BY, now=NOON + 2 * HOUR)

    history = queries.plan_history(cup)

    assert [record.plan for record in history] == [plan]
    assert [(rate.rate_bp, rate.superseded_at) for rate in history[0].rates] == [
        (3_000, None),
        (1_000, NOON + 2 * HOUR),
        (2_000, None),
    ]
