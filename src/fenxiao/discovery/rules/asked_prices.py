"""Price words of a query: "50元以下", "30到70元", "三百元左右", "under 50 yuan".

A number is a price only where a unit and a bound stand beside it: "3岁以上", "100以内加减法" and "充话费50元" are not.
What is read as one is taken out of the words looked for, and shown, so that who meant otherwise can say so.
"""

import re
from dataclasses import dataclass
from typing import Final

from fenxiao.discovery.rules.numerals import NUMERAL, fen_of

ABOUT: Final = 0.2  # "about 300" is 240 to 360

UNIT: Final = r"(?:元|块钱|块|圆|rmb|cny|yuan)"
AMOUNT: Final = rf"[¥￥]?\s*({NUMERAL})\s*"
DASH: Final = r"(?:到|至|[-~～—–一]|to|and)"
# Each pattern with what its groups are: the least, the most, or the middle of what is wanted. The first to fit holds.
PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), roles)
    for pattern, roles in (
        (rf"(?:between\s+)?{AMOUNT}{UNIT}?\s*{DASH}\s*{AMOUNT}{UNIT}(?:之间|以内)?", ("low", "high")),
        (rf"[¥￥]\s*({NUMERAL})\s*{DASH}\s*[¥￥]?\s*({NUMERAL})", ("low", "high")),
        (rf"{AMOUNT}{UNIT}\s*(?:以下|以内|之内|内)", ("high",)),
        (rf"(?:不超过|不到|低于|最多)\s*{AMOUNT}{UNIT}", ("high",)),
        (rf"\b(?:under|below|less\s+than|at\s+most|up\s+to)\s+{AMOUNT}{UNIT}", ("high",)),
        (rf"\b(?:under|below|less\s+than|at\s+most|up\s+to)\s+[¥￥]\s*({NUMERAL})", ("high",)),
        (rf"{AMOUNT}{UNIT}\s*(?:以上|起步|起)", ("low",)),
        (rf"(?:高于|至少|不低于|超过)\s*{AMOUNT}{UNIT}", ("low",)),
        (rf"\b(?:over|above|more\s+than|at\s+least|from)\s+{AMOUNT}{UNIT}", ("low",)),
        (rf"\b(?:over|above|more\s+than|at\s+least|from)\s+[¥￥]\s*({NUMERAL})", ("low",)),
        (rf"{AMOUNT}{UNIT}\s*(?:左右|上下)", ("about",)),
        (rf"\b(?:about|around)\s+{AMOUNT}{UNIT}", ("about",)),
    )
)


@dataclass(frozen=True, kw_only=True)
class AskedPrice:
    """A price that words ask for, as bounds in fen, with the words themselves."""

    words: str
    low_fen: int | None = None
    high_fen: int | None = None


def asked_price(text: str) -> tuple[AskedPrice | None, str]:
    """The price a query asks for and what is left of the query; (None, text) when it asks for none."""
    for pattern, roles in PATTERNS:
        found = pattern.search(text)
        price = found and _price(found, roles)
        if found and price:
            return price, f"{text[: found.start()]} {text[found.end() :]}".strip()
    return None, text


def _price(found: "re.Match[str]", roles: tuple[str, ...]) -> AskedPrice | None:
    """The price of one match; None when its numbers are none, or stand the wrong way round."""
    amounts = [fen_of(number) for number in found.groups()]
    if None in amounts:
        return None
    by_role = dict(zip(roles, (amount or 0 for amount in amounts), strict=True))
    low, high = by_role.get("low"), by_role.get("high")
    if "about" in by_role:
        low, high = round(by_role["about"] * (1 - ABOUT)), round(by_role["about"] * (1 + ABOUT))
    if low is not None and high is not None and low > high:
        return None
    return AskedPrice(words=found.group().strip(), low_fen=low, high_fen=high)
