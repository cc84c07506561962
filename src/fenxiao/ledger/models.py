"""The books: accounts, transfers, postings. The database refuses unbalanced transfers and any edit (0002_referee)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.parties.models import Organisation


class AccountKind(models.TextChoices):
    """Kinds of account. A posting adds to its account; balances of all accounts sum to zero."""

    OUTSIDE = "outside", _("Outside world")  # banks and shops: the mirror of all that came in or went out
    MERCHANT_WALLET = "merchant_wallet", _("Merchant wallet")  # prepaid money from which commissions are paid
    MERCHANT_CREDIT = "merchant_credit", _("Advanced to merchant")  # negative: what the platform advanced (receivable)
    CREATOR_INCOME = "creator_income", _("Creator income")
    LEADER_INCOME = "leader_income", _("Leader income")
    PLATFORM_FEE = "platform_fee", _("Platform fee")


class Account(models.Model):
    """One party's account of one kind; `organisation` is null for the platform's own."""

    kind = models.CharField(max_length=20, choices=AccountKind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    balance_fen = models.BigIntegerField(default=0)  # kept with the postings, compared by `books check`
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="account_once", fields=["kind", "organisation"], nulls_distinct=False),
        ]


class TransferKind(models.TextChoices):
    """Why money moved."""

    DEPOSIT = "deposit", _("Deposit")  # a merchant fills its wallet
    ADVANCE = "advance", _("Advance")  # the platform lends what a wallet lacks
    REPAYMENT = "repayment", _("Repayment")  # a later deposit pays the advance back
    SETTLEMENT = "settlement", _("Settlement")  # a line's split
    CLAWBACK = "clawback", _("Clawback")  # mirror of a settlement, for a refund after it


class Transfer(models.Model):
    """One movement of money; its postings sum to zero."""

    kind = models.CharField(max_length=12, choices=TransferKind)
    key = models.CharField(max_length=120, unique=True)  # what it is for, once: "settle:LINE", "clawback:REFUND"
    line_id = models.BigIntegerField(null=True)  # the order line it is about
    moved_at = models.DateTimeField()  # the business moment
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(name="transfer_of_line", fields=["line_id"], condition=~Q(line_id=None))]


class Posting(models.Model):
    """One leg of a transfer. Never changed."""

    transfer = models.ForeignKey(Transfer, models.PROTECT)
    account = models.ForeignKey(Account, models.PROTECT)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="posting_once_per_account", fields=["transfer", "account"]),
            models.CheckConstraint(name="posting_not_zero", condition=~Q(amount_fen=0)),
        ]
        indexes = [models.Index(name="posting_of_account", fields=["account", "id"])]


class SettlementRun(models.Model):
    """One call of `settle`: what was due, what was paid and what waits for funds."""

    until = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    lines_settled = models.PositiveIntegerField(default=0)
    lines_awaiting = models.PositiveIntegerField(default=0)
    commission_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="settlement_run_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]
