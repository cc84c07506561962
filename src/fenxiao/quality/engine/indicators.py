"""The eleven indicators as expressions, and every product's place in each.

Each indicator has a numerator and an evidence per product. Shrunk ones are (numerator + strength × prior) ÷ (evidence
+ strength), the prior being the peers' mean; the others are the numerator, or the prior where there is no evidence.
"""

from typing import Any

import ibis
from ibis import _

from fenxiao.quality.engine.goods import WHOLE, total
from fenxiao.quality.rules import INDICATORS, Indicator, PolicyBody

MIDDLE = WHOLE // 2
# Their means are not taken over peers: a share is drawn to an even one, a position to the median itself.
OWN_PRIOR = {"brand_share", "price_position"}


def with_brand_share(goods: Any) -> Any:
    """Products with their brand's and their category's net GMV, the category's orders and its number of brands."""
    net = ibis.greatest(_.gmv_long - _.refund_long, 0.0)
    category = goods.group_by("third_id").agg(
        category_gmv=net.sum(), category_orders=_.orders.sum(), category_brands=_.brand_id.nunique().cast("float64")
    )
    brand = goods.filter(_.brand_id.notnull()).group_by("third_id", "brand_id").agg(brand_gmv=net.sum())
    joined = goods.join(category, "third_id").left_join(brand, ["third_id", "brand_id"])
    return joined.drop("third_id_right", "brand_id_right")


def with_numerators(goods: Any, *, policy: PolicyBody) -> Any:
    """Products with `n_CODE` and `e_CODE` of each indicator."""
    parts = _brand(policy) | _price() | _distribution() | _service() | _sales()
    columns = {}
    for code, (numerator, evidence) in parts.items():
        columns[f"n_{code}"], columns[f"e_{code}"] = numerator.cast("float64"), evidence.cast("float64")
    return goods.mutate(unit_fen=(_.gmv_long / _.units_long.nullif(0)).floor()).mutate(**columns)


Parts = dict[str, tuple[Any, Any]]


def _brand(policy: PolicyBody) -> Parts:
    points = ibis.cases(*((_.standing == n, p) for n, p in enumerate(policy.standing_points)), else_=0)
    fame = ibis.cases(*((_.brand_tier == n, p) for n, p in enumerate(policy.tier_points)), else_=0)
    sold = _.brand_id.notnull() & (_.category_gmv > 0)
    share = ibis.ifelse(sold, _.brand_gmv / _.category_gmv.nullif(0), 0.0)
    return {
        "brand_standing": (ibis.ifelse(_.standing > 0, points + fame, 0), ibis.literal(1)),
        "brand_share": (share * _.category_orders, ibis.ifelse(sold, _.category_orders, 0.0)),
    }


def _price() -> Parts:
    now = ibis.coalesce(
        _.gmv_week / _.units_week.nullif(0), _.gmv_short / _.units_short.nullif(0), _.gmv_long / _.units_long.nullif(0)
    )
    before = _.gmv_before / _.units_before.nullif(0)
    above_short = (now / _.low_short.nullif(0) - 1).fill_null(0.0)
    above_long = (now / _.low_long.nullif(0) - 1).fill_null(0.0)
    is_raised = ((_.high_short > before) & (now < _.high_short)).fill_null(False)
    raised = ibis.ifelse(is_raised, _.high_short / before.nullif(0) - 1, 0.0)
    honest = ibis.greatest(0.0, 1 - (above_short + above_long) / 2 - raised)
    honest_bp = (honest * WHOLE + 0.000_001).floor()  # whole, so that the peers' sum hangs on no order of rows
    return {
        "price_position": (ibis.literal(0.0), _.units_long),  # made with the group's median, below
        "price_honesty": (ibis.ifelse(_.selling_days > 0, honest_bp * _.selling_days, 0.0), _.selling_days),
    }


def _distribution() -> Parts:
    can_be_promoted = _.rate_bp.notnull() | (_.promoters > 0)
    earned = (_.price_fen * _.rate_bp.fill_null(0).cast("float64") / WHOLE).floor()
    return {
        "active_promoters": (_.promoters, ibis.ifelse(can_be_promoted, _.days_seen, 0.0)),
        "commission_appeal": (earned, _.rate_bp.notnull().cast("int64")),
    }


def _service() -> Parts:
    return {
        "review_score": (_.stars, _.reviews),
        "quality_refund_rate": (ibis.least(_.quality_refunds, _.orders), _.orders),
        "on_time_rate": (_.on_time, _.promised),
    }


