"""A creator's shelf with what each item earns now, or why it earns nothing; and who holds a product."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals.models import ShelfItem
from fenxiao.deals.queries.market import Ask
from fenxiao.deals.queries.quote import Quote, candidates_at, quoted, terms_at
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class OnShelf:
    """An item (with its product and application), its quote now, and whether its product is offered at all."""

    item: ShelfItem
    quote: Quote
    is_offered: bool

    @property
    def is_live(self) -> bool:
        """Whether promoting it earns something now; else `quote.sayings()` or the product's state says why not."""
        return self.is_offered and self.quote.terms is not None


def shelf_of(creator: Organisation, *, now: datetime) -> list[OnShelf]:
    """The creator's shelf in its own order, in a fixed number of statements."""
    rows = ShelfItem.objects.filter(creator=creator, removed_at=None).order_by("place", "id")
    items = list(rows.select_related("product__merchant", "product__category", "application__activity__leader"))
    asks = {item: _ask(item, now) for item in items}
    candidates = candidates_at(list(asks.values()))
    ids = [item.product_id for item in items]
    offered = set(Product.objects.offered().filter(pk__in=ids).values_list("pk", flat=True))
    return [
        OnShelf(
            item=item,
            quote=quoted(candidates[ask], price_fen=item.product.price_fen),
            is_offered=item.product_id in offered,
        )
        for item, ask in asks.items()
    ]


def holders_of(product_ids: Collection[int]) -> dict[int, list[int]]:
    """By product, the creators who have it on their shelf."""
    rows = ShelfItem.objects.filter(product__in=product_ids, removed_at=None).order_by("product", "creator")
    found: dict[int, list[int]] = {}
    for product_id, creator_id in rows.values_list("product_id", "creator_id"):
        found.setdefault(product_id, []).append(creator_id)
    return found


def holders_without_terms(product_ids: Collection[int], now: datetime) -> dict[int, list[int]]:
    """By product, the creators who hold it and get nothing for it now."""
    asks = [_ask(item, now) for item in ShelfItem.objects.filter(product__in=product_ids, removed_at=None)]
    standing = terms_at(asks)
    found: dict[int, list[int]] = {}
    for ask in asks:
        if ask not in standing and ask.creator_id is not None:
            found.setdefault(ask.product_id, []).append(ask.creator_id)
    return found


def _ask(item: ShelfItem, now: datetime) -> Ask:
    return Ask(product_id=item.product_id, creator_id=item.creator_id, moment=now, application_id=item.application_id)
