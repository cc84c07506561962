"""Events through the service: one state whatever the order, one row for each, and who may earn."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenxiao.catalog.models import LevelChange, Product
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.orders import services as orders
from fenxiao.orders.errors import TooManyAtOnce
from fenxiao.orders.models import LineState, Order, OrderEvent, OrderLine, Refund, Way
from fenxiao.orders.rules import PaidLine, Reason, Told
from fenxiao.orders.services import Intake
from fenxiao.parties.models import Organisation, Score
from fenxiao.tracking.models import Link
from tests.cast import BY, NOON, make_member, make_product
from tests.orders.telling import at, invalid, line, paid, received, refunded, shipped

pytestmark = pytest.mark.django_db

LATER = at(60)


def take(*events: Told) -> Intake:
    return orders.take_events(events, by=BY, now=LATER)


def told_line(link: Link, number: int = 1, **rest: Any) -> PaidLine:
    return line(number, product_id=link.product_id, link_code=link.code, **rest)


def news() -> list[tuple[str, int]]:
    return [
        (event.name, len(event.payload["lines"]))
        for event in OutboxEvent.objects.filter(name__startswith="order.").order_by("id")
    ]


def test_a_promoted_line_freezes_its_promoter_and_terms(link: Link, chen: Organisation, mei: Organisation) -> None:
    intake = take(paid(told_line(link, freight_fen=500)))

    row = OrderLine.objects.get()
    assert intake == Intake(applied=1, duplicates=0, waiting=0, problems=[])
    assert (row.state, row.reason, row.paid_at, row.paid_fen, row.freight_fen) == (30, "", NOON, 10_000, 500)
    assert (row.creator, row.merchant, row.link_id, row.sub_id) == (chen, mei, link.pk, "spring")
    assert (row.attributed_by, row.attribution[0]["code"]) == (Way.LINK, "counted")
    assert (row.commission_rate_bp, row.service_fee_rate_bp, row.platform_fee_rate_bp) == (2_000, 0, 1_000)
    assert row.terms is not None
    assert (row.plan_id, row.terms["commission_rate_bp"]) == (row.terms["plan_id"], 2_000)
    assert (row.paid_event, row.order.state, row.order.buyer_key) == (OrderEvent.objects.get(), 30, "b1")
    assert news() == [("order.paid", 1)]


def test_a_batch_leaves_one_audit_row(link: Link) -> None:
    before = AuditRow.objects.count()

    take(paid(told_line(link)), shipped())
    take(paid(told_line(link)), shipped())

    (row,) = AuditRow.objects.order_by("id")[before:]
    assert (row.act, row.actor, row.at, row.after and row.after["count"]) == ("take_events", "test", LATER, 2)


def test_a_line_without_a_promoter_runs_to_received_and_stops(cup: Product) -> None:
    take(paid(line(product_id=cup.pk)), shipped(), received())

    row = OrderLine.objects.get()
    assert (row.state, row.attributed_by, row.creator, row.terms) == (50, Way.NONE, None, None)
    assert (row.hold_days, row.due_at, row.order.state) == (None, None, 50)


@pytest.mark.parametrize(("score_centi", "days"), [(None, 20), (399, 20), (400, 15), (450, 7)])
def test_the_hold_is_fixed_by_the_score_at_receipt(
    link: Link, mei: Organisation, score_centi: int | None, days: int
) -> None:
    if score_centi:
        Score.objects.create(organisation=mei, score_centi=score_centi, from_at=at(2))
    Score.objects.create(organisation=mei, score_centi=1, from_at=at(3.5))

    take(paid(told_line(link)), received(days=3))

    row = OrderLine.objects.get()
    assert (row.hold_days, row.due_at) == (days, at(3 + days))


def test_each_event_is_news_once(link: Link) -> None:
    for event in [paid(told_line(link)), shipped(), shipped(), received(), refunded(100), invalid(days=9)]:
        take(event)
        take(event)

    assert news() == [
        ("order.paid", 1),
        ("order.shipped", 1),
        ("order.received", 1),
        ("order.refunded", 1),
        ("order.invalid", 1),
        ("order.refunded", 1),
    ]
    assert list(Refund.objects.order_by("id").values_list("amount_fen", flat=True)) == [100, 9_900]


def test_events_that_come_before_the_paid_one_wait(link: Link) -> None:
    first = take(shipped(), received())
    unpaid = Order.objects.get()

    second = take(paid(told_line(link)))

    assert first == Intake(applied=0, duplicates=0, waiting=2, problems=[])
    assert (unpaid.state, unpaid.paid_at) == (None, None)
    assert second == Intake(applied=1, duplicates=0, waiting=0, problems=[])
    assert OrderLine.objects.get().state == LineState.RECEIVED


def test_an_id_with_other_content_is_a_problem_and_changes_nothing(link: Link) -> None:
    told = paid(told_line(link))
    take(told)

    changed = replace(told, occurred_at=at(1))
    intake = take(changed, shipped())

    assert [(each.event_id, each.code) for each in intake.problems] == [(told.event_id, "event_reused")]
    assert (intake.applied, OrderLine.objects.get().paid_at) == (1, NOON)


def test_of_two_contents_under_one_id_in_a_batch_the_first_counts(link: Link) -> None:
    told = paid(told_line(link))

    intake = take(told, replace(told, occurred_at=at(1)), told)

    assert (intake.applied, intake.duplicates, len(intake.problems)) == (1, 1, 1)
    assert OrderLine.objects.get().paid_at == NOON


def test_any_text_is_kept_as_it_was_told(link: Link) -> None:
    odd = """'"\\%s%%{}; DROP 订单 🛒"""

    take(paid(told_line(link), ref=odd, event_id=odd, buyer_key=odd))

    assert (Order.objects.get().ref, OrderEvent.objects.get().event_id, Order.objects.get().buyer_key) == (odd,) * 3
    assert take(paid(told_line(link), ref=odd, event_id=odd, buyer_key=odd)).duplicates == 1


