"""Products as lists show them: with rate, sales, grade and the last change of level. A few statements per page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Level, Product
from fenxiao.console.waterfall import waterfall_of
from fenxiao.deals import queries as deals
from fenxiao.facts import queries as facts
from fenxiao.kernel.clock import business_day
from fenxiao.quality import queries as quality
from fenxiao.quality.errors import NotGraded
from fenxiao.quality.queries import LevelMove
from fenxiao.quality.rules import Grade
from fenxiao.quality.rules.openly import open_explanation


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One product of a list. `move` is its last change of level, `grade` what the run in force says of it."""

    product: Product
    rate_bp: int | None
    units_30d: int
    move: LevelMove | None
    grade: Grade | None

    @property
    def powers(self) -> Mapping[str, float | None] | None:
        """The five powers, where it was graded."""
        return self.grade.powers if self.grade else None


def listed(products: Sequence[Product], *, now: datetime) -> list[Listed]:
    """What a list shows of each of these products."""
    ids = [product.pk for product in products]
    rates, moves = deals.rates_at(ids, now), quality.last_moves(ids)
    sold = facts.sales_30d(ids, business_day(now))
    grades = quality.grades_of(ids)
    return [
        Listed(
            product=product,
            rate_bp=rates.get(product.pk),
            units_30d=sold.get(product.pk, 0),
            move=moves.get(product.pk),
            grade=grades.get(product.pk),
        )
        for product in products
    ]


LevelShare = tuple[Level, int, float]  # a level, its products, their share in percent


def level_shares(counts: Mapping[int, int]) -> list[LevelShare]:
    """Counts per level with their shares, L5 first, empty levels included."""
    total = sum(counts.values()) or 1
    return [
        (level, counts.get(level, 0), round(100 * counts.get(level, 0) / total, 1))
        for level in sorted(Level, reverse=True)
    ]


def explained(product: Product) -> dict[str, object]:
    """What pages that explain a level show: the explanation, powers and waterfall; None without a grade."""
    try:
        explanation = quality.explanation_of(product.pk)
    except NotGraded:
        return {"explanation": None, "powers": None, "waterfall": None}
    return {
        "explanation": explanation,
        "powers": {line.code: line.points for line in explanation.powers},
        "waterfall": waterfall_of(explanation),
        "wanted": min(max(explanation.scored, explanation.level, 1) + 1, max(Level)),
    }


def explained_openly(product: Product) -> dict[str, object]:
    """The same for everyone: nothing that the merchant alone may read."""
    try:
        return {"explanation": open_explanation(quality.explanation_of(product.pk))}
    except NotGraded:
        return {"explanation": None}
