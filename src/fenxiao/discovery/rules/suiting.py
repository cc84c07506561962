"""How well a creator suits a product, 0 to 100, and why. By what may be known of the creator, and by nothing else.

category  up to 40   √(his share in its category + half of it one level up + a quarter on top) of his sales
price     20 / 10    its price lies within what he mostly sells, or within twice and half of it
audience  up to 15   how much his followers are like those of creators who sell such goods
alike     up to 15   a third for each creator like him who sells it
matched   up to 10   his score on the product's list of matches ÷ the best there
profile   up to 40   in place of category where he has sold nothing: words of the category in his own words
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fenxiao.discovery.rules.bands import WHOLE_BP, Figure

CATEGORY: Final = 40.0
PRICE: Final = 20.0
AUDIENCE: Final = 15.0
ALIKE: Final = 15.0
MATCHED: Final = 10.0
NEARNESS: Final = (1.0, 0.5, 0.25)  # of the category everyone sees, the one above it, the one on top
MOST_ALIKE: Final = 3
LIKE_ENOUGH: Final = 0.7  # of two audiences: below it nothing is said
COMPARED: Final = ("gender", "age")  # where followers live says little of what they buy


class Why(StrEnum):
    """Reasons, each with what stands in it."""

    SELLS_CATEGORY = "sells_category"  # his share, of which category
    PRICE_SUITS = "price_suits"
    AUDIENCE_SUITS = "audience_suits"  # how like, in percent
    ALIKE_SELL = "alike_sell"  # how many
    SELLS_IT = "sells_it"
    MATCHED = "matched"
    PROFILE = "profile"  # which words


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason and what it adds."""

    code: Why
    points: float
    share: Figure | None = None
    category_id: str = ""
    number: int = 0
    words: tuple[str, ...] = ()

    @property
    def zh(self) -> str:
        """In Chinese, without the category's name."""
        return ZH[self.code].format(number=self.number, share=spoken(self.share), words="、".join(self.words))

    @property
    def en(self) -> str:
        """In English."""
        return EN[self.code].format(number=self.number, share=spoken(self.share), words=", ".join(self.words))


ZH: Final[Mapping[Why, str]] = {
    Why.SELLS_CATEGORY: "同类目占其销售 {share}",
    Why.PRICE_SUITS: "价格带合适",
    Why.AUDIENCE_SUITS: "粉丝与同类达人相似（{number}%）",
    Why.ALIKE_SELL: "{number} 位相似达人在卖",
    Why.SELLS_IT: "正在卖这款商品",
    Why.MATCHED: "按成交、点击与货架匹配",
    Why.PROFILE: "新达人，介绍中提到：{words}",
}
EN: Final[Mapping[Why, str]] = {
    Why.SELLS_CATEGORY: "{share} of what they sell is of this category",
    Why.PRICE_SUITS: "sells at such prices",
    Why.AUDIENCE_SUITS: "followers like those of others who sell such goods ({number}%)",
    Why.ALIKE_SELL: "creators alike who sell it: {number}",
    Why.SELLS_IT: "sells this product now",
    Why.MATCHED: "matched by sales, clicks and shelves",
    Why.PROFILE: "newcomer; the profile names the category",
}


@dataclass(frozen=True, kw_only=True)
class Goods:
    """A product as creators are looked for."""

    product_id: int
    path: tuple[str, ...]  # the category everyone sees, then those above it
    price_fen: int
    words: frozenset[str]  # of its category's names


@dataclass(frozen=True, kw_only=True)
class Known:
    """What may be known of a creator: lower ends of ranges where there is no consent."""

    categories: Mapping[str, Figure]  # of any level
    price: Figure | None
    audience: Mapping[str, Mapping[str, Figure]]
    words: frozenset[str]
    alike_sellers: int
    matched: float | None
    sells_it: bool


@dataclass(frozen=True, kw_only=True)
class Suiting:
    """How well a creator suits, with the reasons, those that add most first."""

    score: int
    reasons: tuple[Reason, ...]


