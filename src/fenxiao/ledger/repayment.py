"""What comes into a wallet pays back what was advanced to it first: a wallet holds money only when nothing is owed."""

from collections.abc import Mapping

from fenxiao.ledger.journal import Entry, Held, Owner, credit_of, wallet_of
from fenxiao.ledger.models import TransferKind


def repayments(incoming: Mapping[int, int], *, held: Mapping[Owner, Held], key: str) -> list[Entry]:
    """A repayment for each merchant with an advance, from what comes in now (fen by merchant id).

    `key` names what brought the money; both accounts of each merchant must be held.
    """
    entries = []
    for merchant_id, incoming_fen in sorted(incoming.items()):
        wallet, credit = held[wallet_of(merchant_id)], held[credit_of(merchant_id)]
        if repaid_fen := min(wallet.balance_fen + incoming_fen, -credit.balance_fen):
            legs = [(wallet.account_id, -repaid_fen), (credit.account_id, repaid_fen)]
            entries.append(Entry(TransferKind.REPAYMENT, f"repay:{merchant_id}:{key}", legs))
    return entries