def test_a_wrong_line_leaves_nothing_of_its_event_and_holds_up_no_other(link: Link, stranger: Organisation) -> None:
    unknown = paid(told_line(link), line(2, product_id=999_999), ref="B1")
    foreign = paid(told_line(link, merchant_id=stranger.pk), ref="B2")

    intake = take(unknown, paid(told_line(link)), foreign)

    assert [(each.event_id, each.code) for each in intake.problems] == [
        (unknown.event_id, "unknown_product"),
        (foreign.event_id, "wrong_merchant"),
    ]
    assert "999999" in intake.problems[0].zh
    assert (intake.applied, Order.objects.count(), OrderEvent.objects.count(), OrderLine.objects.count()) == (
        1,
        1,
        1,
        1,
    )


def test_a_batch_of_problems_alone_writes_nothing(link: Link) -> None:
    before = AuditRow.objects.count()

    intake = take(paid(line(product_id=999_999)))

    assert len(intake.problems) == 1
    assert (AuditRow.objects.count(), Order.objects.count(), news()) == (before, 0, [])


def test_too_many_events_at_once_are_refused(link: Link) -> None:
    with pytest.raises(TooManyAtOnce):
        take(*[shipped()] * 1_001)

    assert OrderEvent.objects.count() == 0


def _assert_barred(row: OrderLine, reason: Reason) -> None:
    assert (row.state, row.reason, row.invalid_at) == (80, reason, NOON)
    assert (row.terms, row.plan_id, row.commission_rate_bp, row.platform_fee_rate_bp) == (None, None, 0, 0)


def test_a_suspended_promoter_earns_nothing_and_the_sale_stands(link: Link, chen: Organisation) -> None:
    Organisation.objects.filter(pk=chen.pk).update(is_active=False)

    take(paid(told_line(link)), shipped(), received())

    row = OrderLine.objects.get()
    _assert_barred(row, Reason.BARRED)
    assert (row.creator, row.shipped_at, row.received_at, row.due_at) == (chen, at(1), at(3), None)
    assert news() == [("order.paid", 1), ("order.shipped", 1), ("order.received", 1), ("order.invalid", 1)]


