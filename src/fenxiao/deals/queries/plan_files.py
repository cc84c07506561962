"""Plans of many products in one sheet: the template, and what is wrong with a file that was filled in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, TypeVar

from fenxiao.catalog.models import Product
from fenxiao.deals import sheets
from fenxiao.deals.errors import CreatorsNamedTwice
from fenxiao.deals.models import PlanType
from fenxiao.deals.queries import drafting
from fenxiao.deals.queries.drafting import Entering, Ground
from fenxiao.deals.rules import check_rate
from fenxiao.deals.rules.drafts import MOST_NAMED, PlanDraft, RowDraft, grouped, shown
from fenxiao.deals.sheets import Cell
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.parties.models import Organisation

PRODUCT, TYPE, CREATORS, RATE = "product", "type", "creators", "rate"
HEADERS: Mapping[str, tuple[str, str, str]] = {
    PRODUCT: ("商品ID / Product ID", "商品ID", "Product ID"),
    TYPE: ("计划类型 / Plan type", "计划类型", "Plan type"),
    CREATORS: ("达人ID / Creator IDs", "达人ID", "Creator IDs"),
    RATE: ("佣金率% / Rate %", "佣金率%", "Rate %"),
}
COLUMNS = tuple(HEADERS)
TYPES: Mapping[str, PlanType] = {
    "普通": PlanType.NORMAL,
    "normal": PlanType.NORMAL,
    "商品定向": PlanType.ITEM_TARGETED,
    "item-targeted": PlanType.ITEM_TARGETED,
    "店铺定向": PlanType.SHOP_TARGETED,
    "shop-targeted": PlanType.SHOP_TARGETED,
    "专属": PlanType.EXCLUSIVE,
    "exclusive": PlanType.EXCLUSIVE,
} | {str(each.value): each for each in (PlanType(1), PlanType(2), PlanType(4), PlanType(5))}
PRODUCT_OR_SHOP = (
    "店铺定向计划须留空，其他计划须填写商品ID",
    "leave it empty for a shop-targeted plan, and name the product for any other",
)
ALL_OR_NAMED = (
    "普通计划须留空，其他计划至少填写一位达人",
    "leave it empty for a normal plan, and name one creator at least for any other",
)
Value = TypeVar("Value")
LARGEST_ID = 2**63 - 1
# By which column a refusal of a whole plan is shown; the rest concern the plan itself.
COLUMN_OF = {
    "product_not_own": PRODUCT,
    "product_not_offered": PRODUCT,
    "creators_unfit": CREATORS,
    "creators_named_twice": CREATORS,
    "creators_in_plan_already": CREATORS,
    "nobody_named": CREATORS,
    "too_many_named": CREATORS,
    "rate_out_of_bounds": RATE,
    "rate_unchanged": RATE,
    "merchant_would_owe": RATE,
    "too_late_to_cut": RATE,
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in which row (as the sheet numbers it) and column."""

    row: int
    column: str  # one of COLUMNS
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file as read: its rows, the plans that these would enter, and every fault."""

    rows: int
    drafts: Sequence[PlanDraft] = ()
    faults: Sequence[Fault] = ()
    places: Sequence[int] = field(default=())  # the sheet's row of each draft


def plan_template() -> bytes:
    """The sheet to fill in: its headers alone. Types may be written as numbers or as words of either language."""
    return sheets.sheet([[names[0] for names in HEADERS.values()]], widths=(24, 24, 40, 16))


def check_plan_file(merchant: Organisation, *, file: BinaryIO, now: datetime) -> Checked:
    """What the file would enter now, and all that is wrong with it. Refuses a file that cannot be read."""
    checked = read_plan_file(file)
    products = {draft.product_id for draft in checked.drafts}
    goods = Product.objects.filter(merchant=merchant)
    if None not in products:
        goods = goods.filter(pk__in=[each for each in products if each is not None])
    ground = drafting.ground_of(merchant, drafts=checked.drafts, goods=list(goods), now=now)
    return weighed(checked, ground)[0]


def read_plan_file(file: BinaryIO) -> Checked:
    """The drafts a file holds, rows about one plan as one draft, and what is wrong with its cells."""
    rows = sheets.rows_of(file, headers=list(HEADERS.values()))
    read: list[tuple[int, PlanDraft]] = []
    faults: list[Fault] = []
    for number, cells in rows:
        draft, wrong = _draft(number, dict(zip(COLUMNS, cells, strict=True)))
        faults += wrong
        if draft is not None:
            read.append((number, draft))
    merged, places, twice = _merged(read)
    return Checked(rows=len(rows), drafts=merged, faults=[*faults, *twice], places=places)


def weighed(checked: Checked, ground: Ground) -> tuple[Checked, list[Entering]]:
    """The file held against what stands: every fault, and what its sound drafts enter."""
    entries, faults = [], list(checked.faults)
    for place, draft in zip(checked.places, checked.drafts, strict=True):
        try:
            entries.append(drafting.weigh(draft, ground, may_change=True))
        except Refused as refusal:
            faults.append(fault_of(refusal, row=place))
    ordered = sorted(faults, key=lambda fault: (fault.row, COLUMNS.index(fault.column)))
    return Checked(rows=checked.rows, drafts=checked.drafts, faults=ordered, places=checked.places), entries


def fault_of(refusal: Refused, *, row: int, column: str = "") -> Fault:
    """A refusal as the fault of a row."""
    shown_at = column or COLUMN_OF.get(refusal.code, TYPE)
    if isinstance(refusal, BadInput):  # the column says already which field it is
        zh, en = str(refusal.details["reason_zh"]), str(refusal.details["reason_en"])
    else:
        zh, en = refusal.message("zh-hans"), refusal.message("en")
    return Fault(row=row, column=shown_at, zh=zh, en=en)


def _draft(number: int, cells: Mapping[str, Cell]) -> tuple[PlanDraft | None, list[Fault]]:
    """One row as a draft, or what is wrong with its cells."""
    faults: list[Fault] = []
    product = _read(_product, PRODUCT, cells, number, faults)
    plan_type = _read(_type, TYPE, cells, number, faults)
    creators = _read(_creators, CREATORS, cells, number, faults)
    rate_bp = _read(_rate, RATE, cells, number, faults)
    if plan_type is None or creators is None or rate_bp is None or faults:
        return None, faults
    if (plan_type == PlanType.SHOP_TARGETED) != (product is None):
        return None, [fault_of(_wrong(PRODUCT, *PRODUCT_OR_SHOP), row=number, column=PRODUCT)]
    if (plan_type == PlanType.NORMAL) == bool(creators):
        return None, [fault_of(_wrong(CREATORS, *ALL_OR_NAMED), row=number, column=CREATORS)]
    named: Sequence[int | None] = creators or [None]
    rows = tuple(RowDraft(creator_id=creator, rate_bp=rate_bp) for creator in named)
    return PlanDraft(type=plan_type.value, product_id=product, rows=rows), []


def _read(
    reader: Callable[[Cell], Value], column: str, cells: Mapping[str, Cell], number: int, faults: list[Fault]
) -> Value | None:
    """What the cell says; None with one more fault when it cannot be read."""
    try:
        return reader(_plain(cells[column]))
    except Refused as refusal:
        faults.append(fault_of(refusal, row=number, column=column))
        return None


def _merged(read: Sequence[tuple[int, PlanDraft]]) -> tuple[list[PlanDraft], list[int], list[Fault]]:
    """Rows about one plan as one draft with its first row's number; what they say twice is a fault."""
    drafts, places, faults = [], [], []
    for (plan_type, product_id), members in grouped([draft for _, draft in read]).items():
        said: dict[int | None, RowDraft] = {}
        for place in members:
            number, draft = read[place]
            twice = [row.creator_id for row in draft.rows if row.creator_id in said]
            if twice:
                faults.append(_said_twice(number, twice, product_id))
            said |= {row.creator_id: row for row in draft.rows if row.creator_id not in said}
        drafts.append(PlanDraft(type=plan_type, product_id=product_id, rows=tuple(said.values())))
        places.append(read[members[0]][0])
    return drafts, places, faults