def _sales() -> Parts:
    by_creator = _.gmv_short - _.promoted_gmv + _.promoted_capped
    net = ibis.greatest(ibis.least(_.gmv_by_day, by_creator) - _.refund_short, 0.0)
    return {
        "gmv_30d": (net, _.days_seen),
        "conversion": (ibis.least(_.promoted, _.clicks), _.clicks),
    }


def with_values(members: Any, *, policy: PolicyBody) -> Any:
    """Members of groups with the value of each indicator, shrunk to their group."""
    priors = members.group_by("group_id").agg(peers=_.count(), median_unit=_.unit_fen.median(), **_prior_sums())
    everyone = members.filter(_.is_own).agg(**{f"all_{name}": value for name, value in _prior_sums().items()})
    joined = members.join(priors, "group_id").cross_join(everyone)
    values = {f"{one.code}_value": _value(one, policy) for one in INDICATORS.values()}
    # Ranking carries every column along, eleven times over: only what is used later may stay.
    kept = [name for name in members.columns if not name.startswith("n_")]
    return joined.mutate(**values).select(*kept, "peers", *values, *(f"known_{code}" for code in INDICATORS))


def _prior_sums() -> dict[str, Any]:
    sums = {}
    for one in INDICATORS.values():
        known = _[f"e_{one.code}"] > 0
        sums[f"known_{one.code}"] = known.cast("int64").sum().cast("float64")
        if one.code not in OWN_PRIOR:
            sums[f"sum_{one.code}"] = total(_[f"n_{one.code}"], where=known)
            sums[f"weight_{one.code}"] = (
                total(_[f"e_{one.code}"], where=known) if one.strength else sums[f"known_{one.code}"]
            )
    return sums


def _value(one: Indicator, policy: PolicyBody) -> Any:
    numerator, evidence = _[f"n_{one.code}"], _[f"e_{one.code}"]
    strength = float(policy.strengths.get(one.code, one.strength))
    if one.code == "price_position":
        ratio = ibis.least(ibis.greatest(_.unit_fen / _.median_unit.nullif(0), 0.2), 5.0).fill_null(1.0)
        return (ratio * evidence + strength) / (evidence + strength)
    if one.code == "brand_share":
        prior = 1.0 / ibis.greatest(_.category_brands, 1.0)
        return (numerator + prior * strength) / (evidence + strength)
    prior = _prior(one)
    if not one.strength:
        return ibis.ifelse(evidence > 0, numerator, prior)
    value = (numerator + prior * strength) / (evidence + strength)
    return value / WHOLE if one.code == "price_honesty" else value


def _prior(one: Indicator) -> Any:
    scale = WHOLE if one.code == "price_honesty" else 1
    return ibis.coalesce(
        _[f"sum_{one.code}"] / _[f"weight_{one.code}"].nullif(0),
        _[f"all_sum_{one.code}"] / _[f"all_weight_{one.code}"].nullif(0),
        one.fallback * scale,
    )


def ranks_of(valued: Any, one: Indicator) -> Any:
    """Each member with evidence, with how many of those peers are below it (`below`) and up to it (`upto`, a part).

    A narrow table: ranking carries every column along, and all members with their columns took six times as long.
    """
    known = valued.filter(valued[f"e_{one.code}"] > 0)
    value = known[f"{one.code}_value"]
    window = ibis.window(group_by=known.group_id, order_by=value if one.higher_is_better else -value)
    return known.select(
        "product_id",
        "group_id",
        **{f"below_{one.code}": ibis.rank().over(window), f"upto_{one.code}": ibis.cume_dist().over(window)},
    )


def with_places(valued: Any, *, ranks: dict[str, Any]) -> Any:
    """Members with their percentile, place and number of peers with evidence, for each indicator."""
    keys = ["product_id", "group_id"]
    joined = valued
    for one in INDICATORS.values():
        joined = joined.left_join(ranks[one.code], keys).drop("product_id_right", "group_id_right")
    return joined.mutate(**{name: value for code in INDICATORS for name, value in _places(code).items()})


def _places(code: str) -> dict[str, Any]:
    among = _[f"known_{code}"].cast("int64")
    upto = (_[f"upto_{code}"] * _[f"known_{code}"]).round().cast("int64")
    percentile = ((_[f"below_{code}"] + upto) * WHOLE) // ibis.greatest(among * 2, 1)
    return {
        f"{code}_percentile_bp": percentile.fill_null(MIDDLE).cast("int64"),
        f"{code}_place": (among - upto + 1).fill_null(0).cast("int64"),
        f"{code}_among": among,
        f"{code}_evidence": _[f"e_{code}"],
    }
