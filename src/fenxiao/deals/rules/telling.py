"""How notices name what they are about: goods by the first of them, rates by their span, moments on people's clock."""

from collections.abc import Collection, Sequence
from datetime import datetime

from fenxiao.deals.rules.windows import local


def goods_in_words(titles: Sequence[str]) -> dict[str, str]:
    """The first title and how many more there are, as `goods_zh` and `goods_en`."""
    first, more = titles[0], len(titles) - 1
    if not more:
        return {"goods_zh": f"「{first}」", "goods_en": f"“{first}”"}
    others = "1 more product" if more == 1 else f"{more} more products"
    return {"goods_zh": f"「{first}」等 {more + 1} 件商品", "goods_en": f"“{first}” and {others}"}


def rates_in_words(rates_bp: Collection[int]) -> str:
    """One rate, or the lowest and the highest."""
    lowest, highest = rate_in_words(min(rates_bp)), rate_in_words(max(rates_bp))
    return lowest if lowest == highest else f"{lowest}–{highest}"


def rate_in_words(rate_bp: int) -> str:
    """`1250` as "12.5%"."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def reason_in_words(reason: str) -> dict[str, str]:
    """What the other side gave as its reason, as `reason_zh` and `reason_en`; nothing when it gave none."""
    return {"reason_zh": f"，理由：{reason}" if reason else "", "reason_en": f", because: {reason}" if reason else ""}


def moment_in_words(moment: datetime) -> str:
    """A moment to the minute."""
    return f"{local(moment):%Y-%m-%d %H:%M}"
