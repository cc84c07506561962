"""What of the files could not be used as it stands: listed row by row with a reason, and summed up."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

# code: what it means, in both languages. A row with a problem is still used where the words say so.
REASONS: dict[str, tuple[str, str]] = {
    "product_without_category": (
        "商品没有类目：不予准入，其订单照常入账",
        "the product has no category: it is not admitted, its orders are kept",
    ),
    "category_untranslated": (
        "类目没有英文名：使用原名",
        "the category has no translation: its own name is used",
    ),
    "product_never_sold": (
        "商品没有任何订单行，不知属于哪个商家：未导入",
        "the product has no order item, so its merchant is unknown: not imported",
    ),
    "price_unusable": ("价格无法读取：未导入", "the price cannot be read: not imported"),
    "product_refused": ("商品无法保存：未导入", "the product cannot be kept: not imported"),
    "order_without_items": ("订单没有商品行：未导入", "the order has no items: not imported"),
    "order_unpaid": ("订单没有到账的付款：未导入", "the order has no approved payment: not imported"),
    "order_unreadable": ("订单有无法读取的值：未导入", "the order has values that cannot be read: not imported"),
    "payment_mismatch": (
        "付款总额与商品加运费不符：按商品行入账",
        "payments differ from items and freight: the items are what counts",
    ),
    "payment_rounding": (
        "付款总额与商品加运费相差几分（分期取整）：按商品行入账",
        "payments differ from items and freight by a few cents, as instalments are rounded: the items are what counts",
    ),
    "delivered_without_date": (
        "已送达但没有日期：停留在已发货",
        "delivered, but without a date: the order stays shipped",
    ),
    "status_without_date": (
        "状态为已发货但没有日期：停留在已付款",
        "shipped by its status, but without a date: the order stays paid",
    ),
    "dates_out_of_order": (
        "日期先后颠倒：按所记日期使用",
        "its dates are out of order: used as they stand",
    ),
    "event_refused": ("订单事件被拒绝", "an order event was refused"),
    "review_of_missing_order": (
        "评价所属订单未导入：未导入",
        "the review's order was not imported: not imported",
    ),
    "review_unreadable": ("评价有无法读取的值：未导入", "the review has values that cannot be read: not imported"),
    "review_refused": ("评价被拒绝", "the review was refused"),
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One row that could not be used as it stands. `detail` holds the values that were at fault."""

    file: str
    row: str  # the row's own id
    code: str  # of REASONS
    detail: str = ""


@dataclass(kw_only=True)
class Report:
    """Writes problems as they are found, so that their number needs no memory, and counts them by code."""

    path: Path
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(["file", "row", "code", "reason", "原因", "detail"])

    def add(self, problem: Problem) -> None:
        """Write one problem down."""
        zh, en = REASONS[problem.code]
        self.counts[problem.code] += 1
        self._rows.writerow([problem.file, problem.row, problem.code, en, zh, problem.detail])

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def report_path(folder: Path, *, now: datetime) -> Path:
    """Where this import's report goes: one file per run, named by its moment."""
    return folder / f"olist-{now:%Y%m%dT%H%M%SZ}.csv"
