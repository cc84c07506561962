"""Steps are decided when lines are settled; a ceded fee is the second leader's; refunds take all of it back."""

from datetime import timedelta
from itertools import product as every

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fenxiao.catalog.models import Product
from fenxiao.kernel.money import Money
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import Account, Transfer
from fenxiao.ledger.queries import check_books, income_of
from fenxiao.ledger.services import settlement
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.ledger.conftest import Tamper
from tests.ledger.lines import PAID_AT, make_line, refund

pytestmark = pytest.mark.django_db

LADDER = ((2, 300), (3, 500))
MINUTE = timedelta(minutes=1)


def sold(cup: Product, chen: Organisation, ref: str, *, minute: int = 0, **fields: object) -> OrderLine:
    """A line of window 7, paid so many minutes after the others, with a ladder after 2 and after 3 orders."""
    given = {"step_window_id": 7, "steps": LADDER, "paid_at": PAID_AT + minute * MINUTE, **fields}
    return make_line(cup, chen, ref=ref, **given)  # type: ignore[arg-type]  # the fields of a line


def settle() -> None:
    ledger.settle(until=NOON, by=BY, now=NOON)


def steps() -> dict[str, int | None]:
    return dict(OrderLine.objects.order_by("pk").values_list("order__ref", "step_bp"))


@pytest.fixture
def hua(db: None) -> Organisation:
    """The second leader."""
    return make_organisation(Kind.LEADER, "Hua")


@pytest.fixture
def rich(mei: Organisation) -> Organisation:
    """Mei with a full wallet."""
    ledger.deposit(mei, amount_fen=10_000_000, key="d", by=BY, now=NOON)
    return mei


def test_lines_after_the_nth_earn_the_step(rich: Organisation, chen: Organisation, cup: Product) -> None:
    for number in range(5):
        sold(cup, chen, str(number), minute=number)

    settle()

    assert steps() == {"0": 0, "1": 0, "2": 300, "3": 500, "4": 500}
    assert income_of(chen).settled == Money(2 * 1_800 + 2_070 + 2 * 2_250)
    assert check_books().ok


def test_of_lines_paid_at_one_moment_the_lower_id_goes_first(
    rich: Organisation, chen: Organisation, cup: Product
) -> None:
    for ref in "abc":
        sold(cup, chen, ref)

    settle()

    assert steps() == {"a": 0, "b": 0, "c": 300}


def test_void_and_refunded_lines_are_not_counted(rich: Organisation, chen: Organisation, cup: Product) -> None:
    void, back, part = (sold(cup, chen, ref, minute=number) for number, ref in enumerate(["void", "back", "part"]))
    OrderLine.objects.filter(pk=void.pk).update(state=LineState.INVALID, reason="cancelled")
    refund(back, 10_000, event_id="all")
    refund(part, 9_999, event_id="most")
    for number in range(3, 6):
        sold(cup, chen, str(number), minute=number)

    settle()

    # Of "part", "3", "4", "5" the third is the first after two; the one that went back earns nothing of its step.
    assert steps() == {"void": None, "back": 0, "part": 0, "3": 0, "4": 300, "5": 500}


def test_lines_that_are_on_their_way_count(rich: Organisation, chen: Organisation, cup: Product) -> None:
    for number, state in enumerate([LineState.PAID, LineState.SHIPPED, LineState.RECEIVED]):
        sold(cup, chen, str(number), minute=number, state=state)

    settle()

    assert steps() == {"0": None, "1": None, "2": 300}


def test_a_later_refund_re_rates_no_other_line(rich: Organisation, chen: Organisation, cup: Product) -> None:
    lines = [sold(cup, chen, str(number), minute=number) for number in range(3)]
    settle()
    refund(lines[0], 10_000, event_id="r")

    ledger.claw_back([lines[0].pk], by=BY, now=NOON)
    settle()

    assert steps() == {"0": 0, "1": 0, "2": 300}
    assert income_of(chen).left == Money(1_800 + 2_070)
    assert check_books().ok


def test_each_creator_plan_and_window_counts_for_itself(rich: Organisation, chen: Organisation, cup: Product) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    for number, (who, window) in enumerate(every([chen, bai], [7, 8])):
        for turn in range(2):
            sold(cup, who, f"{who.name}{window}{turn}", minute=number, step_window_id=window)
    sold(cup, chen, "third of 7", minute=9)
    other = sold(cup, chen, "other plan", minute=9)
    OrderLine.objects.filter(pk=other.pk).update(plan_id=2)

    settle()

    assert {ref: step for ref, step in steps().items() if step} == {"third of 7": 300}


def test_each_line_keeps_the_ladder_of_its_own_terms(rich: Organisation, chen: Organisation, cup: Product) -> None:
    for number in range(3):
        sold(cup, chen, str(number), minute=number)
    sold(cup, chen, "raised", minute=3, steps=((1, 400), (3, 900)))
    sold(cup, chen, "unraised", minute=4)

    settle()

    assert steps() == {"0": 0, "1": 0, "2": 300, "raised": 900, "unraised": 500}


