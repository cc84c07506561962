"""Merchants' wallets: money in, and how far the platform advances what they lack."""

from datetime import datetime

from django.db import transaction

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import KeyReused
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings
from fenxiao.ledger.errors import AmountNotPositive, NotAMerchant
from fenxiao.ledger.journal import OUTSIDE, Entry, credit_of, hold, wallet_of, write
from fenxiao.ledger.models import CreditLimit, Posting, Transfer, TransferKind
from fenxiao.ledger.repayment import repayments
from fenxiao.parties.models import Kind, Organisation


@transaction.atomic
def deposit(merchant: Organisation, *, amount_fen: int, key: str, by: Actor, now: datetime) -> Transfer:
    """Fill a merchant's wallet; what the platform advanced is repaid from it first. The same key is one deposit.

    Refuses an amount that is not positive, an organisation that is no merchant, and a key that stood for another
    deposit.
    """
    _check_merchant(merchant)
    if amount_fen <= 0:
        raise AmountNotPositive(amount=Money(amount_fen, settings().currency))
    held = hold([OUTSIDE, wallet_of(merchant.pk), credit_of(merchant.pk)], now=now)
    wallet = held[wallet_of(merchant.pk)]
    # Every deposit holds the account of the outside world, so of two with one key the second finds the first.
    if (before := Transfer.objects.filter(key=f"deposit:{key}").first()) is not None:
        return _same_deposit(before, key=key, account_id=wallet.account_id, amount_fen=amount_fen)
    entry = Entry(
        TransferKind.DEPOSIT,
        f"deposit:{key}",
        [(held[OUTSIDE].account_id, -amount_fen), (wallet.account_id, amount_fen)],
    )
    ids = write([entry, *repayments({merchant.pk: amount_fen}, held=held, key=entry.key)], moved_at=now)
    made = Transfer.objects.get(pk=ids[0])
    audit.record("deposit", made, by=by, now=now, after={"merchant": merchant.pk, "amount_fen": amount_fen, "key": key})
    outbox.publish("wallet.filled", merchant=merchant.pk, transfer=made.pk)
    return made


def _same_deposit(before: Transfer, *, key: str, account_id: int, amount_fen: int) -> Transfer:
    if not Posting.objects.filter(transfer=before, account_id=account_id, amount_fen=amount_fen).exists():
        raise KeyReused(key=key)
    return before


@transaction.atomic
def set_credit_limit(merchant: Organisation, *, limit_fen: int, by: Actor, now: datetime) -> CreditLimit:
    """Say how far the platform advances what this merchant's wallet lacks. Refuses less than nothing, and others."""
    _check_merchant(merchant)
    if limit_fen < 0:
        raise AmountNotPositive(amount=Money(limit_fen, settings().currency))
    Organisation.objects.select_for_update().get(pk=merchant.pk)
    before = CreditLimit.objects.filter(merchant=merchant).values("limit_fen").first()
    limit, _ = CreditLimit.objects.update_or_create(merchant=merchant, defaults={"limit_fen": limit_fen})
    audit.record("set_credit_limit", limit, by=by, now=now, before=before, after={"limit_fen": limit_fen})
    outbox.publish("credit.limited", merchant=merchant.pk, limit_fen=limit_fen)
    return limit


def _check_merchant(organisation: Organisation) -> None:
    if organisation.kind != Kind.MERCHANT:
        raise NotAMerchant(name=organisation.name)
