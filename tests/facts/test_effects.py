"""What an activity brought, told to its leader and to each merchant in it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Activity, Application
from fenxiao.facts import services as facts
from fenxiao.facts.effects import (
    EffectFigures,
    effect_by_activity,
    effect_by_creator,
    effect_by_day,
    effect_by_product,
    effect_of_activity,
    effect_sums,
    effects_by_day,
    effects_by_product,
    settled_orders,
)
from fenxiao.orders.models import LineState
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.chains import make_activity, make_application
from tests.facts.market import make_click, make_line, make_link, make_refund

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST, NEXT, AFTER = date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12)


@pytest.fixture
def activity(lao_wu: Organisation) -> Activity:
    return make_activity(lao_wu)


@pytest.fixture
def led(activity: Activity, cup: Product) -> Application:
    return make_application(activity, cup, fee_bp=1_000)


@pytest.fixture
def second(led: Application, cup: Product) -> Application:
    hua = make_organisation(Kind.LEADER, "Hua")
    return make_application(make_activity(hua), cup, fee_bp=400, first=led)


def sell(led: Application, creator: Organisation, *, second: Application | None = None, **fields: object) -> None:
    line = make_line(
        led.product,
        creator=creator,
        commission_rate_bp=2_000,
        service_fee_rate_bp=1_000,
        ceded_fee_rate_bp=400 if second else 0,
        platform_fee_rate_bp=1_000,
        application_id=led.pk,
        leader_id=led.activity.leader_id,
        second_application_id=second.pk if second else None,
        second_leader_id=second.activity.leader_id if second else None,
        **fields,
    )
    if line.refunded_fen:
        make_refund(line, line.refunded_fen, at=NOON + DAY)
    facts.mark_lines([line.pk])


def test_a_chain_counts_for_both_its_activities(
    led: Application, second: Application, activity: Activity, chen: Organisation
) -> None:
    make_click(led.product, chen, at=NOON, link_id=make_link(led.product, chen, second).pk)
    make_click(led.product, chen, at=NOON, link_id=make_link(led.product, chen, led).pk)
    make_click(led.product, chen, at=NOON, link_id=make_link(led.product, chen, None).pk)
    sell(led, chen)
    settled = {"state": LineState.SETTLED, "settled_at": NOON + DAY, "step_bp": 500}
    sell(led, chen, second=second, refunded_fen=2_000, **settled)
    facts.build(by=BY, now=NOON)

    first_leaders = effect_of_activity(activity, FIRST, AFTER)
    seconds = effect_of_activity(second.activity, FIRST, AFTER).figures

    figures = first_leaders.figures
    assert (first_leaders.products, first_leaders.creators) == (1, 1)
    assert (figures.clicks, figures.paid_lines, figures.gmv_fen, figures.refund_fen) == (2, 2, 20_000, 2_000)
    assert (figures.commission_fen, figures.service_fee_fen, figures.ceded_fee_fen) == (4_000, 2_000, 400)
    # 80.00 were left when it was settled, a moment after the refund: 25 % less the platform's tenth.
    assert (figures.settled_lines, figures.settled_commission_fen) == (1, 1_800)
    assert (figures.settled_service_fee_fen, figures.settled_ceded_fee_fen) == (800, 320)
    assert (seconds.clicks, seconds.paid_lines, seconds.ceded_fee_fen, seconds.settled_ceded_fee_fen) == (
        1,
        1,
        400,
        320,
    )


def test_settled_orders_of_a_leader_are_those_of_the_days_asked_for_as_first_and_as_second(
    led: Application, second: Application, chen: Organisation, lao_wu: Organisation
) -> None:
    settled = {"state": LineState.SETTLED, "settled_at": NOON + DAY}
    sell(led, chen)
    sell(led, chen, **settled)
    sell(led, chen, second=second, **settled)
    facts.build(by=BY, now=NOON)

    assert settled_orders(lao_wu, FIRST, AFTER) == 2
    assert settled_orders(second.activity.leader, FIRST, AFTER) == 1
    assert settled_orders(lao_wu, FIRST, NEXT) == 0


def test_effects_are_told_by_product_creator_day_and_activity(
    led: Application, activity: Activity, chen: Organisation, stranger: Organisation, mei: Organisation
) -> None:
    hat = make_application(activity, make_product(stranger, "Hat"), fee_bp=1_000)
    bai = make_organisation(Kind.CREATOR, "Bai")
    sell(led, chen)
    sell(hat, bai, paid_fen=30_000, paid_at=NOON + DAY)
    facts.build(by=BY, now=NOON)

    def told(rows: list[tuple[object, object]]) -> list[tuple[object, int]]:
        return [(key, figures.gmv_fen) for key, figures in rows]  # type: ignore[attr-defined]  # figures of an effect

    assert told(effect_by_product(activity, FIRST, AFTER)) == [(hat.product_id, 30_000), (led.product_id, 10_000)]
    assert told(effect_by_creator(activity, FIRST, AFTER)) == [(bai.pk, 30_000), (chen.pk, 10_000)]
    assert told(effect_by_day(activity, FIRST, AFTER)) == [(FIRST, 10_000), (NEXT, 30_000)]
    assert told(effect_by_day(activity, FIRST, NEXT)) == [(FIRST, 10_000)]
    assert told(effect_by_product(activity, FIRST, AFTER, merchant=mei)) == [(led.product_id, 10_000)]
    assert told(effect_by_activity(activity.leader, FIRST, AFTER)) == [(activity.pk, 40_000)]
    assert told(effect_by_activity(stranger, FIRST, AFTER)) == [(activity.pk, 30_000)]
    assert effect_of_activity(activity, FIRST, AFTER, merchant=mei).creators == 1


def test_the_fee_that_stays_is_the_whole_less_what_is_ceded_and_with_the_second_what_was_ceded(
    led: Application, second: Application, activity: Activity, chen: Organisation, mei: Organisation
) -> None:
    settled = {"state": LineState.SETTLED, "settled_at": NOON + DAY}
    sell(led, chen)
    sell(led, chen, second=second, **settled)
    facts.build(by=BY, now=NOON)

    of_first = effect_of_activity(activity, FIRST, AFTER).figures
    of_second = effect_of_activity(second.activity, FIRST, AFTER).figures

    assert (of_first.own_fee_fen, of_first.settled_own_fee_fen) == (1_600, 600)
    assert (of_second.own_fee_fen, of_second.settled_own_fee_fen) == (400, 400)
    assert [figures for _, figures in effect_by_activity(activity.leader, FIRST, AFTER)] == [of_first]
    assert [figures for _, figures in effect_by_activity(second.activity.leader, FIRST, AFTER)] == [of_second]
    assert effect_of_activity(second.activity, FIRST, AFTER, merchant=mei).figures == EffectFigures()


def test_all_activities_of_one_party_are_told_by_day_and_by_product(
    led: Application, lao_wu: Organisation, chen: Organisation, mei: Organisation, stranger: Organisation
) -> None:
    other = make_application(make_activity(lao_wu), make_product(mei, "Hat"), fee_bp=1_000)
    sell(led, chen)
    sell(other, chen, paid_fen=30_000, paid_at=NOON + DAY)
    facts.build(by=BY, now=NOON)

    by_day = effects_by_day(lao_wu, FIRST - DAY, AFTER)

    assert [(day, figures.gmv_fen) for day, figures in by_day] == [
        (FIRST - DAY, 0),
        (FIRST, 10_000),
        (NEXT, 30_000),
    ]
    assert effects_by_day(mei, FIRST - DAY, AFTER) == by_day
    by_product = effects_by_product(lao_wu, FIRST, AFTER)
    assert [(pk, figures.gmv_fen) for pk, figures in by_product] == [
        (other.product_id, 30_000),
        (led.product_id, 10_000),
    ]
    assert effects_by_product(stranger, FIRST, AFTER) == []
    total = effect_sums(figures for _, figures in by_product)
    assert (total.gmv_fen, total.own_fee_fen, total.paid_lines) == (40_000, 4_000, 2)


def test_an_activity_without_sales_has_no_effect(activity: Activity) -> None:
    effect = effect_of_activity(activity, FIRST, AFTER)

    assert (effect.products, effect.creators, effect.figures.gmv_fen) == (0, 0, 0)
    assert effect_by_day(activity, FIRST, AFTER) == []


def test_reading_an_effect_costs_the_same_for_one_product_and_for_three(
    led: Application, activity: Activity, chen: Organisation, mei: Organisation
) -> None:
    counts = []
    for goods in (1, 3):
        for number in range(goods):
            product = make_product(mei, f"{goods}-{number}")
            sell(make_application(activity, product, fee_bp=1_000), chen)
        facts.build(by=BY, now=NOON)
        with CaptureQueriesContext(connection) as asked:
            effect_of_activity(activity, FIRST, AFTER)
            effect_by_product(activity, FIRST, AFTER)
        counts.append(len(asked))

    assert counts == [3, 3]
