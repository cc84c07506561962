"""The raw facts of one product: what a recount begins with."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar


@dataclass(frozen=True, kw_only=True, slots=True)
class RawDay:
    """One day of a product; `age` 1 is the last day known. Prices are None where nothing was sold."""

    age: int
    paid_lines: int = 0
    units: int = 0
    gmv_fen: int = 0
    refund_fen: int = 0
    clicks: int = 0
    promoted_lines: int = 0
    buyers: int = 0
    lowest_unit_fen: int | None = None
    highest_unit_fen: int | None = None
    quality_refunds: int = 0
    promised_lines: int = 0
    on_time_lines: int = 0
    reviews: int = 0
    stars: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPromotion:
    """What one creator sold of a product within the short window."""

    paid_lines: int
    gmv_fen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryTotals:
    """What the brand of a product is measured against: its third-level category in the long window."""

    gmv: float  # net of refunds
    orders: float
    brands: float
    brand_gmv: float | None  # of the product's own brand


@dataclass(frozen=True, kw_only=True, slots=True)
class RawFacts:
    """One product with its days, its promotions and its category's totals."""

    product_id: int
    third_id: str
    second_id: str
    brand_id: int | None
    brand_tier: int
    standing: int
    price_fen: int
    rate_bp: int | None
    days_admitted: int
    override: str | None = None  # the key of the policy's override that counts
    violations: int = 0  # found and not lifted
    days: tuple[RawDay, ...]
    promotions: tuple[RawPromotion, ...]
    category: CategoryTotals


T = TypeVar("T", RawDay, RawPromotion, RawFacts)


def row_of(kind: type[T], row: Mapping[str, Any]) -> T:
    """One of these from the columns of `row` that it knows."""
    return kind(**{field.name: row[field.name] for field in fields(kind) if field.name in row})
