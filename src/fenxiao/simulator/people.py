"""The simulated parties: merchants, creators, leaders, and the operator."""

from datetime import datetime

import numpy as np

from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation, Tier
from fenxiao.simulator.catalogue import CITIES, CREATOR_LINES, GIVEN, LEADER_NAMES, RANGES, SHOP_SUFFIXES, SURNAMES
from fenxiao.simulator.world import BY, SOURCE, World

BRONZE_FROM, SILVER_FROM, GOLD_FROM = 20_000, 100_000, 500_000  # followers


def settle_in(world: World, *, now: datetime) -> None:
    """Register every party of `world` and what is known of them."""
    world.leaders = [_register(Kind.LEADER, name, number, now=now) for number, name in enumerate(LEADER_NAMES)]
    for number in range(world.size.merchants):
        _add_merchant(world, number, now=now)
    for number in range(world.size.creators):
        _add_creator(world, number, now=now)


def _register(kind: Kind, name: str, number: int, *, now: datetime) -> Organisation:
    return parties.register_organisation(kind, name=name, by=BY, now=now, source=SOURCE, external_id=str(number))


def _add_merchant(world: World, number: int, *, now: datetime) -> None:
    brands = [brand for goods in RANGES for brand in goods.brands]
    brand, suffix = brands[number % len(brands)], SHOP_SUFFIXES[number // len(brands) % len(SHOP_SUFFIXES)]
    merchant = _register(Kind.MERCHANT, f"{brand}{suffix}", number, now=now)
    care = float(world.rng.normal())
    # The shop score follows care with noise, as a platform's experience score would.
    score = int(np.clip(round(430 + 32 * care + float(world.rng.normal(0, 12))), 300, 500))
    parties.record_score(merchant, score_centi=score, by=BY, now=now)
    world.merchants.append(merchant)
    world.care[merchant.pk] = care


def _add_creator(world: World, number: int, *, now: datetime) -> None:
    rng = world.rng
    surname = SURNAMES[rng.integers(len(SURNAMES))]
    name = f"{surname}{GIVEN[number % len(GIVEN)]}{CREATOR_LINES[number % len(CREATOR_LINES)]}"
    creator = _register(Kind.CREATOR, name, number, now=now)
    followers = int(np.clip(rng.lognormal(10.4, 1.5), 800, 9_000_000))
    city = str(CITIES[rng.integers(len(CITIES))])
    parties.describe_creator(creator, followers=followers, city=city, introduction="", by=BY, now=now)
    parties.record_score(creator, score_centi=int(rng.integers(380, 500)), by=BY, now=now)
    tier = tier_for(followers)
    if tier is not None:
        parties.set_tier(creator, tier=tier, by=BY, now=now)
    world.creators.append(creator)
    world.followers[creator.pk] = followers


def tier_for(followers: int) -> Tier | None:
    """The tier a newcomer of the simulated world starts with."""
    for least, tier in ((GOLD_FROM, Tier.GOLD), (SILVER_FROM, Tier.SILVER), (BRONZE_FROM, Tier.BRONZE)):
        if followers >= least:
            return tier
    return None
