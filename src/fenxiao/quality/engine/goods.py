"""Each product with the sums of its windows, in as few bytes as they need: there are millions.

Whole numbers that may pass 2^31 are kept as doubles, exact below 2^53 and of one type on every engine.
"""

from typing import Any

import ibis
from ibis import _

from fenxiao.quality.rules import PolicyBody

WHOLE = 10_000
COUNTS = ("orders", "units_long", "clicks", "promoted", "selling_days", "quality_refunds")
COUNTS_OF_SERVICE = ("promised", "on_time", "reviews", "stars")


def categories_of(products: Any) -> Any:
    """The third-level categories that have products, numbered in the order of their ids, with their parents."""
    return numbered(parents_of(products))


def parents_of(products: Any) -> Any:
    """The third-level categories that have products, with their parents."""
    return products.group_by("third_id").agg(second_id=_.second_id.max())


def numbered(found: Any) -> Any:
    """Categories with their number in the order of their ids."""
    number = ibis.row_number().over(order_by=found.third_id)
    return found.mutate(category=number.cast("int32"))


def goods_with_sums(
    products: Any, *, categories: Any, days: Any, promotions: Any, before: Any, policy: PolicyBody
) -> Any:
    """Products with all that the indicators are made of; zero where nothing happened, null prices where none was paid.

    A row is made of its product's rows alone, so that it may be worked out for some products at a time.
    """
    sums = _sums_of_days(days, policy)
    capped = _capped_by_day(days, sums, policy)
    promoted = _capped_by_creator(promotions, sums, policy)
    joined = products.join(categories.drop("second_id"), "third_id").drop("third_id", "second_id")
    for part in (sums, capped, promoted, before.rename(before_level="level", before_scored="scored")):
        joined = joined.left_join(part, "product_id").drop("product_id_right")
    counted = [name for name in (*sums.columns, *capped.columns, *promoted.columns) if name not in NULLABLE]
    filled = joined.mutate(**{name: _[name].fill_null(0) for name in counted if name != "product_id"})
    return filled.mutate(band=_band(policy), days_seen=_days_seen(policy)).select(
        "product_id",
        "category",
        "brand_id",
        "override",
        "violations",
        *COUNTS,
        *COUNTS_OF_SERVICE,
        "days_seen",
        cell=(_.category * (len(policy.price_bands_fen) + 1) + _.band).cast("int32"),
        standing=_standing(policy).cast("int32"),
        net_long=ibis.greatest(_.gmv_long - _.refund_long, 0.0),
        unit_fen=(_.gmv_long / _.units_long.nullif(0)).floor().cast("float64"),
        honest=_honest_bp().cast("int32"),
        promoters=_.promoters.cast("int32"),
        can_be_promoted=_.rate_bp.notnull() | (_.promoters > 0),
        earned=(_.price_fen * _.rate_bp.cast("float64") / WHOLE).floor().cast("float64"),
        net_short=_net_short().cast("float64"),
        before_level=_.before_level.cast("int8"),
        before_scored=_.before_scored.cast("int8"),
    )


# Not counts: null where there is nothing.
NULLABLE = {"low_short", "low_long", "high_short", "oldest_age"}


def _sums_of_days(days: Any, policy: PolicyBody) -> Any:
    short = _.age <= policy.short_days
    earlier = _.age > policy.short_days
    return (
        days.filter(_.age <= policy.long_days)
        .group_by("product_id")
        .agg(
            orders=count(_.paid_lines),
            units_long=count(_.units),
            units_short=count(_.units, where=short),
            units_week=count(_.units, where=_.age <= 7),
            units_before=count(_.units, where=earlier),
            gmv_long=total(_.gmv_fen),
            gmv_short=total(_.gmv_fen, where=short),
            gmv_week=total(_.gmv_fen, where=_.age <= 7),
            gmv_before=total(_.gmv_fen, where=earlier),
            refund_long=total(_.refund_fen),
            refund_short=total(_.refund_fen, where=short),
            clicks=count(_.clicks, where=short),
            promoted=count(_.promoted_lines, where=short),
            selling_days=count((_.paid_lines > 0).cast("int32")),
            low_short=_.lowest_unit_fen.min(where=short).cast("float64"),
            low_long=_.lowest_unit_fen.min().cast("float64"),
            high_short=_.highest_unit_fen.max(where=short).cast("float64"),
            quality_refunds=count(_.quality_refunds),
            promised=count(_.promised_lines),
            on_time=count(_.on_time_lines),
            reviews=count(_.reviews),
            stars=count(_.stars),
            oldest_age=_.age.max().cast("float64"),
        )
    )


