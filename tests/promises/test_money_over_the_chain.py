"""Money over the whole chain: orders, refunds before and after settlement, told in any order, and books that balance.

What everyone must own is worked out here once more, from the rules in words and from what was told; nothing of the
ledger is asked for it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db.models import Sum

from fenxiao.deals import services as deals
from fenxiao.kernel import outbox
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import Account, AccountKind, Posting
from fenxiao.ledger.queries import check_books
from fenxiao.orders import services as orders
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.orders.rules import PaidLine, Refunded, Told
from fenxiao.parties.models import Kind, Organisation
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link
from tests.cast import BY, NOON, make_organisation, make_product
from tests.orders.telling import at, line, paid, received, refunded, shipped

BEFORE = NOON - timedelta(days=2)
PLATFORM_BP = 1_000  # the usual fee of the platform
RATES_BP = [0, 1, 333, 2_000, 9_000]
END = at(200)

LineKey = tuple[str, int]


@dataclass
class Shop:
    """What one shop has told so far, and what this test knows of its lines."""

    lines: dict[LineKey, PaidLine] = field(default_factory=dict)
    links: dict[LineKey, Link | None] = field(default_factory=dict)
    rates: dict[int, int] = field(default_factory=dict)  # of products
    back: Counter[LineKey] = field(default_factory=Counter)  # refunds told so far
    paid_told: set[str] = field(default_factory=set)
    base_settled: dict[LineKey, int] = field(default_factory=dict)

    def commission_base(self, key: LineKey) -> int:
        """What is left to count commission on, by what was told so far."""
        sold = self.lines[key]
        return max(0, sold.paid_fen - sold.freight_fen - sold.tax_fen - self.back[key])

    def shares(self, key: LineKey) -> tuple[int, int]:
        """What the creator and the platform own of this line in the end."""
        if self.links[key] is None or not (base := self.base_settled.get(key, 0)):
            return 0, 0
        commission = base * self.rates[self.lines[key].product_id] // 10_000
        fee = commission * PLATFORM_BP // 10_000
        gone = base - self.commission_base(key)
        return tuple(part - part * gone // base for part in (commission - fee, fee))  # type: ignore[return-value]  # two


@pytest.fixture
def links(mei: Organisation, chen: Organisation) -> list[Link]:
    """Chen's and Bai's links to five products at five rates."""
    bai = make_organisation(Kind.CREATOR, "Bai")
    made = []
    for number, rate_bp in enumerate(RATES_BP):
        product = make_product(mei, f"P{number}")
        type(product).objects.filter(pk=product.pk).update(admitted_at=BEFORE)
        deals.open_plan(product, rate_bp=rate_bp, by=BY, now=BEFORE)
        for creator in (chen, bai):
            place = tracking.open_place(creator, name=f"P{number}", by=BY, now=BEFORE)
            made.append(tracking.make_link(creator, product=product, place=place, by=BY, now=BEFORE))
    return made


def a_story(shop: Shop, random: Random, links: list[Link]) -> list[tuple[datetime, Told]]:
    """Eight orders with the events of their lives, each with the moment at which it is told."""
    shop.rates = {link.product_id: rate for link, rate in zip(links[::2], RATES_BP, strict=True)}
    events: list[Told] = []
    for number in range(8):
        ref, days = f"R{number}", random.uniform(0, 20)
        sold = [_sold(shop, random, links, (ref, line_no)) for line_no in range(1, random.randint(2, 4))]
        events += [paid(*sold, ref=ref, days=days, buyer_key=f"buyer {ref}")]
        events += [shipped(ref=ref, days=days + 1), received(ref=ref, days=days + 3)]
        events += [event for part in sold for event in _refunds(random, ref, part, days=days)]
    told = [
        (event.occurred_at + timedelta(days=random.choice([0, 0, 1, 30]) * random.random()), event) for event in events
    ]
    return sorted(told, key=lambda pair: pair[0])


def _sold(shop: Shop, random: Random, links: list[Link], key: LineKey) -> PaidLine:
    link = random.choice(links)
    shop.links[key] = promoted = link if random.random() < 0.85 else None
    shop.lines[key] = line(
        key[1],
        product_id=link.product_id,
        paid_fen=random.choice([1, 3, 99, 10_000, random.randint(2_000, 90_000)]),
        freight_fen=random.choice([0, 0, 1]),
        link_code=promoted.code if promoted else "",
    )
    return shop.lines[key]


def _refunds(random: Random, ref: str, sold: PaidLine, *, days: float) -> list[Told]:
    """None, some parts, or everything (in one piece or in several), at any moment before or after settlement."""
    left, found = sold.paid_fen, []
    for number in range(random.choice([0, 0, 1, 2, 3])):
        amount = left if random.random() < 0.35 else random.randint(0, left)
        if amount:
            moment = days + random.uniform(0.1, 60)
            event_id = f"{ref}:{sold.line_no}:back:{number}"
            found.append(refunded(amount, ref=ref, line_no=sold.line_no, days=moment, event_id=event_id))
            left -= amount
    return found


def tell(shop: Shop, event: Told, *, now: datetime) -> None:
    """Tell one event, often twice; the same event tells nothing new."""
    for _ in range(2):
        intake = orders.take_events([event], by=BY, now=now)
        assert intake.problems == []
    if isinstance(event.body, Refunded) and event.line_no is not None:
        shop.back[event.order_ref, event.line_no] += event.body.amount_fen or 0


def work(shop: Shop, *, now: datetime) -> None:
    """What the worker does; notes on what base each line was settled."""
    outbox.deliver_all(now=END + timedelta(days=9_999))
    ledger.settle(until=now, by=BY, now=now)
    settled = OrderLine.objects.filter(state=LineState.SETTLED).values_list("order__ref", "line_no")
    for key in settled:
        shop.base_settled.setdefault(key, shop.commission_base(key))
    outbox.deliver_all(now=END + timedelta(days=9_999))


def owned(kind: AccountKind) -> dict[int | None, int]:
    """Balances of accounts of a kind by owner, nothing left out but nothing."""
    rows = Account.objects.filter(kind=kind).exclude(balance_fen=0)
    return dict(rows.values_list("organisation_id", "balance_fen"))


@pytest.mark.parametrize("seed", range(8))
def test_everyone_owns_what_the_rules_say(seed: int, mei: Organisation, links: list[Link]) -> None:
    random, shop = Random(seed), Shop()  # noqa: S311  # repeatable, not secret
    ledger.set_credit_limit(mei, limit_fen=random.choice([0, 5_000]), by=BY, now=NOON)
    ledger.deposit(mei, amount_fen=random.choice([1, 20_000]), key="first", by=BY, now=NOON)

    for now, event in a_story(shop, random, links):
        tell(shop, event, now=now)
        if random.random() < 0.3:
            work(shop, now=now)
    ledger.deposit(mei, amount_fen=10_000_000, key="last", by=BY, now=END)
    work(shop, now=END)

    income: Counter[int] = Counter()
    for key, link in shop.links.items():
        if link is not None:
            income[link.creator_id] += shop.shares(key)[0]
    fees = sum(shop.shares(key)[1] for key in shop.lines)
    report = check_books()
    assert (report.problems, report.sum_fen) == ((), 0)
    assert owned(AccountKind.CREATOR_INCOME) == {owner: fen for owner, fen in income.items() if fen}
    assert sum(owned(AccountKind.PLATFORM_FEE).values()) == fees
    deposited = -sum(owned(AccountKind.OUTSIDE).values())
    assert sum(owned(AccountKind.MERCHANT_WALLET).values()) == deposited - sum(income.values()) - fees
    assert_as_if_never_sold([key for key in shop.lines if not shop.commission_base(key)])


def assert_as_if_never_sold(keys: list[LineKey]) -> None:
    """Each account has got and given the same for every line that was refunded in full."""
    assert keys  # or nothing was shown
    for ref, line_no in keys:
        sold = OrderLine.objects.get(order__ref=ref, line_no=line_no)
        legs = Posting.objects.filter(transfer__line_id=sold.pk).values("account").annotate(fen=Sum("amount_fen"))
        assert {leg["fen"] for leg in legs} <= {0}