def test_steps_over_many_batches_are_those_of_one(
    rich: Organisation, chen: Organisation, cup: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):  # the last paid falls due first
        sold(cup, chen, str(number), minute=number, due_at=NOON - number * MINUTE)
    monkeypatch.setattr(settlement, "BATCH", 2)

    settle()

    assert steps() == {"0": 0, "1": 0, "2": 300, "3": 500, "4": 500, "5": 500, "6": 500}
    assert check_books().ok


def test_steps_are_looked_up_in_one_statement(rich: Organisation, chen: Organisation, cup: Product) -> None:
    sold(cup, chen, "opens the accounts")
    settle()
    counts = []
    for round_, lines in enumerate([1, 6]):
        for number in range(lines):
            sold(cup, chen, f"{round_}-{number}", minute=number)
        with CaptureQueriesContext(connection) as asked:
            settle()
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_step_that_the_terms_do_not_have_is_found(
    rich: Organisation, chen: Organisation, cup: Product, tamper: Tamper
) -> None:
    line = sold(cup, chen, "a")
    settle()
    tamper("UPDATE orders_orderline SET step_bp = 250")

    assert check_books().problems == (f"line {line.pk}: settled with a step of 250 bp, which its terms do not have",)


def test_a_step_that_was_not_paid_is_found(
    rich: Organisation, chen: Organisation, cup: Product, tamper: Tamper
) -> None:
    sold(cup, chen, "a")
    settle()
    tamper("UPDATE orders_orderline SET step_bp = 300")

    assert [problem for problem in check_books().problems if "its terms move" in problem]


def test_a_ceded_fee_is_the_second_leaders(
    rich: Organisation, chen: Organisation, lao_wu: Organisation, hua: Organisation, cup: Product
) -> None:
    fees = {"service_fee_rate_bp": 1_000, "leader": lao_wu, "ceded_fee_rate_bp": 400, "second_leader": hua}
    make_line(cup, chen, ref="a", **fees)  # type: ignore[arg-type]  # the fields of a line

    settle()

    assert [income_of(who).settled for who in (chen, lao_wu, hua)] == [Money(1_800), Money(540), Money(360)]
    assert Account.objects.get(kind="platform_fee").balance_fen == 200 + 60 + 40
    assert check_books().ok


def test_a_refund_of_a_chain_leaves_the_books_as_if_never_sold(
    rich: Organisation, chen: Organisation, lao_wu: Organisation, hua: Organisation, cup: Product
) -> None:
    before = balances()
    fees = {"service_fee_rate_bp": 777, "leader": lao_wu, "ceded_fee_rate_bp": 333, "second_leader": hua}
    line = make_line(cup, chen, ref="a", paid_fen=9_999, step_window_id=7, steps=((1, 100),), **fees)  # type: ignore[arg-type]  # the fields of a line
    settle()
    for number, fen in enumerate([1, 3_333, 6_665]):
        refund(line, fen, event_id=f"r{number}")
        ledger.claw_back([line.pk], by=BY, now=NOON)

    assert balances() == before
    assert check_books().ok


def balances() -> dict[tuple[str, int | None], int]:
    rows = Account.objects.exclude(balance_fen=0).values_list("kind", "organisation_id", "balance_fen")
    return {(kind, organisation): fen for kind, organisation, fen in rows}


rate = st.integers(min_value=0, max_value=3_000)
tree = st.tuples(st.integers(min_value=1, max_value=10**7), rate, rate, rate, st.integers(min_value=1, max_value=3_000))


class AnyTree(TestCase):
    """With hypothesis, each example in a transaction of its own."""

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(tree, min_size=1, max_size=4), st.data())
    def test_any_tree_conserves_and_a_full_refund_leaves_nothing(
        self, trees: list[tuple[int, int, int, int, int]], data: st.DataObject
    ) -> None:
        mei, chen, wu, hua = (
            make_organisation(kind, kind.value) for kind in (Kind.MERCHANT, Kind.CREATOR, Kind.LEADER, Kind.LEADER)
        )
        cup = make_product(mei, "Cup")
        ledger.deposit(mei, amount_fen=10**12, key="d", by=BY, now=NOON)
        before = balances()
        lines = [
            make_line(
                cup,
                chen,
                ref=str(number),
                paid_fen=paid_fen,
                commission_rate_bp=commission,
                service_fee_rate_bp=service,
                leader=wu,
                ceded_fee_rate_bp=min(ceded, service),
                second_leader=hua,
                step_window_id=7,
                steps=((1, step),),
            )
            for number, (paid_fen, commission, service, ceded, step) in enumerate(trees)
        ]

        settle()
        settle()

        assert check_books().problems == ()
        assert sum(Account.objects.values_list("balance_fen", flat=True)) == 0
        transfers = Transfer.objects.count()
        for line in lines:
            part = data.draw(st.integers(min_value=0, max_value=line.paid_fen))
            for turn, fen in enumerate(fen for fen in (part, line.paid_fen - part) if fen):
                refund(line, fen, event_id=f"{line.pk}-{turn}")
                ledger.claw_back([line.pk], by=BY, now=NOON)
                ledger.claw_back([line.pk], by=BY, now=NOON)  # told again
        assert balances() == before
        assert check_books().problems == ()
        assert Transfer.objects.count() <= transfers + 2 * len(lines)
