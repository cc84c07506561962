"""The simulated supply: brands, products through the gate, an operator's reviews, plans."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Brand, BrandTier, Product, ProductState, Standing
from fenxiao.catalog.rules import ProductDraft
from fenxiao.deals import services as deals
from fenxiao.kernel import clock
from fenxiao.ledger import services as ledger
from fenxiao.parties.models import Organisation
from fenxiao.simulator.catalogue import RANGES, Range
from fenxiao.simulator.draws import hidden_quality
from fenxiao.simulator.world import BY, Progress, World

FREIGHT_FEN = 600
FREIGHT_PARTS = (0.6, 0.3, 0.1)  # ships free, at a freight, not told
LEFT_IN_QUEUE = 6  # of the last day's submissions, so that an operator finds something to review


def stock_up(world: World, *, now: datetime, progress: Progress) -> None:
    """Submit every product, review the queue, open plans for what was admitted, fill merchants' wallets."""
    brands = _register_brands(world, now=now)
    for number in range(world.size.products):
        _submit(world, number, brands, now=now)
        progress("products", number + 1, world.size.products)
    _review_queue(world, now=now + timedelta(hours=2))
    for product in world.products:
        if product.state == ProductState.ADMITTED:
            rate_bp = int(world.rng.choice([500, 800, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000]))
            opened_at = now + timedelta(hours=3)
            world.plans[product.pk] = deals.open_plan(product, rate_bp=rate_bp, by=BY, now=opened_at)
            world.commission_bp[product.pk] = rate_bp
    for merchant in world.merchants:
        amount = int(world.rng.integers(20, 400)) * 10_000
        ledger.deposit(merchant, amount_fen=amount, key=f"demo:opening:{merchant.pk}", by=BY, now=now)


def _register_brands(world: World, *, now: datetime) -> dict[str, Brand]:
    """Every brand; the merchant that carries its name in its shop's name is qualified for it."""
    brands: dict[str, Brand] = {}
    for name in dict.fromkeys(brand for goods in RANGES for brand in goods.brands):
        tier = BrandTier(int(world.rng.choice([0, 1, 2, 3], p=[0.35, 0.35, 0.2, 0.1])))
        brands[name] = catalog.register_brand(name, tier=tier, by=BY, now=now)
    for merchant in world.merchants:
        for name, brand in brands.items():
            if merchant.name.startswith(name):
                standing = Standing.FLAGSHIP if merchant.name.endswith("旗舰店") else Standing.AUTHORISED
                day = clock.business_day(now)
                catalog.qualify_brand(
                    merchant, brand=brand, standing=standing, valid_from=day, valid_until=None, by=BY, now=now
                )
    return brands


def _submit(world: World, number: int, brands: dict[str, Brand], *, now: datetime) -> None:
    goods = RANGES[number % len(RANGES)]
    merchant = merchant_for(world, goods, world.rng)
    draft = draft_of(goods, merchant, brands, world.rng)
    product = catalog.submit_product(merchant, draft=draft, by=BY, now=now)
    world.products.append(product)
    world.quality[product.pk] = hidden_quality(world.rng, merchant_care=world.care[merchant.pk])
    world.usual_fen[product.pk] = goods.usual_fen


def draft_of(
    goods: Range, merchant: Organisation, brands: Mapping[str, Brand], rng: np.random.Generator
) -> ProductDraft:
    """Goods of a range as this merchant would submit them."""
    price_fen = max(990, int(goods.usual_fen * rng.lognormal(0, 0.35)) // 100 * 100 + 90)
    return ProductDraft(
        title=_title(rng, goods, merchant),
        description="",
        category_id=goods.category_id,
        brand_id=next((brands[name].pk for name in goods.brands if merchant.name.startswith(name)), None),
        price_fen=price_fen,
        stock=int(rng.integers(50, 5_000)),
        freight_fen=[0, FREIGHT_FEN, None][int(rng.choice(3, p=FREIGHT_PARTS))],
        image_url="",
        page_url="",
    )


def merchant_for(world: World, goods: Range, rng: np.random.Generator) -> Organisation:
    """A merchant of one of the brands more often than not, else any."""
    own = [merchant for merchant in world.merchants if merchant.name.startswith(goods.brands)]
    pool = own if own and rng.random() < 0.75 else world.merchants
    return pool[int(rng.integers(len(pool)))]


def _title(rng: np.random.Generator, goods: Range, merchant: Organisation) -> str:
    brand = next((name for name in goods.brands if merchant.name.startswith(name)), "")
    style, noun, pack = (words[int(rng.integers(len(words)))] for words in (goods.styles, goods.nouns, goods.packs))
    return f"{brand} {style}{noun} {pack}".strip()


def _review_queue(world: World, *, now: datetime) -> None:
    """The operator admits most of what waits, refuses some, and leaves a few for whoever tries the console."""
    waiting = [product for product in world.products if product.state == ProductState.PENDING]
    for product in waiting[: max(0, len(waiting) - LEFT_IN_QUEUE)]:
        if world.rng.random() < 0.85:
            catalog.approve_product(product, by=BY, now=now)
        else:
            catalog.refuse_product(product, reason="标题与品牌资质不符，请补充资质后重新提交", by=BY, now=now)
    fresh = {product.pk: product for product in Product.objects.filter(pk__in=[p.pk for p in world.products])}
    world.products = [fresh[product.pk] for product in world.products]
