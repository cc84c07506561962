"""Where an order stands by its events, in whatever order and however often they are told."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.orders.rules import (
    NEXT,
    Kind,
    LinePicture,
    OrderPicture,
    Reason,
    SettledLine,
    State,
    Told,
    fold,
    hold_days,
    order_state,
)
from tests.orders.telling import at, invalid, line, paid, received, refunded, shipped


def only(picture: OrderPicture) -> LinePicture:
    (found,) = picture.lines.values()
    return found


def test_a_paid_order_has_its_lines() -> None:
    picture = fold([paid(line(), line(2))])

    assert (picture.state, picture.paid_at, picture.buyer_key) == (State.PAID, at(0), "b1")
    assert [(each.state, each.paid_at) for each in picture.lines.values()] == [(State.PAID, at(0))] * 2


def test_it_runs_through_its_states() -> None:
    told = [paid(line()), shipped(), received()]

    assert [fold(told[:count]).state for count in (1, 2, 3)] == [State.PAID, State.SHIPPED, State.RECEIVED]
    assert (only(fold(told)).shipped_at, only(fold(told)).received_at) == (at(1), at(3))


def test_events_before_the_paid_one_wait() -> None:
    picture = fold([shipped(), received()])

    assert (picture.state, picture.paid_at, picture.lines) == (None, None, {})
    assert picture.waiting == {shipped().key, received().key}


def test_an_event_about_a_line_nobody_paid_waits() -> None:
    picture = fold([paid(line(1)), shipped(line_no=2)])

    assert picture.waiting == {shipped(line_no=2).key}
    assert picture.lines[1].state is State.PAID


def test_an_event_about_one_line_leaves_the_others() -> None:
    picture = fold([paid(line(1), line(2)), shipped(line_no=1), received(line_no=1)])

    assert [each.state for each in picture.lines.values()] == [State.RECEIVED, State.PAID]
    assert picture.state is State.PAID


def test_an_order_is_where_its_lowest_live_line_is() -> None:
    cancelled = invalid(line_no=1)

    assert fold([paid(line(1), line(2)), cancelled, shipped(line_no=2)]).state is State.SHIPPED
    assert fold([paid(line(1), line(2)), cancelled, invalid(line_no=2)]).state is State.INVALID
    assert order_state([60, 80]) is State.SETTLED
    assert order_state([]) is State.INVALID


def test_shipped_after_received_leaves_its_moment_only() -> None:
    picture = only(fold([paid(line()), received(days=2), shipped(days=3)]))

    assert (picture.state, picture.shipped_at, picture.received_at) == (State.RECEIVED, at(3), at(2))


def test_received_then_invalid_is_invalid() -> None:
    picture = only(fold([paid(line()), received(days=1), invalid(days=2)]))

    assert (picture.state, picture.reason, picture.received_at, picture.invalid_at) == (
        State.INVALID,
        Reason.CANCELLED,
        at(1),
        at(2),
    )


def test_invalid_then_received_leaves_no_trace_of_the_receipt() -> None:
    picture = only(fold([paid(line()), invalid(days=1), received(days=2)]))

    assert (picture.state, picture.received_at) == (State.INVALID, None)


def test_a_partial_refund_leaves_the_state() -> None:
    picture = only(fold([paid(line()), refunded(4_000, is_quality=True)]))

    assert (picture.state, picture.refunded_fen, picture.quality_refunded) == (State.PAID, 4_000, True)


def test_refunds_are_counted_up_to_what_is_left_earlier_ones_first() -> None:
    late, early = refunded(8_000, event_id="r1", days=5), refunded(9_000, event_id="r2", days=4)

    picture = only(fold([paid(line(freight_fen=500)), late, early]))

    assert [(each.event[1], each.amount_fen) for each in picture.refunds] == [("r2", 9_000), ("r1", 1_000)]
    assert picture.refunded_fen == 10_000


def test_a_refund_of_all_the_goods_makes_the_line_invalid() -> None:
    picture = only(fold([paid(line(freight_fen=500)), refunded(9_500, days=4), received(days=5)]))

    assert (picture.state, picture.reason, picture.invalid_at) == (State.INVALID, Reason.REFUNDED, at(4))
    assert picture.received_at is None


def test_one_fen_less_than_all_leaves_the_line_alive() -> None:
    assert only(fold([paid(line(freight_fen=500)), refunded(9_499)])).state is State.PAID


def test_a_cancellation_gives_back_what_was_left() -> None:
    picture = only(fold([paid(line()), refunded(3_000, days=1), invalid(days=2), refunded(500, event_id="r", days=3)]))

    assert [each.amount_fen for each in picture.refunds] == [3_000, 7_000, 0]
    assert (picture.reason, picture.refunded_fen) == (Reason.CANCELLED, 10_000)


def test_fraud_ends_the_commission_and_leaves_the_sale() -> None:
    picture = only(fold([paid(line()), invalid(Reason.FRAUD)]))

    assert (picture.state, picture.reason, picture.refunds) == (State.INVALID, Reason.FRAUD, [])


def test_a_whole_order_is_refunded_without_amounts() -> None:
    picture = fold([paid(line(1), line(2, paid_fen=7)), refunded(None, line_no=None)])

    assert [each.refunded_fen for each in picture.lines.values()] == [10_000, 7]
    assert picture.state is State.INVALID


SETTLED = {1: SettledLine(line=line(), paid_at=at(0), paid_event=paid(line()).key)}


def test_a_refund_after_settlement_leaves_the_line_settled() -> None:
    picture = only(fold([paid(line()), received(), refunded(None, days=30)], settled=SETTLED))

    assert (picture.state, picture.reason, picture.refunded_fen) == (State.SETTLED, None, 10_000)


@pytest.mark.parametrize("reason", [Reason.CANCELLED, Reason.FRAUD])
def test_an_invalid_event_after_settlement_is_a_refund_of_what_is_left(reason: Reason) -> None:
    told = [paid(line()), received(), refunded(1_000, days=20), invalid(reason, days=30)]

    picture = only(fold(told, settled=SETTLED))

    assert picture.state is State.SETTLED
    assert [each.amount_fen for each in picture.refunds] == [1_000, 9_000]


def test_a_settled_line_keeps_its_sale_whatever_is_told_later() -> None:
    earlier = paid(line(paid_fen=5), event_id="other", days=-1)

    assert only(fold([paid(line()), earlier], settled=SETTLED)).line == line()


def test_of_two_paid_events_of_a_line_the_earlier_counts() -> None:
    first, second = paid(line(paid_fen=5), event_id="p1"), paid(line(), line(2), event_id="p2", days=1)

    picture = fold([second, first])

    assert {number: each.line.paid_fen for number, each in picture.lines.items()} == {1: 5, 2: 10_000}
    assert picture.paid_at == at(0)


STORY = [
    paid(line(1), line(2)),
    shipped(),
    received(days=3, line_no=1),
    refunded(2_500, days=3, line_no=1),
    refunded(9_000, days=5, line_no=1, event_id="r2"),
    invalid(days=2, line_no=2),
]


def test_every_order_of_telling_ends_in_one_picture() -> None:
    pictures = [fold(list(order)) for order in permutations(STORY)]

    assert all(picture == pictures[0] for picture in pictures)


KINDS = st.sampled_from(list(Kind))


@st.composite
def stories(draw: st.DrawFn) -> list[Told]:
    """Any events of one order with two lines, many at the same moment, contradictions included."""
    made = []
    for number in range(draw(st.integers(1, 8))):
        event_id, days = f"e{number}", draw(st.integers(0, 3))
        line_no = draw(st.sampled_from([None, 1, 2]))
        match draw(KINDS):
            case Kind.PAID:
                made.append(paid(line(1), line(2, paid_fen=draw(st.integers(0, 9))), event_id=event_id, days=days))
            case Kind.SHIPPED:
                made.append(shipped(event_id=event_id, days=days, line_no=line_no))
            case Kind.RECEIVED:
                made.append(received(event_id=event_id, days=days, line_no=line_no))
            case Kind.REFUNDED:
                amount_fen = draw(st.sampled_from([1, 6_000, 10_000])) if line_no else None
                made.append(refunded(amount_fen, event_id=event_id, days=days, line_no=line_no))
            case Kind.INVALID:
                reason = draw(st.sampled_from([Reason.CANCELLED, Reason.FRAUD]))
                made.append(invalid(reason, event_id=event_id, days=days, line_no=line_no))
    return made


@given(stories(), st.data())
def test_the_picture_does_not_depend_on_order_or_repetition(story: list[Told], draw: st.DataObject) -> None:
    again = draw.draw(st.permutations(story + draw.draw(st.lists(st.sampled_from(story), max_size=5))))

    assert fold(again) == fold(story)


@given(stories())
def test_a_picture_is_always_sound(story: list[Told]) -> None:
    for each in fold(story).lines.values():
        assert 0 <= each.refunded_fen <= each.line.paid_fen
        assert each.refunded_fen == sum(refund.amount_fen for refund in each.refunds)
        assert (each.state is State.INVALID) == (each.reason is not None) == (each.invalid_at is not None)
        assert each.received_at is None or each.state in {State.RECEIVED, State.INVALID}


def test_the_table_of_moves_is_the_trades() -> None:
    moves = {(int(state), int(to)) for state, tos in NEXT.items() for to in tos}

    assert moves == {(30, 40), (30, 50), (30, 80), (40, 50), (40, 80), (50, 60), (50, 80)}


@pytest.mark.parametrize(
    ("score_centi", "days"), [(500, 7), (450, 7), (449, 15), (400, 15), (399, 20), (0, 20), (None, 20)]
)
def test_the_hold_follows_the_merchant_score(score_centi: int | None, days: int) -> None:
    assert hold_days(score_centi) == days


def test_the_moment_decides_not_the_teller() -> None:
    other = replace(received(days=2), source="other-shop", order_source="shop")

    assert only(fold([paid(line()), received(days=3), other])).received_at == at(2)
