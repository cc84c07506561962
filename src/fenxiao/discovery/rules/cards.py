"""From what is known of a creator to what the square finds him by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fenxiao.discovery.rules import bands
from fenxiao.discovery.rules.words import FILLERS, grams_of, pieces_of, words_of

SALES_DAYS: Final = 30  # of sales, views and pieces
MIX_DAYS: Final = 90  # of categories, prices and lines that stayed: rarer things need longer
KEPT_AFTER_DAYS: Final = 14  # a plan that let a creator in counts from then on
PLAN_DAYS: Final = 180
LEAST_LINES: Final = 10  # a share of fewer lines says nothing
MOST_CATEGORIES: Final = 12  # of a creator, the largest
MOST_WORDS: Final = 600
LONGEST_WORD: Final = 60
LEAST_LETTERS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Sold:
    """What a creator sold of one product."""

    path: tuple[str, ...]  # the category everyone sees, then those above it
    price_fen: int
    units: int
    gmv_fen: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is known of a creator at a moment."""

    name: str
    city: str
    introduction: str
    joined_at: datetime
    shows_exact: bool
    followers: int
    tier: str
    score_centi: int | None
    audience: Mapping[str, Mapping[str, int]]
    gmv_fen: int
    told_gmv_fen: int
    views: int
    live_pieces: int
    video_pieces: int
    lines: int
    refunded_lines: int
    plans_kept: int
    plans_let_in: int
    sold: Sequence[Sold]


def columns_of(known: Facts) -> dict[str, Any]:
    """The columns of a creator's card."""
    gpm_fen = gpm_of(known.told_gmv_fen, views=known.views)
    low, high = middle_prices(known.sold)
    shares = category_shares(known.sold)
    exact = known.shows_exact
    return {
        "shows_exact": exact,
        "followers": known.followers,
        "gmv_fen": known.gmv_fen,
        "gpm_fen": gpm_fen,
        "views": known.views,
        "live_pieces": known.live_pieces,
        "video_pieces": known.video_pieces,
        "stayed_bp": stayed_bp(known.lines, refunded=known.refunded_lines),
        "plans_kept": known.plans_kept,
        "plans_let_in": known.plans_let_in,
        "price_low_fen": low,
        "price_high_fen": high,
        "category_shares": thirds_of(shares, known.sold),
        "audience": {dimension: dict(parts) for dimension, parts in known.audience.items()},
        "tier": known.tier,
        "score_centi": known.score_centi,
        "followers_band": bands.band_of(known.followers, bands.FOLLOWERS),
        "gmv_band": bands.band_of(known.gmv_fen, bands.GMV_FEN),
        "gpm_band": bands.band_of(gpm_fen or 0, bands.GPM_FEN),
        "followers_key": bands.sort_key(known.followers, bands.FOLLOWERS, is_exact=exact),
        "gmv_key": bands.sort_key(known.gmv_fen, bands.GMV_FEN, is_exact=exact),
        "gpm_key": bands.sort_key(gpm_fen, bands.GPM_FEN, is_exact=exact),
        "score_key": -1 if known.score_centi is None else known.score_centi,
        "newest_key": int(known.joined_at.timestamp()),
        "marks": sorted(marks_of(known, shares)),
        "words": card_words(known),
    }


def gpm_of(gmv_fen: int, *, views: int) -> int | None:
    """Sales per thousand views; None without views."""
    return gmv_fen * 1_000 // views if views else None


def stayed_bp(lines: int, *, refunded: int) -> int | None:
    """The share of lines that were not taken back; None of too few. Lines taken back may be of sales before."""
    if lines < LEAST_LINES:
        return None
    return max(lines - refunded, 0) * bands.WHOLE_BP // lines


def category_shares(sold: Iterable[Sold]) -> dict[str, int]:
    """The share of sales by category of any level, in basis points."""
    sums: dict[str, int] = {}
    whole = 0
    for each in sold:
        whole += each.gmv_fen
        for category in each.path:
            sums[category] = sums.get(category, 0) + each.gmv_fen
    return {category: sum_fen * bands.WHOLE_BP // whole for category, sum_fen in sums.items()} if whole > 0 else {}


def thirds_of(shares: Mapping[str, int], sold: Iterable[Sold]) -> dict[str, int]:
    """The shares of the categories everyone sees, the largest ones."""
    thirds = {each.path[0] for each in sold if each.path}
    largest = sorted(thirds & set(shares), key=lambda category: (-shares[category], category))[:MOST_CATEGORIES]
    return {category: shares[category] for category in largest}


def middle_prices(sold: Iterable[Sold]) -> tuple[int | None, int | None]:
    """Between which prices the middle half of the pieces lies."""
    prices = sorted((each.price_fen, each.units) for each in sold if each.units > 0)
    whole = sum(units for _price, units in prices)
    if not whole:
        return None, None
    return _price_at(prices, whole / 4), _price_at(prices, whole * 3 / 4)


def marks_of(known: Facts, shares: Mapping[str, int]) -> set[str]:
    """What filters of sets look for; all of it stands on edges of bands, so that it tells no more than they do."""
    found = {category_mark(category) for category, share in shares.items() if share >= bands.SHARE_BP[0]}
    pieces = (("live", known.live_pieces), ("video", known.video_pieces))
    found |= {medium_mark(medium) for medium, count in pieces if count}
    for dimension, parts in known.audience.items():
        for bucket, share in parts.items():
            found |= {audience_mark(dimension, bucket, floor) for floor in bands.floors_of(share)}
    return found


def category_mark(category_id: str) -> str:
    """Sells in this category or below it."""
    return f"c:{category_id}"


def medium_mark(medium: str) -> str:
    """Showed goods this way."""
    return f"m:{medium}"


def audience_mark(dimension: str, bucket: str, least_bp: int) -> str:
    """At least so large a part of the followers is this."""
    return f"a:{dimension}:{bucket}:{least_bp}"


def card_words(known: Facts) -> list[str]:
    """What a creator's words are found by."""
    grams = grams_of(f"{known.name} {known.city} {known.introduction}")
    return list(dict.fromkeys(gram[:LONGEST_WORD] for gram in grams))[:MOST_WORDS]


def telling_words(names: Iterable[str]) -> frozenset[str]:
    """The grams of categories' names by which a profile is recognised as being about them."""
    words = [word for name in names for word in words_of(name) if word not in FILLERS]
    return frozenset(piece for word in words for piece in pieces_of(word) if _tells(piece))


def _tells(piece: str) -> bool:
    return len(piece) >= (LEAST_LETTERS if piece.isascii() else 2)


def _price_at(prices: Sequence[tuple[int, int]], wanted: float) -> int:
    passed = 0
    for price, units in prices:
        passed += units
        if passed >= wanted:
            return price
    return prices[-1][0]
