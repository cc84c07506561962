"""What may be asked of the square of creators, and where a list of them goes on."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from fenxiao.discovery.rules import bands
from fenxiao.discovery.rules.words import asked_words, pieces_of
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.audience import BUCKETS

PER_PAGE: Final = 20
MOST_COUNTED: Final = 1_000  # creators; of more it is said that there are more
MOST_COMPARED: Final = 4
LONGEST_WORDS: Final = 100
LONGEST_CURSOR: Final = 200
LARGEST: Final = 2**63 - 1
MEDIA: Final = ("live", "video")
TIERS: Final = ("gold", "silver", "bronze")
BEST_SCORE: Final = 500


class SquareSort(StrEnum):
    """Orders of the square, the best first."""

    FIT = "fit"  # to one's product, which must be named
    GMV = "gmv"
    GPM = "gpm"
    FOLLOWERS = "followers"
    SCORE = "score"
    NEWEST = "newest"


@dataclass(frozen=True, kw_only=True)
class AudienceAsk:
    """At least so large a part of the followers is this."""

    dimension: str
    bucket: str
    least_bp: int


@dataclass(frozen=True, kw_only=True)
class SquareAsk:
    """Which creators to show; None and "" leave open. Bounds are edges of bands, see `rules.bands`."""

    words: str = ""
    category_id: str | None = None
    followers_min: int | None = None
    followers_max: int | None = None
    gmv_min_fen: int | None = None
    gpm_min_fen: int | None = None
    medium: str = ""
    tier: str = ""
    score_min_centi: int | None = None
    audience: tuple[AudienceAsk, ...] = ()
    product_id: int | None = None
    sort: SquareSort = SquareSort.GMV
    cursor: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Behind whom a list goes on: the key and id of the last one shown, or how many were shown."""

    key: int
    creator_id: int


def check_ask(ask: SquareAsk) -> None:
    """Refuse (`BadInput`, with the field's name) what cannot be asked."""
    edges = (
        ("followers_min", ask.followers_min, bands.FOLLOWERS),
        ("followers_max", ask.followers_max, bands.FOLLOWERS),
        ("gmv_min", ask.gmv_min_fen, bands.GMV_FEN),
        ("gpm_min", ask.gpm_min_fen, bands.GPM_FEN),
    )
    for field, value, allowed in edges:
        if value is not None and value not in allowed:
            raise _not_an_edge(field, allowed)
    for field, said, known in (("medium", ask.medium, MEDIA), ("tier", ask.tier, TIERS)):
        if said and said not in known:
            raise BadInput(field=field, reason_zh=f"没有「{said}」", reason_en=f"there is no “{said}”")
    if ask.score_min_centi is not None and not 0 <= ask.score_min_centi <= BEST_SCORE:
        raise BadInput(field="score_min", reason_zh="应在 0.00 到 5.00 之间", reason_en="is 0.00 to 5.00")
    if ask.followers_min is not None and ask.followers_max is not None and ask.followers_max <= ask.followers_min:
        raise BadInput(field="followers_max", reason_zh="应大于下限", reason_en="is more than the least")
    for each in ask.audience:
        _check_audience(each)
    if len(ask.words) > LONGEST_WORDS or (ask.words.strip() and not grams_asked(ask.words)):
        raise BadInput(field="q", reason_zh="没有可搜索的词", reason_en="there are no words to look for")
    if ask.sort == SquareSort.FIT and ask.product_id is None:
        raise BadInput(field="product", reason_zh="按匹配度排序需先选择商品", reason_en="name a product to sort by fit")


def grams_asked(words: str) -> list[str]:
    """What the name, introduction or city of a creator must hold, all of it."""
    return list(dict.fromkeys(piece for word in asked_words(words) for piece in pieces_of(word)))


def written(place: Place, *, ask: SquareAsk) -> str:
    """A cursor as it is handed out, good for this ask only. It holds what the page shows, no figure beyond that."""
    held = json.dumps([_digest(ask), place.key, place.creator_id], separators=(",", ":"))
    return urlsafe_b64encode(held.encode()).decode().rstrip("=")


def read(ask: SquareAsk) -> Place | None:
    """Where the list goes on; None: from the beginning. Refuses (`BadInput`) a cursor not handed out for this ask."""
    if not ask.cursor:
        return None
    try:
        if len(ask.cursor) > LONGEST_CURSOR:
            raise ValueError
        padded = ask.cursor + "=" * (-len(ask.cursor) % 4)
        digest, key, creator_id = json.loads(urlsafe_b64decode(padded))
        numbers = (_number(key), _number(creator_id))
    except (ValueError, TypeError, Error, RecursionError) as wrong:
        raise BadInput(
            field="cursor", reason_zh="不是本系统发出的翻页标记", reason_en="is none of those handed out here"
        ) from wrong
    if digest != _digest(ask):
        raise BadInput(
            field="cursor",
            reason_zh="属于另一次搜索，请从第一页开始",
            reason_en="belongs to another search; begin with the first page",
        )
    return Place(key=numbers[0], creator_id=numbers[1])


def _check_audience(each: AudienceAsk) -> None:
    if each.bucket not in BUCKETS.get(each.dimension, {}):
        said = f"{each.dimension}:{each.bucket}"
        raise BadInput(field="audience", reason_zh=f"没有「{said}」", reason_en=f"there is no “{said}”")
    if each.least_bp not in bands.SHARE_BP:
        raise _not_an_edge("audience_least", bands.SHARE_BP)


def _not_an_edge(field: str, edges: bands.Edges) -> BadInput:
    said = ", ".join(map(str, edges))
    return BadInput(field=field, reason_zh=f"应为 {said} 之一", reason_en=f"is one of {said}")


def _digest(ask: SquareAsk) -> str:
    asked = asdict(replace(ask, cursor=""))
    return blake2b(json.dumps(asked, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -1 <= value <= LARGEST:
        raise ValueError
    return value
