"""What followed after a grading: per level, and how well the order of scores foretold it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fenxiao.quality.rules.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What followed for one product within the horizon. Counts are weighted where the facts are a sample."""

    orders: float = 0.0  # lines paid
    refunded: float = 0.0  # of these, refunded or cancelled
    due: float = 0.0  # of these, with a promise that ended, or received
    late: float = 0.0  # of these, received after the promise or not at all
    reviews: float = 0.0  # written within the horizon, whenever bought
    stars: float = 0.0

    @property
    def review_score(self) -> float | None:
        """Mean stars; None without a review."""
        return self.stars / self.reviews if self.reviews else None

    @property
    def refund_rate(self) -> float | None:
        """Refunded or cancelled lines per paid line; None without a sale."""
        return self.refunded / self.orders if self.orders else None

    @property
    def late_rate(self) -> float | None:
        """Late lines per line that was due; None where none was."""
        return self.late / self.due if self.due else None

    def plus(self, other: "Outcome") -> "Outcome":
        """Both together."""
        names = Outcome.__slots__
        return Outcome(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, kw_only=True, slots=True)
class Foretold:
    """What the grading said of one product, beside what anybody could have said from sales or reviews alone.

    `sales` are the paid lines of the long window, `review` is the review score, shrunk to the peers' mean.
    """

    product_id: int
    level: int
    score: float
    sales: float
    review: float


@dataclass(frozen=True, kw_only=True)
class LevelOutcome:
    """What followed for the products of one level."""

    level: int
    products: int
    active: int  # with a sale in the horizon
    orders: float
    review_score: float | None
    refund_rate: float | None
    late_rate: float | None


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """Spearman's rank correlation of one outcome with levels and scores, over the products that have the outcome."""

    outcome: str
    words: Words
    higher_is_better: bool
    products: int
    level: float | None
    score: float | None
    sales_only: float | None
    review_only: float | None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One thing that may follow."""

    code: str
    words: Words
    higher_is_better: bool
    measured: Callable[[Outcome], float | None]


OUTCOMES: Final = (
    Kind(code="orders", words=Words("成交行数", "orders"), higher_is_better=True, measured=lambda one: one.orders),
    Kind(
        code="review_score",
        words=Words("评价得分", "review score"),
        higher_is_better=True,
        measured=lambda one: one.review_score,
    ),
    Kind(
        code="refund_rate",
        words=Words("退款与取消率", "refund rate"),
        higher_is_better=False,
        measured=lambda one: one.refund_rate,
    ),
    Kind(
        code="late_rate", words=Words("迟到率", "late rate"), higher_is_better=False, measured=lambda one: one.late_rate
    ),
)
LEVELS: Final = range(6)


def by_level(foretold: Sequence[Foretold], outcomes: Mapping[int, Outcome]) -> tuple[LevelOutcome, ...]:
    """What followed for each level that has products."""
    return tuple(
        _of_level(level, [outcomes.get(one.product_id, Outcome()) for one in foretold if one.level == level])
        for level in LEVELS
        if any(one.level == level for one in foretold)
    )


def _of_level(level: int, outcomes: Sequence[Outcome]) -> LevelOutcome:
    total = Outcome()
    for one in outcomes:
        total = total.plus(one)
    return LevelOutcome(
        level=level,
        products=len(outcomes),
        active=sum(one.orders > 0 for one in outcomes),
        orders=total.orders,
        review_score=total.review_score,
        refund_rate=total.refund_rate,
        late_rate=total.late_rate,
    )


def correlations(foretold: Sequence[Foretold], outcomes: Mapping[int, Outcome]) -> tuple[Correlation, ...]:
    """How the order of scores agrees with the order of each outcome."""
    return tuple(_correlation(kind, foretold, outcomes) for kind in OUTCOMES)


def _correlation(kind: Kind, foretold: Sequence[Foretold], outcomes: Mapping[int, Outcome]) -> Correlation:
    pairs = [(one, kind.measured(outcomes.get(one.product_id, Outcome()))) for one in foretold]
    seen = [(one, value) for one, value in pairs if value is not None]
    values = [value for _, value in seen]
    return Correlation(
        outcome=kind.code,
        words=kind.words,
        higher_is_better=kind.higher_is_better,
        products=len(seen),
        level=spearman([one.level for one, _ in seen], values),
        score=spearman([one.score for one, _ in seen], values),
        sales_only=spearman([one.sales for one, _ in seen], values),
        review_only=spearman([one.review for one, _ in seen], values),
    )


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """The correlation of ranks, equal values sharing the middle one; None where one side is all equal."""
    a, b = _ranks(left), _ranks(right)
    if len(a) < 2:
        return None
    mean = (len(a) + 1) / 2
    together = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)
    return together / spread**0.5 if spread else None


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=lambda number: values[number])
    ranks, start = [0.0] * len(values), 0
    for end in range(1, len(order) + 1):
        if end == len(order) or values[order[end]] != values[order[start]]:
            for place in range(start, end):
                ranks[order[place]] = (start + 1 + end) / 2
            start = end
    return ranks
