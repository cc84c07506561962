"""Each product with the sums of its windows."""

from typing import Any

import ibis
from ibis import _

from fenxiao.quality.rules import PolicyBody

WHOLE = 10_000


def goods_with_sums(products: Any, *, days: Any, promotions: Any, policy: PolicyBody) -> Any:
    """Products with everything that the indicators are made of; zero where nothing happened."""
    sums = _sums_of_days(days, policy)
    capped = _capped_by_day(days, sums, policy)
    promoted = _capped_by_creator(promotions, sums, policy)
    joined = (
        products.left_join(sums, "product_id")
        .drop("product_id_right")
        .left_join(capped, "product_id")
        .drop("product_id_right")
        .left_join(promoted, "product_id")
        .drop("product_id_right")
    )
    counted = [name for name in (*sums.columns, *capped.columns, *promoted.columns) if name not in NULLABLE]
    return joined.mutate(**{name: _[name].fill_null(0) for name in counted if name != "product_id"}).mutate(
        band=_band(policy),
        days_seen=_days_seen(policy),
    )


NULLABLE = {"low_short", "low_long", "high_short"}  # prices: null where nothing was sold


def _sums_of_days(days: Any, policy: PolicyBody) -> Any:
    short = _.age <= policy.short_days
    earlier = _.age > policy.short_days
    return (
        days.filter(_.age <= policy.long_days)
        .group_by("product_id")
        .agg(
            orders=total(_.paid_lines),
            units_long=total(_.units),
            units_short=total(_.units, where=short),
            units_week=total(_.units, where=_.age <= 7),
            units_before=total(_.units, where=earlier),
            gmv_long=total(_.gmv_fen),
            gmv_short=total(_.gmv_fen, where=short),
            gmv_week=total(_.gmv_fen, where=_.age <= 7),
            gmv_before=total(_.gmv_fen, where=earlier),
            refund_long=total(_.refund_fen),
            refund_short=total(_.refund_fen, where=short),
            clicks=total(_.clicks, where=short),
            promoted=total(_.promoted_lines, where=short),
            selling_days=total((_.paid_lines > 0).cast("int64")),
            low_short=_.lowest_unit_fen.min(where=short).cast("float64"),
            low_long=_.lowest_unit_fen.min().cast("float64"),
            high_short=_.highest_unit_fen.max(where=short).cast("float64"),
            quality_refunds=total(_.quality_refunds),
            promised=total(_.promised_lines),
            on_time=total(_.on_time_lines),
            reviews=total(_.reviews),
            stars=total(_.stars),
            oldest_age=_.age.max().cast("float64"),
        )
    )


def total(column: Any, *, where: Any = None) -> Any:
    """A sum of whole numbers as a double: exact below 2^53, and of one type on every engine."""
    return column.sum(where=where).cast("float64").fill_null(0.0)


def _capped_by_day(days: Any, sums: Any, policy: PolicyBody) -> Any:
    """GMV of the short window in which no day counts for more than its part, no buyer for more than a few lines."""
    selling = days.filter((_.age <= policy.short_days) & (_.paid_lines > 0))
    joined = selling.join(sums.select("product_id", "gmv_short"), "product_id")
    by_buyers = (_.gmv_fen * ibis.least(1.0, policy.lines_per_buyer * _.buyers / _.paid_lines)).floor()
    by_day = (_.gmv_short * policy.day_cap_bp / WHOLE).floor()
    return joined.mutate(capped=ibis.least(by_buyers, by_day)).group_by("product_id").agg(gmv_by_day=_.capped.sum())


def _capped_by_creator(promotions: Any, sums: Any, policy: PolicyBody) -> Any:
    """Promoters, and the promoted GMV in which no creator counts for more than their part."""
    joined = promotions.join(sums.select("product_id", "gmv_short"), "product_id")
    capped = ibis.least(_.gmv_fen.cast("float64"), (_.gmv_short * policy.creator_cap_bp / WHOLE).floor())
    return (
        joined.mutate(capped=capped)
        .group_by("product_id")
        .agg(
            promoters=total((_.paid_lines > 0).cast("int64")),
            promoted_gmv=total(_.gmv_fen),
            promoted_capped=_.capped.sum(),
        )
    )


def _band(policy: PolicyBody) -> Any:
    edges = [(_.price_fen >= edge).cast("int64") for edge in policy.price_bands_fen]
    return sum(edges[1:], edges[0]) if edges else ibis.literal(0)


def _days_seen(policy: PolicyBody) -> Any:
    """Days on offer within the short window; an imported product was on offer when it first sold."""
    return ibis.least(
        ibis.greatest(_.days_admitted.cast("float64"), _.oldest_age, 0.0), ibis.literal(float(policy.short_days))
    )
