"""Goods as cards show them to one creator: what one order earns him, what it sold, whether it is on his shelf."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals import queries as deals
from fenxiao.deals.models import ShelfItem
from fenxiao.deals.rules import Terms, creator_net_of
from fenxiao.facts import queries as facts
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class Item:
    """One card."""

    product: Product
    rate_bp: int | None
    earns_fen: int | None  # on one order, after the platform's fee; None without terms for this creator
    units_30d: int
    is_on_shelf: bool
    why: tuple[str, str] | None = None  # it is shown, in Chinese and English


def items_of(
    products: Iterable[Product], *, creator: Organisation, now: datetime, units: Mapping[int, int] | None = None
) -> dict[int, Item]:
    """The cards of these products by id, in the order given, in a fixed number of statements.

    `units` are the pieces sold in 30 days where they are known already.
    """
    by_id = {product.pk: product for product in products}
    asks = {pk: deals.Ask(product_id=pk, creator_id=creator.pk, moment=now) for pk in by_id}
    terms = deals.terms_at(list(asks.values()))
    mine = ShelfItem.objects.filter(creator=creator, removed_at=None, product_id__in=list(by_id))
    held = set(mine.values_list("product_id", flat=True)) if by_id else set()
    missing = [pk for pk in by_id if pk not in (units or {})]
    sold = {**(facts.sales_30d(missing, business_day(now)) if missing else {}), **(units or {})}
    return {
        pk: item_of(product, terms.get(asks[pk]), units_30d=sold[pk], is_on_shelf=pk in held)
        for pk, product in by_id.items()
    }


def item_of(
    product: Product,
    terms: Terms | None,
    *,
    units_30d: int,
    is_on_shelf: bool,
    why: tuple[str, str] | None = None,
) -> Item:
    """The card of one product by these terms."""
    return Item(
        product=product,
        rate_bp=terms.commission_rate_bp if terms else None,
        earns_fen=creator_net_of(product.price_fen, terms) if terms else None,
        units_30d=units_30d,
        is_on_shelf=is_on_shelf,
        why=why,
    )
