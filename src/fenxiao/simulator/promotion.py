"""Simulated creators take goods up: each opens a place, links goods of categories it knows, fills its shelf."""

from datetime import datetime

import numpy as np

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import ActivityType, Application
from fenxiao.parties.models import Organisation
from fenxiao.simulator.draws import appeal
from fenxiao.simulator.world import BY, Progress, World
from fenxiao.tracking import services as tracking

KNOWN_CATEGORIES = 4  # how many categories a creator sells mostly
WITH_LEADERS = 16  # creators, those with the most followers, who promote for leaders
ON_SHELF = 6  # goods that each keeps on its shelf besides those of leaders


def take_up_goods(world: World, *, now: datetime, progress: Progress) -> None:
    """Give every creator a place and links to goods, better paid and (a little) better goods more often."""
    goods = [product for product in world.products if product.pk in world.commission_bp]
    weights = np.array([appeal(world.quality[p.pk], commission_bp=world.commission_bp[p.pk]) for p in goods])
    for number, creator in enumerate(world.creators):
        place = world.places[creator.pk] = tracking.open_place(creator, name="直播间", by=BY, now=now)
        for product in _choice_of(world, goods, weights):
            world.links.append(tracking.make_link(creator, product=product, place=place, by=BY, now=now))
        progress("creators", number + 1, len(world.creators))


def promote_on_better_terms(world: World, *, now: datetime) -> None:
    """Links of favoured creators, and those that carry a leader's application; then everyone's shelf."""
    for creator, product in world.favoured:
        _link(world, creator, product, None, now=now)
    picks = _promote_for_leaders(world, now=now)
    for creator in world.creators:
        _fill_shelf(world, creator, picks.get(creator.pk, {}), now=now)


def _promote_for_leaders(world: World, *, now: datetime) -> dict[int, dict[int, Application]]:
    """By creator and product, the application that the link carries; a chain's is its last one."""
    stars = world.stars()[:WITH_LEADERS]
    handed_on = {application.first_id for application in world.passed}
    picks: dict[int, dict[int, Application]] = {creator.pk: {} for creator in stars}
    for number, application in enumerate(each for each in world.passed if each.pk not in handed_on):
        is_exclusive = application.activity.type == ActivityType.EXCLUSIVE
        for creator in stars[:4] if is_exclusive else stars[number % 2 :: 2]:
            _link(world, creator, application.product, application, now=now)
            picks[creator.pk][application.product_id] = application
    return picks


def _link(
    world: World, creator: Organisation, product: Product, application: Application | None, *, now: datetime
) -> None:
    place = world.places[creator.pk]
    link = tracking.make_link(creator, product=product, place=place, application=application, by=BY, now=now)
    if all(link.pk != known.pk for known in world.links):
        world.links.append(link)
        world.links_for_some += 1


def _fill_shelf(world: World, creator: Organisation, carried: dict[int, Application], *, now: datetime) -> None:
    own = [link.product_id for link in world.links if link.creator_id == creator.pk and link.application_id is None]
    items = [deals.Picking(product_id=pk, application_id=application.pk) for pk, application in carried.items()]
    items += [deals.Picking(product_id=pk) for pk in own[:ON_SHELF] if pk not in carried]
    deals.pick(creator, items=items, by=BY, now=now)


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
