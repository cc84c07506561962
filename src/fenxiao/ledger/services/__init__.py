"""Acts of the ledger: deposits, settlement, clawbacks, returns of unmet guarantees, credit limits."""

from fenxiao.ledger.services.clawbacks import claw_back
from fenxiao.ledger.services.guarantees import recount_guarantees, return_unmet_guarantees
from fenxiao.ledger.services.settlement import settle
from fenxiao.ledger.services.wallets import deposit, set_credit_limit

__all__ = [
    "claw_back",
    "deposit",
    "recount_guarantees",
    "return_unmet_guarantees",
    "set_credit_limit",
    "settle",
]
