"""Why a product is shown to a creator, for its card."""

from fenxiao.discovery.queries.search import FoundProduct
from fenxiao.discovery.rules.reasons import Reason, reasons_of


def reasons(found: FoundProduct) -> list[Reason]:
    """At most three short reasons, the strongest first; none in an order that is everybody's."""
    return [] if found.standing is None else reasons_of(found.standing)