def test_a_product_that_was_l0_when_paid_earns_nothing(link: Link, cup: Product) -> None:
    LevelChange.objects.create(product=cup, level=0, is_select=False, from_at=at(-1), run=1, reason="score")
    LevelChange.objects.create(product=cup, level=3, is_select=False, from_at=at(1), run=2, reason="score")

    take(paid(told_line(link)), paid(told_line(link), ref="A2", days=2))

    first, second = OrderLine.objects.order_by("paid_at")
    _assert_barred(first, Reason.UNQUALIFIED)
    assert (second.state, second.commission_rate_bp) == (30, 2_000)


def test_a_line_paid_before_the_fall_keeps_its_terms(link: Link, cup: Product) -> None:
    LevelChange.objects.create(product=cup, level=2, is_select=False, from_at=at(-1), run=1, reason="score")
    LevelChange.objects.create(product=cup, level=0, is_select=False, from_at=at(1), run=2, reason="score")

    take(paid(told_line(link)), received())

    assert (OrderLine.objects.get().state, OrderLine.objects.get().commission_rate_bp) == (50, 2_000)


def test_without_a_plan_at_the_paid_moment_nothing_is_earned(link: Link) -> None:
    take(paid(told_line(link), days=-3))

    row = OrderLine.objects.get()
    assert (row.attributed_by, row.creator, row.state) == (Way.NONE, None, 30)  # the link itself is younger


def test_a_place_speaks_for_goods_without_a_plan(link: Link, mei: Organisation, chen: Organisation) -> None:
    bowl = make_product(mei, "碗 Bowl")

    take(paid(line(product_id=bowl.pk, link_code=link.place.code)))

    _assert_barred(OrderLine.objects.get(), Reason.NO_TERMS)
    assert OrderLine.objects.get().creator == chen


@pytest.mark.parametrize("buyer", ["chen", "chens member", "mei", "meis member"])
def test_a_self_purchase_is_no_sale(link: Link, mei: Organisation, chen: Organisation, buyer: str) -> None:
    keys = {
        "chen": f"org:{chen.pk}",
        "chens member": f"user:{make_member(chen, 'chen@example.com').user_id}",
        "mei": f"org:{mei.pk}",
        "meis member": f"user:{make_member(mei, 'mei@example.com').user_id}",
    }

    take(paid(told_line(link), buyer_key=keys[buyer]))

    _assert_barred(OrderLine.objects.get(), Reason.SELF_PURCHASE)


def test_a_merchant_buying_its_own_goods_is_no_sale_even_without_a_promoter(cup: Product, mei: Organisation) -> None:
    take(paid(line(product_id=cup.pk), buyer_key=f"org:{mei.pk}"))

    _assert_barred(OrderLine.objects.get(), Reason.SELF_PURCHASE)


@pytest.mark.parametrize("key", ["org:", "org:x", "org:-1", "user:999999999999999999999999", "orgy:1", "org:999999"])
def test_a_strange_buyer_key_is_a_strangers(link: Link, key: str) -> None:
    take(paid(told_line(link), buyer_key=key))

    assert OrderLine.objects.get().state == LineState.PAID


def test_a_barred_line_is_refunded_like_any_sale(link: Link, chen: Organisation) -> None:
    Organisation.objects.filter(pk=chen.pk).update(is_active=False)

    take(paid(told_line(link)), refunded(10_000))

    row = OrderLine.objects.get()
    assert (row.state, row.reason, row.refunded_fen) == (80, "barred", 10_000)


def _settle(row: OrderLine) -> None:
    orders.settle_lines([row.pk], settled_at=at(40), by=BY, now=at(40))


def test_a_refund_after_settlement_leaves_it_settled_and_is_news(link: Link) -> None:
    take(paid(told_line(link)), received())
    row = OrderLine.objects.get()
    _settle(row)

    take(refunded(3_000, days=41))
    take(invalid(days=42))

    row.refresh_from_db()
    assert (row.state, row.reason, row.refunded_fen, row.settled_at) == (60, "", 10_000, at(40))
    assert row.due_at == at(23)
    refunds = Refund.objects.order_by("id")
    assert [(each.amount_fen, each.refunded_at) for each in refunds] == [(3_000, at(41)), (7_000, at(42))]
    last = [event.payload for event in OutboxEvent.objects.filter(name="order.refunded").order_by("id")]
    assert last == [{"lines": [row.pk], "refunds": [each.pk]} for each in refunds]


