"""The books: accounts, transfers, postings. The database refuses unbalanced transfers and any edit (0002_referee)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.deals.models import Application
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
    GUARANTEE_RETURN = "guarantee_return", _("Order guarantee unmet")  # of a service fee, for the orders that lacked


class Transfer(models.Model):
    """One movement of money; its postings sum to zero and are written with it."""

    kind = models.CharField(max_length=20, choices=TransferKind)
    key = models.CharField(max_length=120)  # what it is for, once: "settle:LINE", "clawback:REFUND", …
    line_id = models.BigIntegerField(null=True)  # the order line it is about
    # What the line's split was counted on: of a settlement the whole, of a clawback what is given back by now in all.
    base_fen = models.BigIntegerField(null=True)
    moved_at = models.DateTimeField()  # the business moment
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # Not `unique=True`: that would keep a second index for LIKE, which every settled line would pay for.
            models.UniqueConstraint(name="transfer_once", fields=["key"]),
            models.CheckConstraint(
                name="transfer_of_line_has_base",
                condition=Q(line_id=None, base_fen=None) | Q(line_id__isnull=False, base_fen__gt=0),
            ),
        ]
        # A settlement is found by its key; only clawbacks need a way from the line.
        indexes = [
            models.Index(name="clawback_of_line", fields=["line_id"], condition=Q(kind=TransferKind.CLAWBACK)),
        ]


class Posting(models.Model):
    """One leg of a transfer. Never changed.

    The keys carry no constraint of the database's own, which would look up every row by itself: the referee
    (0002_referee) looks up a whole statement's rows at once, and accounts and transfers are never deleted.
    """

    pk = models.CompositePrimaryKey("transfer_id", "account_id")
    transfer = models.ForeignKey(Transfer, models.PROTECT, db_constraint=False, db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, db_constraint=False, db_index=False)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="posting_not_zero", condition=~Q(amount_fen=0))]
        indexes = [models.Index(name="posting_of_account", fields=["account", "transfer"])]


class CreditLimit(models.Model):
    """How far the platform advances what one merchant's wallet lacks; without a row, `rules.USUAL_CREDIT_FEN`."""

    merchant = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    limit_fen = models.PositiveBigIntegerField()


class GuaranteeOutcome(models.Model):
    """What became of the order guarantee of one application that has ended; counted again when its lines change."""

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="+")
    guaranteed_orders = models.PositiveIntegerField()
    orders = models.PositiveIntegerField()  # lines neither invalid nor refunded in full
    fee_fen = models.PositiveBigIntegerField()  # what earners had of its service fee after clawbacks
    returned_fen = models.PositiveBigIntegerField()  # to the merchant, in all
    transfers = models.PositiveIntegerField(default=0)  # their keys are "guarantee:APPLICATION:1" and so on
    counted_at = models.DateTimeField()


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
