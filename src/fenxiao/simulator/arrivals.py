"""Goods that came in the world's last days: newcomers on trial, of which nobody has sold any yet."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Brand, Product, ProductState
from fenxiao.deals import services as deals
from fenxiao.simulator.catalogue import RANGES
from fenxiao.simulator.supply import draft_of, merchant_for
from fenxiao.simulator.world import BY, World

STREAM: Final = 0x6E6577  # draws of their own: the rest of the world stays as it is
RATES: Final = (1_500, 2_000, 2_500, 3_000, 4_000)  # who is new pays well
AFTER: Final = timedelta(hours=2)  # from submission to what the operator decides, and to a plan


def let_newcomers_in(world: World, *, now: datetime) -> list[Product]:
    """Two goods a day over the last days: submitted, approved where they wait for it, with a plan."""
    rng = np.random.default_rng([world.seed, STREAM])
    brands = {brand.name: brand for brand in Brand.objects.all()}
    found = []
    for number in range(world.size.newcomers):
        goods = RANGES[number % len(RANGES)]
        merchant = merchant_for(world, goods, rng)
        came_at = now - timedelta(days=1 + (world.size.newcomers - 1 - number) / 2)
        draft = draft_of(goods, merchant, brands, rng)
        product = catalog.submit_product(merchant, draft=draft, by=BY, now=came_at)
        if product.state == ProductState.PENDING:
            product = catalog.approve_product(product, by=BY, now=came_at + AFTER)
        if product.state == ProductState.ADMITTED:
            deals.open_plan(product, rate_bp=int(rng.choice(RATES)), by=BY, now=came_at + AFTER)
            found.append(product)
    return found
