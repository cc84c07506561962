"""Products as lists show them: with rate, sales, powers and the last change of level. A few statements per page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Level, LevelChange, Product
from fenxiao.deals import queries as deals
from fenxiao.facts import queries as facts
from fenxiao.kernel.clock import business_day
from fenxiao.quality import queries as quality
from fenxiao.quality.errors import NotGraded


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One product of a list."""

    product: Product
    rate_bp: int | None
    units_30d: int
    rise: int  # levels gained with the last change; negative when lost
    powers: Mapping[str, float | None] | None

    @property
    def fall(self) -> int:
        """Levels lost with the last change."""
        return -self.rise


def listed(products: Sequence[Product], *, now: datetime) -> list[Listed]:
    """What a list shows of each of these products."""
    ids = [product.pk for product in products]
    rates, rises = deals.rates_at(ids, now), last_rises(ids)
    sold = facts.sales_30d(ids, business_day(now))
    grades = quality.grades_of(ids)
    return [
        Listed(
            product=product,
            rate_bp=rates.get(product.pk),
            units_30d=sold.get(product.pk, 0),
            rise=rises.get(product.pk, 0),
            powers=grades[product.pk].powers if product.pk in grades else None,
        )
        for product in products
    ]


def last_rises(product_ids: Sequence[int]) -> dict[int, int]:
    """By how many levels each product's last change lifted it; a product that had one level only is left out."""
    rises: dict[int, int] = {}
    before: dict[int, int] = {}
    changes = LevelChange.objects.filter(product_id__in=product_ids).order_by("from_at", "pk")
    for product_id, level in changes.values_list("product_id", "level"):
        if product_id in before and level != before[product_id]:
            rises[product_id] = level - before[product_id]
        before[product_id] = level
    return rises


LevelShare = tuple[Level, int, float]  # a level, its products, their share in percent


def level_shares(counts: Mapping[int, int]) -> list[LevelShare]:
    """Counts per level with their shares, L5 first, empty levels included."""
    total = sum(counts.values()) or 1
    return [
        (level, counts.get(level, 0), round(100 * counts.get(level, 0) / total, 1))
        for level in sorted(Level, reverse=True)
    ]


def explained(product: Product) -> dict[str, object]:
    """What pages that explain a level show: the explanation and the radar's powers, both None without a grade."""
    try:
        explanation = quality.explanation_of(product.pk)
    except NotGraded:
        return {"explanation": None, "powers": None}
    return {"explanation": explanation, "powers": {line.code: line.points for line in explanation.powers}}