def count(column: Any, *, where: Any = None) -> Any:
    """A sum of counts."""
    return column.sum(where=where).cast("int32").fill_null(0)


def total(column: Any, *, where: Any = None) -> Any:
    """A sum of whole numbers that may be large."""
    return column.sum(where=where).cast("float64").fill_null(0.0)


def _capped_by_day(days: Any, sums: Any, policy: PolicyBody) -> Any:
    """GMV of the short window in which no day counts for more than its part, no buyer for more than a few lines."""
    selling = days.filter((_.age <= policy.short_days) & (_.paid_lines > 0))
    joined = selling.join(sums.select("product_id", "gmv_short"), "product_id")
    by_buyers = (_.gmv_fen * ibis.least(1.0, policy.lines_per_buyer * _.buyers / _.paid_lines)).floor()
    by_day = (_.gmv_short * policy.day_cap_bp / WHOLE).floor()
    capped = ibis.least(by_buyers, by_day).cast("float64")
    return joined.mutate(capped=capped).group_by("product_id").agg(gmv_by_day=_.capped.sum())


def _capped_by_creator(promotions: Any, sums: Any, policy: PolicyBody) -> Any:
    """Promoters, and the promoted GMV in which no creator counts for more than their part."""
    joined = promotions.join(sums.select("product_id", "gmv_short"), "product_id")
    by_creator = (_.gmv_short * policy.creator_cap_bp / WHOLE).floor().cast("float64")
    capped = ibis.least(_.gmv_fen.cast("float64"), by_creator)
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
    edges = [(_.price_fen >= edge).cast("int32") for edge in policy.price_bands_fen]
    return sum(edges[1:], edges[0]) if edges else ibis.literal(0)


def _days_seen(policy: PolicyBody) -> Any:
    """Days on offer within the short window; an imported product was on offer when it first sold."""
    seen = ibis.greatest(_.days_admitted.cast("float64"), _.oldest_age.fill_null(0.0), 0.0)
    return ibis.least(seen, float(policy.short_days)).cast("int32")


def _standing(policy: PolicyBody) -> Any:
    points = ibis.cases(*((_.standing == n, p) for n, p in enumerate(policy.standing_points)), else_=0)
    fame = ibis.cases(*((_.brand_tier == n, p) for n, p in enumerate(policy.tier_points)), else_=0)
    return ibis.ifelse(_.standing > 0, points + fame, 0)


def _honest_bp() -> Any:
    """How little the price of now is above its own lows, in bp: whole, so that sums hang on no order of rows."""
    now = ibis.coalesce(
        _.gmv_week / _.units_week.nullif(0), _.gmv_short / _.units_short.nullif(0), _.gmv_long / _.units_long.nullif(0)
    )
    before = _.gmv_before / _.units_before.nullif(0)
    above_short = (now / _.low_short.nullif(0) - 1).fill_null(0.0)
    above_long = (now / _.low_long.nullif(0) - 1).fill_null(0.0)
    is_raised = ((_.high_short > before) & (now < _.high_short)).fill_null(False)
    raised = ibis.ifelse(is_raised, _.high_short / before.nullif(0) - 1, 0.0)
    honest = ibis.greatest(0.0, 1 - (above_short + above_long) / 2 - raised)
    return (honest * WHOLE + 0.000_001).floor()


def _net_short() -> Any:
    by_creator = _.gmv_short - _.promoted_gmv + _.promoted_capped
    return ibis.greatest(ibis.least(_.gmv_by_day, by_creator) - _.refund_short, 0.0)
