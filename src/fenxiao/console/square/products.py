"""One's own goods, for which creators are looked for: those to choose from, and the one chosen."""

from django.db.models import QuerySet

from fenxiao.catalog.models import Product
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery.queries.asker import goods_asked_for, own_product
from fenxiao.kernel.errors import BadInput

OFFERED = 100  # to choose from: those of the highest levels; every other one is reached from its own page
LARGEST = 2**63 - 1


def goods_offered(request: MemberRequest) -> list[Product]:
    """Some of one's own goods; the one chosen is among them however many there are."""
    goods: QuerySet[Product] = goods_asked_for(request.organisation, now=request.now)
    offered = list(goods.order_by("-level", "-pk")[:OFFERED])
    chosen = number_of(request.GET.get("product", ""))
    if chosen is None or chosen in {each.pk for each in offered}:
        return offered
    return [*offered, *goods.filter(pk=chosen)]


def product_chosen(request: MemberRequest) -> Product | None:
    """The product that an address or a form names, if any. Refuses (`BadInput`) one that is not one's own."""
    said = request.GET.get("product") or request.POST.get("product") or ""
    if not said:
        return None
    number = number_of(said)
    if number is None:
        raise BadInput(field="product", reason_zh="应为商品编号", reason_en="not the number of a product")
    return own_product(request.organisation, number, now=request.now)


def number_of(said: str) -> int | None:
    """An id that an address tells; None of what is none."""
    if not said.isascii() or not said.isdecimal() or len(said) > len(str(LARGEST)) or int(said) > LARGEST:
        return None
    return int(said)