def _said_twice(number: int, twice: Sequence[int | None], product_id: int | None) -> Fault:
    if None in twice:
        refusal: Refused = BadInput(
            field=PRODUCT,
            reason_zh=f"商品 {product_id} 的普通计划在文件中重复，请只保留一行",
            reason_en=f"product {product_id} has its normal plan in the file already: keep one row",
        )
        return fault_of(refusal, row=number, column=PRODUCT)
    return fault_of(CreatorsNamedTwice(names=shown(twice)), row=number)


def _plain(cell: Cell) -> Cell:
    if cell.is_formula or (isinstance(cell.value, str) and cell.value.lstrip().startswith("=")):
        raise _wrong("cell", "不接受公式，请填写数值", "formulas are not taken: enter the value itself")
    return cell


def _product(cell: Cell) -> int | None:
    return None if cell.value in {None, ""} else _id(cell.value)


def _type(cell: Cell) -> PlanType:
    said = str(cell.value if not isinstance(cell.value, float) else f"{cell.value:g}").strip().lower()
    if said not in TYPES:
        raise _wrong(
            TYPE,
            "应为 普通(1)、商品定向(2)、店铺定向(4)、专属(5) 之一",
            "one of normal (1), item-targeted (2), shop-targeted (4), exclusive (5)",
        )
    return TYPES[said]


def _creators(cell: Cell) -> list[int]:
    if cell.value in {None, ""}:
        return []
    if not isinstance(cell.value, str):
        return [_id(cell.value)]
    parts = [part for part in re.split(r"[,，;；、\s]+", cell.value) if part]
    if len(parts) > MOST_NAMED:
        raise _wrong(CREATORS, f"一行最多 {MOST_NAMED} 位达人", f"{MOST_NAMED} creators in one row at most")
    ids = [_id(part) for part in parts]
    if len(set(ids)) < len(ids):
        raise CreatorsNamedTwice(names=shown(sorted({each for each in ids if ids.count(each) > 1})))
    return ids


def _rate(cell: Cell) -> int:
    text = str(cell.value if cell.value is not None else "").strip()
    try:
        percent = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        percent = Decimal("NaN")
    if cell.is_percent and not isinstance(cell.value, str):
        percent *= 100
    basis_points = percent * 100
    if not basis_points.is_finite() or round(basis_points) != basis_points.quantize(Decimal("0.0001")):
        raise _wrong(RATE, "应为百分数，最多两位小数，如 12.5", "a percentage with two decimals at most, such as 12.5")
    check_rate(int(basis_points))
    return int(basis_points)


def _id(value: object) -> int:
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:20]) <= LARGEST_ID:
        raise _wrong("id", "应为数字 ID", "a number that is an id")
    return int(text)


def _wrong(column: str, zh: str, en: str) -> BadInput:
    return BadInput(field=column, reason_zh=zh, reason_en=en)
