"""A simulated world, made through services only: parties, goods, plans, links, and then days of buying."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Application, Plan
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Organisation
from fenxiao.tracking.models import Link, Place

BY = Actor(name="simulator")
SOURCE = "demo"  # marks every organisation of a simulated world, so that pages can say so

Progress = Callable[[str, int, int], None]  # what is being made, how many so far, of how many


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of everything to make."""

    merchants: int = 40
    products: int = 480
    newcomers: int = 24  # of the last days
    creators: int = 60
    leaders: int = 3
    links_per_creator: int = 24
    days: int = 60
    clicks_per_day: int = 420
    organic_per_day: int = 18  # orders that come without a promoter


@dataclass(kw_only=True)
class World:
    """What has been made so far. `quality` is the hidden quality by product id; no table holds it."""

    size: Size
    seed: int
    today: date
    rng: np.random.Generator
    operator: Organisation
    merchants: list[Organisation] = field(default_factory=list)
    creators: list[Organisation] = field(default_factory=list)
    leaders: list[Organisation] = field(default_factory=list)
    care: dict[int, float] = field(default_factory=dict)  # hidden care of each merchant
    products: list[Product] = field(default_factory=list)
    quality: dict[int, float] = field(default_factory=dict)
    usual_fen: dict[int, int] = field(default_factory=dict)  # what such goods usually cost, by product id
    commission_bp: dict[int, int] = field(default_factory=dict)
    followers: dict[int, int] = field(default_factory=dict)
    plans: dict[int, Plan] = field(default_factory=dict)  # normal ones, by product id
    passed: list[Application] = field(default_factory=list)  # into leaders' activities, of merchants and of leaders
    places: dict[int, Place] = field(default_factory=dict)  # by creator id
    favoured: list[tuple[Organisation, Product]] = field(default_factory=list)  # whom a merchant pays more for what
    links: list[Link] = field(default_factory=list)
    links_for_some: int = 0  # the last so many links are those of favoured creators and of leaders
    orders_made: int = 0

    def shops(self) -> list[Organisation]:
        """Merchants, those with the most goods on offer first."""
        counts = Counter(product.merchant_id for product in self.products if product.pk in self.commission_bp)
        return sorted(self.merchants, key=lambda merchant: (-counts[merchant.pk], merchant.pk))

    def goods_of(self, merchant: Organisation) -> list[Product]:
        """What a merchant has on offer."""
        return [
            product
            for product in self.products
            if product.merchant_id == merchant.pk and product.pk in self.commission_bp
        ]

    def stars(self) -> list[Organisation]:
        """Creators, those with the most followers first."""
        return sorted(self.creators, key=lambda creator: (-self.followers[creator.pk], creator.pk))


def opening_moment(today: datetime, *, days: int) -> datetime:
    """When the world's parties joined: a week before its first day of sales."""
    return today - timedelta(days=days + 7)
