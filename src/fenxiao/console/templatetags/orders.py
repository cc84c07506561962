"""Order lines in words and parts."""

from django import template
from django.utils.translation import get_language

from fenxiao.deals.rules import Parts, parts_of
from fenxiao.orders.models import OrderLine
from fenxiao.orders.rules import Reason

register = template.Library()


@register.filter
def reason(line: OrderLine) -> str:
    """Why a line is invalid, in words; a code of another day stands for itself."""
    try:
        why = Reason(line.reason)
    except ValueError:
        return line.reason
    return why.zh if (get_language() or "").startswith("zh") else why.en


@register.filter
def commission(line: OrderLine) -> int:
    """What the merchant owes as commission on what is left of the line, by its frozen terms."""
    return _parts(line).commission_fen


@register.filter
def earned(line: OrderLine) -> int:
    """What the creator gets of it after the platform fee."""
    return _parts(line).creator_net_fen


def _parts(line: OrderLine) -> Parts:
    base = line.paid_fen - line.freight_fen - line.tax_fen - line.refunded_fen
    return parts_of(
        max(base, 0),
        commission_rate_bp=line.commission_rate_bp,
        service_fee_rate_bp=line.service_fee_rate_bp,
        platform_fee_rate_bp=line.platform_fee_rate_bp,
    )
