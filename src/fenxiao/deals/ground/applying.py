"""Whether goods may apply to an activity on the terms offered: each against its floor, and all it could cost."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Activity
from fenxiao.deals.queries.applications import findings_of
from fenxiao.deals.queries.ceilings import highest_commissions
from fenxiao.deals.rules import Heights
from fenxiao.deals.rules.offered_terms import (
    NOT_OWN,
    Finding,
    RefusedGoods,
    above_ceiling,
    below_floor,
    check_goods,
)
from fenxiao.kernel.money import BP
from fenxiao.parties.models import Organisation


def lock_products(ids: Sequence[int]) -> dict[int, Product]:
    """Goods by id, locked by rising id; what is not there is left out."""
    locked = Product.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {product.pk: product for product in locked}


def check_products(
    activity: Activity,
    ids: Sequence[int],
    *,
    goods: Mapping[int, Product],
    merchant: Organisation,
    rate_bp: int,
    service_fee_bp: int,
    now: datetime,
) -> None:
    """Refuses all where one may not apply, naming each with the reason."""
    own = [goods[pk] for pk in ids if pk in goods and goods[pk].merchant_id == merchant.pk]
    against = dict.fromkeys(ids, NOT_OWN)
    floors, findings = findings_of(activity, own)
    heights = highest_commissions([product.pk for product in own], now)
    for product in own:
        finding = findings.get(product.pk) or _finding(
            rate_bp, floor_bp=floors.get(product.pk, 0), heights=heights.get(product.pk), service_fee_bp=service_fee_bp
        )
        if finding:
            against[product.pk] = finding
        else:
            del against[product.pk]
    # What is not the merchant's own is named by its number: its title is no business of this merchant.
    titles = {product.pk: product.title for product in own}
    check_goods(
        [RefusedGoods(product_id=pk, title=titles.get(pk, str(pk)), finding=finding) for pk, finding in against.items()]
    )


def _finding(rate_bp: int, *, floor_bp: int, heights: Heights | None, service_fee_bp: int) -> Finding | None:
    if rate_bp < floor_bp:
        return below_floor(rate_bp, floor_bp=floor_bp)
    if heights is not None and (together := heights.under(service_fee_bp)).total_bp > BP:
        return above_ceiling(together)
    return None
