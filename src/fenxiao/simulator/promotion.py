"""Simulated creators take goods up: each opens a place and makes links to goods of the categories it knows."""

from datetime import datetime

import numpy as np

from fenxiao.catalog.models import Product
from fenxiao.parties.models import Organisation
from fenxiao.simulator.draws import appeal
from fenxiao.simulator.world import BY, Progress, World
from fenxiao.tracking import services as tracking

KNOWN_CATEGORIES = 4  # how many categories a creator sells mostly


def take_up_goods(world: World, *, now: datetime, progress: Progress) -> None:
    """Give every creator a place and links to goods, better paid and (a little) better goods more often."""
    goods = [product for product in world.products if product.pk in world.commission_bp]
    weights = np.array([appeal(world.quality[p.pk], commission_bp=world.commission_bp[p.pk]) for p in goods])
    for number, creator in enumerate(world.creators):
        place = tracking.open_place(creator, name="直播间", by=BY, now=now)
        for product in _choice_of(world, goods, weights):
            world.links.append(tracking.make_link(creator, product=product, place=place, by=BY, now=now))
        progress("creators", number + 1, len(world.creators))


def _choice_of(world: World, goods: list[Product], weights: np.ndarray) -> list[Product]:
    categories = sorted({product.category_id for product in goods})
    known = set(world.rng.choice(categories, size=min(KNOWN_CATEGORIES, len(categories)), replace=False))
    tilt = np.array([8.0 if product.category_id in known else 1.0 for product in goods]) * weights
    size = min(world.size.links_per_creator, len(goods))
    picks = world.rng.choice(len(goods), size=size, replace=False, p=tilt / tilt.sum())
    return [goods[int(pick)] for pick in picks]


def reach_of(creators: list[Organisation], followers: dict[int, int]) -> dict[int, float]:
    """How many clicks a creator draws, relative to the others: the square root of its followers."""
    return {creator.pk: followers.get(creator.pk, 0) ** 0.5 for creator in creators}