def suiting_of(known: Known, goods: Goods, *, usual: Mapping[str, Mapping[str, float]]) -> Suiting:
    """How well a creator suits; `usual`: the followers of those who sell such goods, see `usual_audience`."""
    found = [
        _category(known, goods) if known.categories else _profile(known, goods),
        _price(known, goods),
        _audience(known, usual),
        _alike(known),
        Reason(code=Why.SELLS_IT, points=0.0) if known.sells_it else None,
        Reason(code=Why.MATCHED, points=MATCHED * min(known.matched, 1.0)) if known.matched else None,
    ]
    reasons = sorted((each for each in found if each), key=lambda each: -each.points)
    return Suiting(score=round(sum(each.points for each in reasons)), reasons=tuple(reasons))


def usual_audience(audiences: Iterable[Mapping[str, Mapping[str, Figure]]]) -> dict[str, dict[str, float]]:
    """The mean of some audiences by the dimensions that are compared."""
    told = list(audiences)
    return {dimension: _mean([each[dimension] for each in told if each.get(dimension)]) for dimension in COMPARED}


def spoken(figure: Figure | None) -> str:
    """A share as it may be said."""
    if figure is None:
        return "–"
    if figure.is_exact:
        return f"{figure.low / 100:.0f}%"
    return f"{figure.low // 100}–{(figure.high or WHOLE_BP) // 100}%"


def _category(known: Known, goods: Goods) -> Reason | None:
    lows = [known.categories[each].low / WHOLE_BP if each in known.categories else 0.0 for each in goods.path]
    deeper = [0.0, *lows]
    near = sum(part * max(share - below, 0.0) for part, share, below in zip(NEARNESS, lows, deeper, strict=False))
    nearest = next((each for each in goods.path if each in known.categories and known.categories[each].low), None)
    if nearest is None or near <= 0:
        return None
    return Reason(
        code=Why.SELLS_CATEGORY, points=CATEGORY * near**0.5, share=known.categories[nearest], category_id=nearest
    )


def _profile(known: Known, goods: Goods) -> Reason | None:
    named = sorted(goods.words & known.words)
    if not named:
        return None
    return Reason(code=Why.PROFILE, points=CATEGORY * min(len(named) / 3, 1.0), words=tuple(named))


def _price(known: Known, goods: Goods) -> Reason | None:
    if known.price is None:
        return None
    low, high = known.price.low, known.price.high or known.price.low * 2
    if low <= goods.price_fen <= high:
        return Reason(code=Why.PRICE_SUITS, points=PRICE)
    if low / 2 <= goods.price_fen <= high * 2:
        return Reason(code=Why.PRICE_SUITS, points=PRICE / 2)
    return None


def _audience(known: Known, usual: Mapping[str, Mapping[str, float]]) -> Reason | None:
    likes = [
        _overlap(_mean([known.audience[dimension]]), usual[dimension])
        for dimension in COMPARED
        if known.audience.get(dimension) and usual.get(dimension)
    ]
    like = sum(likes) / len(likes) if likes else 0.0
    if like < LIKE_ENOUGH:
        return None
    return Reason(code=Why.AUDIENCE_SUITS, points=AUDIENCE * like, number=round(like * 100))


def _alike(known: Known) -> Reason | None:
    if not known.alike_sellers:
        return None
    points = ALIKE * min(known.alike_sellers, MOST_ALIKE) / MOST_ALIKE
    return Reason(code=Why.ALIKE_SELL, points=points, number=known.alike_sellers)


def _mean(shares: Sequence[Mapping[str, Figure]]) -> dict[str, float]:
    """The middles of ranges, made to sum to one."""
    sums: dict[str, float] = {}
    for each in shares:
        for bucket, figure in each.items():
            high = figure.low if figure.high is None else figure.high
            sums[bucket] = sums.get(bucket, 0.0) + (figure.low + high) / 2
    whole = sum(sums.values())
    return {bucket: value / whole for bucket, value in sums.items()} if whole else {}


def _overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(min(share, other.get(bucket, 0.0)) for bucket, share in one.items())
