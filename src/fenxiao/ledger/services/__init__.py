"""Acts of the ledger: deposits, settlement, clawbacks, credit limits."""

from fenxiao.ledger.services.clawbacks import claw_back
from fenxiao.ledger.services.settlement import settle
from fenxiao.ledger.services.wallets import deposit, set_credit_limit

__all__ = ["claw_back", "deposit", "set_credit_limit", "settle"]
