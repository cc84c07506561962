"""Order lines of a party, and those whose time has come."""

from datetime import datetime

from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from fenxiao.kernel.money import BP, Money
from fenxiao.kernel.settings import settings
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.orders.rules import RECEIVED_BY_ITSELF_AFTER
from fenxiao.parties.models import Organisation

UNSETTLED = (LineState.PAID, LineState.SHIPPED, LineState.RECEIVED)


def lines_of_creator(creator: Organisation) -> QuerySet[OrderLine]:
    """Lines that name this promoter, newest first, each with its order, product and merchant."""
    lines = OrderLine.objects.filter(creator=creator)
    return lines.select_related("order", "product", "merchant").order_by("-paid_at", "-id")


def lines_of_merchant(merchant: Organisation) -> QuerySet[OrderLine]:
    """Lines of this merchant's goods, newest first, each with its order, product and promoter."""
    lines = OrderLine.objects.filter(merchant=merchant)
    return lines.select_related("order", "product", "creator").order_by("-paid_at", "-id")


def expected_income(creator: Organisation) -> Money:
    """What the creator gets, after the platform's fee, if every line that is paid and not yet settled stands."""
    net = Sum(F("commission_fen") - F("commission_fen") * F("platform_fee_rate_bp") / BP)
    lines = OrderLine.objects.filter(creator=creator, state__in=UNSETTLED).annotate(commission_fen=_commission())
    return Money(int(lines.aggregate(net_fen=Coalesce(net, Value(0)))["net_fen"]), settings().currency)


def _commission() -> Combinable:
    """The commission of `deals.rules.parts_of`; whole numbers divided by PostgreSQL round down as they do there."""
    base = Greatest(F("paid_fen") - F("freight_fen") - F("tax_fen") - F("refunded_fen"), Value(0))
    return ExpressionWrapper(base * F("commission_rate_bp") / BP, output_field=BigIntegerField())


def lines_due(until: datetime) -> QuerySet[OrderLine]:
    """Received lines with a promoter whose hold ends by `until`, each with its order.

    Who changes them locks their orders by rising id, then the lines by rising id, and reads them again: what became
    of them meanwhile counts. Intake does the same, so that the two never wait for each other in a ring.
    """
    due = OrderLine.objects.filter(state=LineState.RECEIVED, creator__isnull=False, due_at__lte=until)
    return due.select_related("order").order_by("due_at", "id")


def lines_overdue(now: datetime) -> QuerySet[OrderLine]:
    """Shipped lines whose receipt was not told in time, each with its order."""
    overdue = OrderLine.objects.filter(state=LineState.SHIPPED, shipped_at__lte=now - RECEIVED_BY_ITSELF_AFTER)
    return overdue.select_related("order").order_by("id")
