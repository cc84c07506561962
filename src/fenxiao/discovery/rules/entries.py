"""What the index knows of one product."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One product as it is found, filtered and ordered."""

    product_id: int
    title: str
    brand: str
    category_names: tuple[str, ...]  # of the category and all above it, Chinese and English
    category_ids: tuple[str, ...]  # of the same
    third_id: str | None  # the category everyone sees
    price_fen: int
    rate_bp: int
    commission_fen: int  # of one piece at its price, before the platform's fee
    level: int
    is_select: bool
    sales_30d: int
    merchant_score_centi: int | None
    admitted_at: datetime
    stock: int
    ships_free: bool = False
    plan_types: frozenset[int] = frozenset()  # by which kinds of plan it may be promoted (`PLAN_TYPES`)
    level_boost: float | None = None  # of the boosts in force when it was indexed; None: those the house begins with
