"""What may be asked of the index, and what is refused by the field's name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from fenxiao.kernel.errors import BadInput

LONGEST_TEXT: Final = 100  # characters; the longest real query we know has 60
MOST_PER_PAGE: Final = 100
DEEPEST: Final = 10_000  # rows: nobody turns that many pages, and each costs its depth
LARGEST: Final = 2**63 - 1  # what a column holds, and a number of the index
LEVELS: Final = frozenset(range(1, 6))  # L0 is shown on no surface
# Kinds of plan as the trade numbers them: open to anyone; targeted at the product or the shop, and one may ask into it;
# in a leader's activity that is open to anyone.
PLAN_TYPES: Final = frozenset({1, 2, 4, 6})
COUNTED: Final = (
    "price_min_fen",
    "price_max_fen",
    "commission_min_bp",
    "earns_min_fen",
    "sales_min",
    "score_min_centi",
)


class Sort(StrEnum):
    """In which order goods are shown."""

    RECOMMENDED = "recommended"  # see `rules.ranking`
    EARNS = "earns"  # what one order earns, highest first
    COMMISSION = "commission"  # its rate, highest first
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    SALES = "sales"  # pieces in 30 days, most first
    NEWEST = "newest"  # by when it was admitted


@dataclass(frozen=True, kw_only=True)
class SearchAsk:
    """Words, filters, order and page. The default asks for everything, recommended first."""

    text: str = ""
    category_id: str | None = None  # any level of the tree
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    commission_min_bp: int | None = None
    earns_min_fen: int | None = None  # of one piece, before the platform's fee
    sales_min: int | None = None  # pieces in 30 days
    score_min_centi: int | None = None  # the merchant's; those without a score are left out
    levels: tuple[int, ...] = ()  # none: all
    select_only: bool = False
    plan_types: tuple[int, ...] = ()  # one of these kinds of plan; none: all
    in_stock_only: bool = False
    ships_free_only: bool = False
    admitted_since: datetime | None = None
    sort: Sort | str = Sort.RECOMMENDED
    page: int = 1
    per_page: int = 20
    cursor: str | None = None  # goes on where an answer to the same ask ended; `page` is then left at 1


def checked(ask: SearchAsk) -> SearchAsk:
    """The ask when it can be answered; refuses (`BadInput`) the first field that cannot."""
    for field, is_wrong, zh, en in _faults(ask):
        if is_wrong:
            raise BadInput(field=field, reason_zh=zh, reason_en=en)
    return ask


def _faults(ask: SearchAsk) -> Iterator[tuple[str, bool, str, str]]:
    yield "text", len(ask.text) > LONGEST_TEXT, f"最多 {LONGEST_TEXT} 个字", f"at most {LONGEST_TEXT} characters"
    for field in COUNTED:
        yield field, (getattr(ask, field) or 0) < 0, "不能为负数", "may not be negative"
        yield field, (getattr(ask, field) or 0) > LARGEST, "数值过大", "is too large"
    yield "category_id", "\0" in (ask.category_id or ""), "含有不可见字符", "holds a null byte"
    low, high = ask.price_min_fen, ask.price_max_fen
    is_reversed = low is not None and high is not None and low > high
    yield "price_min_fen", is_reversed, "最低价高于最高价", "is above the highest price"
    yield "levels", not LEVELS.issuperset(ask.levels), "只能是 L1 至 L5", "L1 to L5 only"
    yield "plan_types", not PLAN_TYPES.issuperset(ask.plan_types), "只能是 1、2、4、6", "1, 2, 4 or 6 only"
    yield "sort", ask.sort not in set(Sort), f"应为 {'、'.join(Sort)}", f"one of {', '.join(Sort)}"
    yield from _page_faults(ask)


def _page_faults(ask: SearchAsk) -> Iterator[tuple[str, bool, str, str]]:
    yield "page", ask.page < 1, "从 1 开始", "begins at 1"
    is_odd = not 1 <= ask.per_page <= MOST_PER_PAGE
    yield "per_page", is_odd, f"应为 1 至 {MOST_PER_PAGE}", f"1 to {MOST_PER_PAGE}"
    is_deep = ask.page * ask.per_page > DEEPEST
    yield "cursor", ask.cursor is not None and ask.page != 1, "不能与页码同用", "goes without a page"
    yield "page", is_deep, f"只能翻到第 {DEEPEST} 条，请缩小范围", f"ends at row {DEEPEST}; narrow the search"
