"""Counting by marks gives what counting everything gives, and what a naive count in Python gives."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.facts import services as facts
from fenxiao.facts.models import CreatorDay, ProductDay, PromotionDay, StaleDay
from fenxiao.kernel import outbox
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.chains import make_activity, make_application
from tests.facts.market import Market, make_click, make_line, make_refund, make_review
from tests.facts.recount import recounted, stored

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize("seed", range(12))
def test_incremental_counting_equals_a_rebuild_and_a_naive_count(
    seed: int, mei: Organisation, stranger: Organisation
) -> None:
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    products = [make_product(mei, "A"), make_product(mei, "B"), make_product(stranger, "C")]
    creators = [make_organisation(Kind.CREATOR, name) for name in ("Chen", "Bai")]
    wu, hua = (make_organisation(Kind.LEADER, name) for name in ("Wu", "Hua"))
    firsts = [make_application(make_activity(wu), product, fee_bp=777) for product in products[:2]]
    second = make_application(make_activity(hua), products[0], fee_bp=333, first=firsts[0])
    market = Market(random, products, creators, chains=[*firsts, second])

    for _ in range(80):
        market.step()
        if random.random() < 0.2:
            facts.build(by=BY, now=market.now)
    facts.build(by=BY, now=market.now)
    incremental = stored()
    facts.rebuild_all(by=BY, now=market.now)

    assert incremental == recounted()
    assert stored() == incremental


def test_a_sale_and_its_refund_stand_on_their_own_days(cup: Product, chen: Organisation) -> None:
    line = make_line(cup, creator=chen, commission_rate_bp=2_000, freight_fen=1_000)
    make_refund(line, 9_500, at=NOON + timedelta(days=2), is_quality=True)
    facts.mark_lines([line.pk])

    facts.build(by=BY, now=NOON)

    days = {day.day: (day.gmv_fen, day.refund_fen, day.quality_refunds) for day in ProductDay.objects.all()}
    assert days == {TODAY: (9_000, 0, 0), TODAY + timedelta(days=2): (0, 9_000, 1)}
    assert CreatorDay.objects.get(day=TODAY).commission_fen == 1_800


def test_a_self_purchase_is_in_no_figure(cup: Product, chen: Organisation) -> None:
    line = make_line(cup, creator=chen, state=80, reason="self_purchase", invalid_at=NOON, received_at=NOON)
    make_refund(line, 10_000, at=NOON)
    make_review(line, 5, at=NOON)
    facts.mark_lines([line.pk])

    built = facts.build(by=BY, now=NOON)

    assert built.days == 1
    assert not ProductDay.objects.exists()
    assert not PromotionDay.objects.exists()


def test_a_line_that_may_not_earn_is_still_a_sale(cup: Product, chen: Organisation) -> None:
    line = make_line(cup, creator=chen, state=80, reason="no_terms", invalid_at=NOON)
    facts.mark_lines([line.pk])

    facts.build(by=BY, now=NOON)

    day = ProductDay.objects.get()
    assert (day.paid_lines, day.gmv_fen, day.refund_fen, day.commission_fen) == (1, 10_000, 0, 0)


def test_a_day_ends_at_local_midnight(cup: Product) -> None:
    last_second = NOON + timedelta(hours=11, minutes=59, seconds=59)
    lines = [make_line(cup, paid_at=last_second), make_line(cup, paid_at=last_second + timedelta(seconds=1))]
    facts.mark_lines([line.pk for line in lines])

    facts.build(by=BY, now=NOON)

    assert list(ProductDay.objects.order_by("day").values_list("day", "paid_lines")) == [
        (TODAY, 1),
        (TODAY + timedelta(days=1), 1),
    ]


def test_clicks_are_found_without_news_and_late_ones_too(cup: Product, chen: Organisation) -> None:
    make_click(cup, chen, at=NOON)
    facts.build(by=BY, now=NOON + timedelta(seconds=1))
    make_click(cup, chen, at=NOON - timedelta(minutes=5))

    facts.build(by=BY, now=NOON + timedelta(minutes=1))

    assert ProductDay.objects.get().clicks == 2
    assert CreatorDay.objects.get().clicks == 2


def test_building_again_changes_nothing_and_says_so(cup: Product) -> None:
    facts.mark_lines([make_line(cup).pk])
    facts.build(by=BY, now=NOON)
    before = list(ProductDay.objects.values())

    again = facts.build(by=BY, now=NOON)

    assert again.days == 0
    assert list(ProductDay.objects.values()) == before
    assert AuditRow.objects.filter(act="build_facts").count() == 1


def test_news_marks_the_days_it_touches(cup: Product) -> None:
    line = make_line(cup, received_at=NOON + timedelta(days=3))
    review = make_review(line, 4, at=NOON + timedelta(days=5))

    outbox.publish("order.received", lines=[line.pk])
    outbox.publish("review.written", reviews=[review.pk])
    outbox.publish("order.shipped", lines=[line.pk])
    outbox.deliver_due(now=NOON + timedelta(days=365 * 10))

    assert sorted(StaleDay.objects.values_list("day", flat=True)) == [
        TODAY + timedelta(days=3),
        TODAY + timedelta(days=5),
    ]


def test_a_batch_costs_the_same_statements_whatever_its_size(mei: Organisation) -> None:
    def statements_for(products: list[Product]) -> int:
        facts.mark_lines([make_line(product).pk for product in products])
        with CaptureQueriesContext(
            connection,
        ) as captured:
            facts.build(by=BY, now=NOON)
        return len(captured)

    facts.build(by=BY, now=NOON)
    one = statements_for([make_product(mei, "one")])
    many = statements_for([make_product(mei, f"many {number}") for number in range(20)])

    assert many == one
