"""What the engine reads: the files of a snapshot and their columns."""

from typing import Final

SOURCES: Final[dict[str, dict[str, str]]] = {
    "products": {
        "product_id": "int64",
        "third_id": "string",  # category on the third level, or its own where it hangs higher
        "second_id": "string",
        "brand_id": "int64",  # null without a brand
        "brand_tier": "int32",
        "standing": "int32",  # of the merchant's qualification for the brand
        "price_fen": "int64",
        "days_admitted": "int32",  # negative where it was admitted after the day graded for
        "rate_bp": "int32",  # null without a plan in force
        "override": "string",  # the key of the policy's override that counts for its category; null without one
        "violations": "int32",  # found and not lifted
    },
    "days": {
        "product_id": "int64",
        "age": "int32",  # days before the day graded for: 1 is the last one known
        "paid_lines": "int64",
        "units": "int64",
        "gmv_fen": "int64",
        "refund_fen": "int64",
        "clicks": "int64",
        "promoted_lines": "int64",
        "buyers": "int64",
        "lowest_unit_fen": "int64",
        "highest_unit_fen": "int64",
        "quality_refunds": "int64",
        "promised_lines": "int64",
        "on_time_lines": "int64",
        "reviews": "int64",
        "stars": "int64",
    },
    # Sums over the short window.
    "promotions": {"product_id": "int64", "creator_id": "int64", "paid_lines": "int64", "gmv_fen": "int64"},
    # What the run before set and scored.
    "before": {"product_id": "int64", "level": "int64", "scored": "int64"},
}
