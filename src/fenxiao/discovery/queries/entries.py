"""What the index is made of, read from the floors below."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from fenxiao.catalog.models import Level, Product
from fenxiao.deals.models import ActivityType, Plan, PlanSpell, PlanType
from fenxiao.deals.models import Entry as WayIn
from fenxiao.deals.queries import rates_at, standing_applications
from fenxiao.discovery.queries.boosts import boosts_at
from fenxiao.discovery.rules import Entry
from fenxiao.facts.queries import sales_30d
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.money import Money, Rate
from fenxiao.parties.queries import scores_at

# Per leaf: its own and every category above it.
ANCESTORS = """
WITH RECURSIVE up AS (
    SELECT id AS leaf, id, parent_id, name_zh, name_en FROM catalog_category WHERE id = ANY(%s)
    UNION ALL SELECT up.leaf, c.id, c.parent_id, c.name_zh, c.name_en
    FROM up JOIN catalog_category c ON c.id = up.parent_id)
SELECT leaf, array_agg(id), array_agg(name_zh) || array_agg(name_en) FROM up GROUP BY leaf
"""


def offered_ids(*, batch: int) -> Iterator[list[int]]:
    """The ids of every product that may be offered, in batches, however many there are."""
    last = 0
    offered = Product.objects.offered().order_by("pk").values_list("pk", flat=True)
    while ids := list(offered.filter(pk__gt=last)[:batch]):
        yield ids
        last = ids[-1]


def entries_of(product_ids: Sequence[int], *, now: datetime) -> list[Entry]:
    """The entries of those of the products that may be offered and that have a rate at `now`, in 10 statements."""
    products = list(Product.objects.offered().filter(pk__in=product_ids).select_related("category", "brand"))
    ids = [product.pk for product in products]
    rates = rates_at(ids, now)
    sales = sales_30d(ids, business_day(now))
    scores = scores_at({product.merchant_id for product in products}, now)
    above = _ancestors({product.category_id for product in products})
    boosts = boosts_at(now).boosting.level_factors()
    ways = plan_types_of(products, now=now)
    return [
        _entry(
            product,
            rate_bp=rates[product.pk],
            sales=sales[product.pk],
            score=scores.get(product.merchant_id),
            above=above[product.category_id],
            boosts=boosts,
            plan_types=ways[product.pk],
        )
        for product in products
        if product.pk in rates
    ]


Ancestors = tuple[tuple[str, ...], tuple[str, ...]]


def _ancestors(leaves: set[str]) -> dict[str, Ancestors]:
    with connection.cursor() as cursor:
        cursor.execute(ANCESTORS, [list(leaves)])
        return {leaf: (tuple(ids), tuple(names)) for leaf, ids, names in cursor.fetchall()}


def _entry(
    product: Product,
    *,
    rate_bp: int,
    sales: int,
    score: int | None,
    above: Ancestors,
    boosts: dict[int, float],
    plan_types: frozenset[int],
) -> Entry:
    ids, names = above
    level = int(Level.NEW) if product.level is None else product.level  # not graded yet is new
    return Entry(
        product_id=product.pk,
        title=product.title,
        brand=product.brand.name if product.brand else "",
        category_names=names,
        category_ids=ids,
        third_id=product.category.third_id,
        price_fen=product.price_fen,
        rate_bp=rate_bp,
        commission_fen=commission_of(product, rate_bp=rate_bp),
        level=level,
        is_select=product.is_select,
        sales_30d=sales,
        merchant_score_centi=score,
        admitted_at=product.admitted_at or product.submitted_at,
        stock=product.stock,
        ships_free=product.freight_fen == 0,
        plan_types=plan_types,
        level_boost=boosts[level],
    )


def plan_types_of(products: Sequence[Product], *, now: datetime) -> dict[int, frozenset[int]]:
    """By which kinds of plan each of the products, which have a rate for anyone, may be promoted (`PLAN_TYPES`)."""
    ids, shops = [product.pk for product in products], {product.merchant_id for product in products}
    found: dict[int, set[int]] = {pk: {int(PlanType.NORMAL)} for pk in ids}
    unended = Exists(PlanSpell.objects.filter(plan=OuterRef("pk"), closes_at=None))
    asked_into = Plan.objects.exclude(entry=WayIn.INVITED).filter(unended)
    for pk in asked_into.filter(type=PlanType.ITEM_TARGETED, product__in=ids).values_list("product_id", flat=True):
        found[pk or 0].add(int(PlanType.ITEM_TARGETED))
    whole = asked_into.filter(type=PlanType.SHOP_TARGETED, merchant__in=shops).values_list("merchant_id", flat=True)
    with_shop_plan = set(whole)
    for product in products:
        if product.merchant_id in with_shop_plan:
            found[product.pk].add(int(PlanType.SHOP_TARGETED))
    standing = standing_applications(now).filter(product__in=ids).exclude(activity__type=ActivityType.EXCLUSIVE)
    of_anyone = standing.exclude(first__activity__type=ActivityType.EXCLUSIVE)
    for pk in of_anyone.values_list("product_id", flat=True):
        found[pk].add(int(PlanType.ACTIVITY_NORMAL))
    return {pk: frozenset(types) for pk, types in found.items()}


def commission_of(product: Product, *, rate_bp: int) -> int:
    """What one piece at its price brings, before the platform's fee."""
    return Rate(rate_bp).of(Money(product.price_fen)).fen
