"""What parties have in their accounts, and how the income of a creator or leader came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from fenxiao.deals.models import Application
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
    returned: Money  # of service fees, for orders that a leader guaranteed and that did not come

    @property
    def left(self) -> Money:
        """Settled less clawed back and returned."""
        return self.settled - self.clawed_back - self.returned


@dataclass(frozen=True, kw_only=True)
class IncomeRow:
    """One transfer that changed an earner's income: a settlement, or a clawback or return with a negative amount.

    A return of an unmet guarantee is of an application, and so of a product, and names no order.
    """

    transfer_id: int
    kind: TransferKind
    moved_at: datetime
    amount: Money
    base: Money  # what the share was counted on; of a clawback, what was given back of it by then
    line_id: int | None
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
        returned=Sum("amount_fen", filter=Q(transfer__kind=TransferKind.GUARANTEE_RETURN), default=0),
    )
    return Income(
        settled=_money(sums["settled"]),
        clawed_back=_money(-sums["clawed_back"]),
        returned=_money(-sums["returned"]),
    )


def income_rows(creator: Organisation, *, start: int = 0, most: int = 50) -> list[IncomeRow]:
    """Rows of the income page of a creator (or a leader), newest first: `most` of them from `start` on."""
    postings = (
        Posting.objects.filter(account__organisation=creator, account__kind__in=INCOME)
        .select_related("transfer")
        .order_by("-transfer_id")[start : start + most]
    )
    lines = _lines(posting.transfer.line_id for posting in postings)
    applications = _applications(posting.transfer.key for posting in postings if posting.transfer.line_id is None)
    return [
        _income_row(posting, lines[line_id])
        if (line_id := posting.transfer.line_id)
        else _return_row(posting, applications[_application_in(posting.transfer.key)])
        for posting in postings
    ]


def _lines(ids: Iterable[int | None]) -> dict[int, OrderLine]:
    return OrderLine.objects.select_related("order", "product").in_bulk([pk for pk in ids if pk is not None])


def _applications(keys: Iterable[str]) -> dict[int, Application]:
    ids = [_application_in(key) for key in keys]
    return Application.objects.select_related("product").in_bulk(ids) if ids else {}


def _application_in(key: str) -> int:
    """Of "guarantee:APPLICATION:1", which has no line: the one kind of transfer with that of an earner's income."""
    return int(key.split(":")[1])


def _return_row(posting: Posting, application: Application) -> IncomeRow:
    return IncomeRow(
        transfer_id=posting.transfer_id,
        kind=TransferKind(posting.transfer.kind),
        moved_at=posting.transfer.moved_at,
        amount=_money(posting.amount_fen),
        base=_money(0),
        line_id=None,
        order_ref="",
        product_id=application.product_id,
        product_title=application.product.title,
    )


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