def test_an_earlier_paid_event_told_late_tells_the_line_anew(link: Link) -> None:
    take(paid(told_line(link), event_id="p2", days=1), received())

    take(paid(line(product_id=link.product_id, paid_fen=7_000), event_id="p1"))

    row = OrderLine.objects.get()
    assert (row.paid_fen, row.paid_at, row.creator, row.state, row.terms) == (7_000, NOON, None, 50, None)
    assert (row.hold_days, row.due_at) == (None, None)
    assert Counter(news())["order.paid", 1] == 2


def snapshot() -> list[Any]:
    """All that the events led to, without row ids."""
    fields = [
        field.name
        for field in OrderLine._meta.concrete_fields
        if field.name not in {"id", "order", "paid_event", "attribution"}
    ]
    return [
        sorted(Order.objects.values_list("source", "ref", "state", "paid_at", "buyer_key"), key=str),
        sorted(OrderLine.objects.values_list("order__ref", "paid_event__event_id", *fields), key=str),
        sorted(
            Refund.objects.values_list("line__order__ref", "line__line_no", "event__event_id", "amount_fen"), key=str
        ),
        sorted(OrderEvent.objects.values_list("source", "event_id", "digest", "order__ref"), key=str),
    ]


def _story(link: Link) -> list[Told]:
    """Two orders with contradictions in them."""
    both = [told_line(link), line(2, product_id=link.product_id)]
    return [
        paid(*both),
        shipped(),
        received(line_no=1),
        received(event_id="again", days=2.5, line_no=1),
        refunded(4_000, days=3, event_id="r1"),
        refunded(9_000, days=5, event_id="r2"),
        invalid(days=2, line_no=2),
        paid(told_line(link, paid_fen=800), ref="A2"),
        paid(told_line(link, paid_fen=900), ref="A2", event_id="p2", days=0.5),
        invalid(Reason.FRAUD, ref="A2", days=3),
        received(ref="A2", days=2),
        refunded(100, ref="A2", days=4),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data())
def test_any_order_repetition_and_batching_ends_in_one_state(link: Link, chance: st.DataObject) -> None:
    story = _story(link)
    told = chance.draw(st.permutations(story + chance.draw(st.lists(st.sampled_from(story), max_size=6))))
    size = chance.draw(st.integers(1, len(told)))

    expected = _outcome([story])

    assert _outcome(in_batches(told, size)) == expected


def in_batches(events: list[Told], size: int) -> list[list[Told]]:
    return [events[start : start + size] for start in range(0, len(events), size)]


def _outcome(batches: list[list[Told]]) -> list[Any]:
    """What these batches lead to, on a clean table; taken back afterwards."""
    with transaction.atomic():
        intakes = [take(*batch) for batch in batches]
        outcome = snapshot()
        transaction.set_rollback(True)
    assert not any(intake.problems for intake in intakes)
    return outcome


def _statements_for(link: Link, count: int, prefix: str) -> int:
    refs = [f"{prefix}{number}" for number in range(count)]
    take(*(paid(told_line(link), ref=ref, buyer_key=f"buyer-{ref}") for ref in refs[: count // 2]))
    events = [shipped(ref=ref) for ref in refs[: count // 2]]
    events += [refunded(5, ref=ref) for ref in refs[: count // 2]]
    events += [received(ref=ref, days=number) for number, ref in enumerate(refs)]
    events += [paid(told_line(link), ref=ref, buyer_key=f"buyer-{ref}") for ref in refs[count // 2 :]]
    with CaptureQueriesContext(connection) as captured:
        take(*events)
    return len(captured)


def test_a_batch_takes_the_same_number_of_statements_whatever_its_size(link: Link) -> None:
    few, many = _statements_for(link, 4, "F"), _statements_for(link, 80, "M")

    assert few == many
    assert many <= 40


def test_the_day_of_the_teller_does_not_matter(link: Link) -> None:
    shanghai = paid(told_line(link, promised_at=NOON + timedelta(days=6)))

    assert take(shanghai).applied == 1
    assert take(replace(shanghai, occurred_at=shanghai.occurred_at.astimezone())).duplicates == 1
