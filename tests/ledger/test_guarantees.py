"""A leader who guaranteed orders that did not come gives that part of the service fee back, once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Application
from fenxiao.kernel import clock, outbox
from fenxiao.kernel.models import AuditRow
from fenxiao.kernel.money import Money
from fenxiao.ledger import journal
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import Account, GuaranteeOutcome, Transfer, TransferKind
from fenxiao.ledger.queries import check_books, income_of, income_rows
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation
from tests.deals.chains import make_activity, make_application
from tests.ledger.conftest import Tamper
from tests.ledger.lines import make_line, refund

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ENDED = NOON + DAY


@pytest.fixture
def hua(db: None) -> Organisation:
    """The second leader."""
    return make_organisation(Kind.LEADER, "Hua")


@pytest.fixture
def led(mei: Organisation, lao_wu: Organisation, cup: Product) -> Application:
    """The cup in Lao Wu's activity until tomorrow noon: 10 % fee and four orders guaranteed; Mei can pay."""
    ledger.deposit(mei, amount_fen=1_000_000, key="d", by=BY, now=NOON)
    return make_application(make_activity(lao_wu), cup, fee_bp=1_000, guaranteed_orders=4, until_at=ENDED)


def sold(led: Application, chen: Organisation, ref: str, *, second: Organisation | None = None) -> OrderLine:
    """A line of 100.00 of which Hua, where she took part, gets 4 % of the 10 %."""
    return make_line(
        led.product,
        chen,
        ref=ref,
        service_fee_rate_bp=1_000,
        leader=led.activity.leader,
        ceded_fee_rate_bp=400 if second else 0,
        second_leader=second,
        application_id=led.pk,
    )


def count(now: object = ENDED) -> list[int]:
    return ledger.return_unmet_guarantees(by=BY, now=now)  # type: ignore[arg-type]  # a moment


def balances() -> dict[tuple[str, int | None], int]:
    rows = Account.objects.exclude(balance_fen=0).values_list("kind", "organisation_id", "balance_fen")
    return {(kind, organisation): fen for kind, organisation, fen in rows}


def pay_out(leader: Organisation, fen: int) -> None:
    """Money leaves an income account, as a payout will have it."""
    income = journal.leader_income_of(leader.pk)
    with transaction.atomic():
        held = journal.hold([income, journal.OUTSIDE], now=NOON)
        legs = [(held[income].account_id, -fen), (held[journal.OUTSIDE].account_id, fen)]
        journal.write([journal.Entry(TransferKind.DEPOSIT, "out", legs)], moved_at=NOON)


def test_half_the_orders_keep_half_the_fee(
    led: Application, mei: Organisation, chen: Organisation, lao_wu: Organisation, hua: Organisation
) -> None:
    sold(led, chen, "a")
    sold(led, chen, "b", second=hua)
    ledger.settle(until=NOON, by=BY, now=NOON)
    before = balances()

    assert count() == [led.pk]

    # Of 20.00 of fee half goes back: Lao Wu had 9.00 and 5.40, Hua 3.60, the platform a tenth of each.
    moved = {owner: fen - before[owner] for owner, fen in balances().items() if fen != before[owner]}
    assert moved == {
        ("merchant_wallet", mei.pk): 1_000,
        ("leader_income", lao_wu.pk): -720,
        ("leader_income", hua.pk): -180,
        ("platform_fee", None): -100,
    }
    transfer = Transfer.objects.get(kind=TransferKind.GUARANTEE_RETURN)
    assert transfer.key == f"guarantee:{led.pk}:1"
    assert income_of(lao_wu).returned == Money(720)
    assert next((row.kind, row.amount, row.line_id) for row in income_rows(hua)) == (
        TransferKind.GUARANTEE_RETURN,
        Money(-180),
        None,
    )
    assert check_books().problems == ()


def test_counting_twice_returns_nothing_twice(led: Application, chen: Organisation) -> None:
    sold(led, chen, "a")
    ledger.settle(until=NOON, by=BY, now=NOON)
    count()
    before = balances()

    assert count(ENDED + DAY) == []
    assert ledger.recount_guarantees([OrderLine.objects.get().pk], by=BY, now=ENDED) == [led.pk]

    assert balances() == before
    assert AuditRow.objects.filter(act="count_guarantee").count() == 1


def test_a_guarantee_that_was_met_returns_nothing(led: Application, chen: Organisation) -> None:
    for ref in "abcde":
        sold(led, chen, ref)
    ledger.settle(until=NOON, by=BY, now=NOON)

    assert count() == [led.pk]

    outcome = GuaranteeOutcome.objects.get()
    assert (outcome.orders, outcome.fee_fen, outcome.returned_fen, outcome.transfers) == (5, 5_000, 0, 0)


@pytest.mark.parametrize("state", [LineState.PAID, LineState.SHIPPED, LineState.RECEIVED])
def test_it_waits_until_all_lines_are_final(led: Application, chen: Organisation, state: LineState) -> None:
    line = sold(led, chen, "a")
    OrderLine.objects.filter(pk=line.pk).update(state=state)

    assert count() == []

    OrderLine.objects.filter(pk=line.pk).update(state=LineState.INVALID, reason="cancelled")
    assert count() == [led.pk]
    assert GuaranteeOutcome.objects.get().orders == 0


