"""News of plans: one plan's as it is, a shop's or a batch's with its goods in portions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Plan, PlanRow
from fenxiao.kernel import outbox

MOST_PRODUCTS = 1_000  # in one event
Item = TypeVar("Item")


def tell_plan(name: str, plan: Plan) -> None:
    """Publish `name` for one plan: with its `product`, or with the `products` of the whole shop."""
    if plan.product_id is not None:
        outbox.publish(name, plan=plan.pk, product=plan.product_id)
    else:
        tell_plans(name, [plan])


def tell_plans(name: str, plans: Sequence[Plan]) -> None:
    """Publish `name` for many plans at once, with the `products` they are about."""
    ids = sorted({plan.pk for plan in plans})
    for products in portions(sorted(_goods_of(plans))):
        outbox.publish(name, plans=ids[:MOST_PRODUCTS], products=products)


def tell_named(name: str, rows: Iterable[PlanRow]) -> None:
    """Publish `name` for rows that name a creator, in portions; nothing for none and for everybody's."""
    ids = sorted(row.pk for row in rows if row.creator_id is not None)
    for portion in portions(ids) if ids else ():
        outbox.publish(name, rows=portion)


def portions(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in lists that one event may carry; one empty list of none."""
    yield from (
        [*portion] for portion in (items[at : at + MOST_PRODUCTS] for at in range(0, len(items), MOST_PRODUCTS))
    )
    if not items:
        yield []


def _goods_of(plans: Iterable[Plan]) -> set[int]:
    about = list(plans)
    goods = {plan.product_id for plan in about if plan.product_id is not None}
    shops = {plan.merchant_id for plan in about if plan.product_id is None}
    if shops:
        goods |= set(Product.objects.filter(merchant_id__in=shops).values_list("pk", flat=True))
    return goods
