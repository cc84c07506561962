"""What parties have in their accounts, and how a creator's income came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings
from fenxiao.ledger.models import Account, AccountKind, Posting, TransferKind
from fenxiao.orders.models import OrderLine
from fenxiao.parties.models import Kind, Organisation

KINDS = {
    Kind.MERCHANT: (AccountKind.MERCHANT_WALLET, AccountKind.MERCHANT_CREDIT),
    Kind.CREATOR: (AccountKind.CREATOR_INCOME,),
    Kind.LEADER: (AccountKind.LEADER_INCOME,),
    Kind.OPERATOR: (AccountKind.OUTSIDE, AccountKind.PLATFORM_FEE),
}
INCOME = (AccountKind.CREATOR_INCOME, AccountKind.LEADER_INCOME)


@dataclass(frozen=True, kw_only=True)
class Income:
    """What settlement brought an earner and what refunds took back; less than nothing is carried."""

    settled: Money
    clawed_back: Money

    @property
    def left(self) -> Money:
        """Settled less clawed back."""
        return self.settled - self.clawed_back


@dataclass(frozen=True, kw_only=True)
class IncomeRow:
    """One transfer that changed an earner's income: a settlement, or a clawback with a negative amount."""

    transfer_id: int
    kind: TransferKind
    moved_at: datetime
    amount: Money
    base: Money  # what the share was counted on; of a clawback, what was given back of it by then
    line_id: int
    order_ref: str
    product_id: int
    product_title: str


def balances_of(organisation: Organisation) -> dict[AccountKind, Money]:
    """The balance of every account this kind of party has; the operator's are the platform's own."""
    owner = None if organisation.kind == Kind.OPERATOR else organisation.pk
    balances = dict(Account.objects.filter(organisation=owner).values_list("kind", "balance_fen"))
    return {kind: _money(balances.get(kind, 0)) for kind in KINDS.get(Kind(organisation.kind), ())}


def income_of(creator: Organisation) -> Income:
    """The income of a creator (or a leader) in all."""
    sums = Posting.objects.filter(account__organisation=creator, account__kind__in=INCOME).aggregate(
        settled=Sum("amount_fen", filter=Q(transfer__kind=TransferKind.SETTLEMENT), default=0),
        clawed_back=Sum("amount_fen", filter=Q(transfer__kind=TransferKind.CLAWBACK), default=0),
    )
    return Income(settled=_money(sums["settled"]), clawed_back=_money(-sums["clawed_back"]))


def income_rows(creator: Organisation, *, start: int = 0, most: int = 50) -> list[IncomeRow]:
    """Rows of the income page of a creator (or a leader), newest first: `most` of them from `start` on."""
    postings = (
        Posting.objects.filter(account__organisation=creator, account__kind__in=INCOME)
        .select_related("transfer")
        .order_by("-transfer_id")[start : start + most]
    )
    lines = _lines(posting.transfer.line_id for posting in postings)
    return [_income_row(posting, lines[posting.transfer.line_id]) for posting in postings if posting.transfer.line_id]


def _lines(ids: Iterable[int | None]) -> dict[int, OrderLine]:
    return OrderLine.objects.select_related("order", "product").in_bulk([pk for pk in ids if pk is not None])


def _income_row(posting: Posting, line: OrderLine) -> IncomeRow:
    transfer = posting.transfer
    return IncomeRow(
        transfer_id=transfer.pk,
        kind=TransferKind(transfer.kind),
        moved_at=transfer.moved_at,
        amount=_money(posting.amount_fen),
        base=_money(transfer.base_fen or 0),
        line_id=line.pk,
        order_ref=line.order.ref,
        product_id=line.product_id,
        product_title=line.product.title,
    )


def _money(fen: int) -> Money:
    return Money(fen, settings().currency)