def test_it_waits_for_its_end(led: Application) -> None:
    assert count(ENDED - timedelta(seconds=1)) == []
    assert count(ENDED) == [led.pk]


@pytest.mark.parametrize("field", ["ends_at", "activity.closes_at", "activity.ends_at"])
def test_an_early_end_is_an_end(led: Application, field: str) -> None:
    whose = led.activity if "." in field else led
    moment = {field.removeprefix("activity."): NOON}
    state = {"state": 4} if field == "activity.closes_at" else {}
    type(whose).objects.filter(pk=whose.pk).update(**moment, **state)

    assert count(NOON) == [led.pk]


def test_no_guarantee_or_none_that_ever_stood_is_counted(led: Application) -> None:
    Application.objects.filter(pk=led.pk).update(guaranteed_orders=0)
    assert count() == []

    Application.objects.filter(pk=led.pk).update(guaranteed_orders=4, passed_at=None, state=1)
    assert count() == []


def test_void_lines_and_those_refunded_in_full_are_no_orders(led: Application, chen: Organisation) -> None:
    kept, back, void = (sold(led, chen, ref) for ref in "abc")
    OrderLine.objects.filter(pk=void.pk).update(state=LineState.INVALID, reason="cancelled")
    ledger.settle(until=NOON, by=BY, now=NOON)
    refund(back, 10_000, event_id="r")
    ledger.claw_back([back.pk], by=BY, now=NOON)

    count()

    outcome = GuaranteeOutcome.objects.get()
    assert (outcome.orders, outcome.fee_fen, outcome.returned_fen) == (1, 1_000, 750)
    assert kept.application_id == led.pk


def test_what_a_leader_cannot_pay_is_taken_from_later_income(
    led: Application, chen: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    sold(led, chen, "a")
    ledger.settle(until=NOON, by=BY, now=NOON)
    pay_out(lao_wu, 900)

    count()
    after_the_count = balances()["leader_income", lao_wu.pk]
    make_line(cup, chen, ref="later", service_fee_rate_bp=1_000, leader=lao_wu)
    ledger.settle(until=ENDED, by=BY, now=ENDED)

    assert (after_the_count, balances()["leader_income", lao_wu.pk]) == (-675, -675 + 900)
    assert check_books().problems == ()


def test_a_refund_after_the_return_changes_the_reckoning(
    led: Application, mei: Organisation, chen: Organisation, lao_wu: Organisation
) -> None:
    before = balances()
    lines = [sold(led, chen, ref) for ref in "ab"]
    ledger.settle(until=NOON, by=BY, now=NOON)
    count()

    for line in lines:
        refund(line, 10_000, event_id="r")
        ledger.claw_back([line.pk], by=BY, now=ENDED)
        outbox.deliver_all(now=clock.now() + DAY)

    assert balances() == before  # as if never sold
    outcome = GuaranteeOutcome.objects.get()
    assert (outcome.orders, outcome.fee_fen, outcome.returned_fen) == (0, 0, 0)
    assert outcome.transfers == Transfer.objects.filter(kind=TransferKind.GUARANTEE_RETURN).count()
    assert check_books().problems == ()


def test_a_return_repays_what_was_advanced_first(mei: Organisation, led: Application, chen: Organisation) -> None:
    wallet = Account.objects.get(kind="merchant_wallet").balance_fen
    ledger.set_credit_limit(mei, limit_fen=10_000_000, by=BY, now=NOON)
    big = sold(led, chen, "a")
    OrderLine.objects.filter(pk=big.pk).update(paid_fen=4_000_000)  # 12,000.00 to pay from 10,000.00
    ledger.settle(until=NOON, by=BY, now=NOON)
    advanced = Account.objects.get(kind="merchant_credit").balance_fen

    count()

    assert (wallet, advanced) == (1_000_000, -200_000)
    assert balances()["merchant_wallet", mei.pk] == 300_000 - 200_000
    assert check_books().problems == ()


def test_an_outcome_that_was_not_moved_is_found(led: Application, chen: Organisation, tamper: Tamper) -> None:
    sold(led, chen, "a")
    ledger.settle(until=NOON, by=BY, now=NOON)
    count()
    tamper("UPDATE ledger_guaranteeoutcome SET returned_fen = 1")

    assert check_books().problems == (
        f"the guarantee of application {led.pk} returned 1 by its outcome and 750 by its transfers",
    )


@pytest.mark.django_db(transaction=True)
def test_two_counts_at_once_return_it_once(led: Application, chen: Organisation) -> None:
    sold(led, chen, "a")
    ledger.settle(until=NOON, by=BY, now=NOON)
    barrier, errors = Barrier(2), []

    def race() -> None:
        try:
            barrier.wait(5)
            count()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert Transfer.objects.filter(kind=TransferKind.GUARANTEE_RETURN).count() == 1
    assert check_books().problems == ()
