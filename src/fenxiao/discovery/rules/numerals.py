"""Numbers as they are written in queries: 50, 9.9, 1,200, 2万, 五十, 三百五, 两千."""

import re
from decimal import Decimal
from typing import Final

ARABIC: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
HAN: Final = "零〇一二两三四五六七八九十百千"
NUMERAL: Final = rf"(?:(?:{ARABIC})\s*[百千万wk]?|[{HAN}]+万?)"

DIGITS: Final = {"零": 0, "〇": 0, "两": 2} | {digit: at for at, digit in enumerate("一二三四五六七八九", start=1)}
TENS: Final = {"十": 10, "百": 100, "千": 1_000}
TIMES: Final = {"百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000}
LARGEST_FEN: Final = 10**12  # ten thousand million yuan: nothing costs that, and every column holds it
WRITTEN: Final = re.compile(rf"({ARABIC})\s*([百千万wk]?)", re.IGNORECASE)


def fen_of(number: str) -> int | None:
    """An amount in yuan as whole fen; None for what is no number, or is too large to be a price."""
    value = _arabic(number) if number[:1].isdecimal() else _han(number)
    fen = None if value is None else int(value * 100)
    return fen if fen is not None and fen <= LARGEST_FEN else None


def _arabic(number: str) -> Decimal | None:
    written = WRITTEN.fullmatch(number.strip())
    if written is None:
        return None
    amount, times = written.groups()
    return Decimal(amount.replace(",", "")) * TIMES.get(times.casefold(), 1)


def _han(number: str) -> Decimal | None:
    """五十 is 50, 一百二 is 120, 两万 is 20,000; None for what nobody would write, such as 十百."""
    head, is_tens_of_thousands, _ = number.partition("万")
    total, digit, last, is_after_zero = 0, 0, 10_000, False
    for sign in head:
        if sign in DIGITS:
            if digit:
                return None
            digit, is_after_zero = DIGITS[sign], is_after_zero or sign in "零〇"
        elif TENS[sign] >= last:
            return None
        else:
            last = TENS[sign]
            total, digit, is_after_zero = total + (digit or 1) * last, 0, False
    # 一百二 is 120: a digit alone behind hundreds counts the next unit down, unless a zero stands between.
    counts = last // 10 if total and last > 10 and not is_after_zero else 1
    return Decimal((total + digit * counts) * (10_000 if is_tens_of_thousands else 1)) if head else None
