"""The eleven indicators as expressions, and every product's place in each.

Each indicator has a numerator and an evidence per product. Shrunk ones are (numerator + strength × prior) ÷ (evidence
+ strength), the prior being the peers' mean; the others are the numerator, or the prior where there is no evidence.
"""

from typing import Any

import ibis
from ibis import _

from fenxiao.quality.engine.goods import WHOLE, count
from fenxiao.quality.rules import INDICATORS, Indicator, PolicyBody

MIDDLE = WHOLE // 2
# Their means are not taken over peers: a share is drawn to an even one, a position to the median itself.
OWN_PRIOR = {"brand_share", "price_position"}

Parts = dict[str, tuple[Any, Any]]


def parts() -> Parts:
    """Numerator and evidence of each indicator, of the columns of `goods`; a brand's share needs `shares_of` too."""
    return {
        "brand_standing": (_.standing, _.standing.notnull().cast("int32")),
        "brand_share": (_.brand_share * _.category_orders, ibis.ifelse(_.has_share, _.category_orders, 0.0)),
        "price_position": (_.unit_fen, _.units_long),  # over the group's median, below
        "price_honesty": (_.honest * _.selling_days, _.selling_days),
        "active_promoters": (_.promoters, ibis.ifelse(_.can_be_promoted, _.days_seen, 0)),
        "commission_appeal": (_.earned.fill_null(0.0), _.earned.notnull().cast("int32")),
        "review_score": (_.stars, _.reviews),
        "quality_refund_rate": (ibis.least(_.quality_refunds, _.orders), _.orders),
        "on_time_rate": (_.on_time, _.promised),
        "gmv_30d": (_.net_short, _.days_seen),
        "conversion": (ibis.least(_.promoted, _.clicks), _.clicks),
    }


def prior_sums() -> dict[str, Any]:
    """For each indicator how many have evidence, and where it is drawn to their mean, the sums that make it."""
    sums = {"branded": count(_.brand_id.notnull().cast("int32"))}
    for code, (numerator, evidence) in parts().items():
        known = evidence > 0
        if code != "brand_share":  # known where the category has sold, which no product says
            sums[f"known_{code}"] = known.cast("float64").sum()
        if code not in OWN_PRIOR:
            weight = evidence if INDICATORS[code].strength else known
            sums[f"sum_{code}"] = numerator.cast("float64").sum(where=known).fill_null(0.0)
            sums[f"weight_{code}"] = weight.cast("float64").sum(where=known).fill_null(0.0)
    return sums


def shares_of(goods: Any, *, cells: Any) -> Any:
    """Each category's brands with their share of its net GMV, and its orders; a row without a brand for the rest."""
    category = sold_by_category(cells)
    brands = goods.group_by("category", "brand_id").agg(brand_gmv=_.net_long.sum())
    counted = brands.group_by("category").agg(category_brands=_.brand_id.notnull().cast("float64").sum())
    joined = brands.join(category, "category").join(counted, "category")
    has_share = _.brand_id.notnull() & (_.category_gmv > 0)
    return joined.mutate(has_share=has_share).select(
        "category",
        "category_orders",
        "category_brands",
        "category_gmv",
        "brand_gmv",
        "has_share",
        brand_id=_.brand_id.fill_null(NO_BRAND),
        brand_share=ibis.ifelse(_.has_share, _.brand_gmv / _.category_gmv.nullif(0), 0.0),
    )


NO_BRAND = -1  # joins do not meet on null


def sold_by_category(cells: Any) -> Any:
    """Each category's net GMV and paid lines."""
    return cells.group_by("category").agg(category_gmv=_.net_long.sum(), category_orders=_.orders.sum())


def priors_of(goods: Any, *, cells: Any, groups: Any) -> Any:
    """Each group: how many peers, how many of them with evidence, the median of what they cost, the priors."""
    known = [f"known_{code}" for code in INDICATORS]
    shrunk = [code for code in INDICATORS if code not in OWN_PRIOR]
    names = [f"{kind}_{code}" for code in shrunk for kind in ("sum", "weight")]
    sold = cells.join(sold_by_category(cells), "category")
    sold = sold.mutate(known_brand_share=ibis.ifelse(_.category_gmv > 0, _.branded, 0).cast("float64"))
    members = groups.select("cell", "group_id").join(sold, "cell")
    summed = members.group_by("group_id").agg(
        peers=_.products.sum().cast("int32"), **{name: _[name].sum() for name in (*known, *names)}
    )
    everyone = cells.agg(**{f"all_{name}": _[name].sum() for name in names})
    priced = goods.filter(_.unit_fen.notnull()).select("cell", "unit_fen")
    in_groups = priced.join(groups.select("cell", "group_id"), "cell")
    medians = in_groups.group_by("group_id").agg(median_unit=_.unit_fen.median())
    joined = summed.left_join(medians, "group_id").drop("group_id_right").cross_join(everyone)
    priors = {f"prior_{code}": _prior(code) for code in shrunk}
    whole = {name: _[name].cast("int64") for name in known}
    return joined.select("group_id", "peers", "median_unit", **whole, **priors)


def _prior(code: str) -> Any:
    scale = WHOLE if code == "price_honesty" else 1
    return ibis.coalesce(
        _[f"sum_{code}"] / _[f"weight_{code}"].nullif(0),
        _[f"all_sum_{code}"] / _[f"all_weight_{code}"].nullif(0),
        float(INDICATORS[code].fallback * scale),
    )


def valued(goods: Any, *, groups: Any, priors: Any, shares: Any, policy: PolicyBody, codes: Any = INDICATORS) -> Any:
    """Products once per group they stand in, with `v_CODE` and `e_CODE`: value, shrunk to the group, and evidence."""
    members = goods.join(groups, "cell").join(priors, "group_id")
    if "brand_share" in codes:
        branded = members.mutate(brand_id=_.brand_id.fill_null(NO_BRAND))
        members = branded.join(shares, ["category", "brand_id"])
    columns = {}
    for code in codes:
        numerator, evidence = (part.cast("float64") for part in parts()[code])
        columns[f"v_{code}"] = _value(INDICATORS[code], numerator, evidence, policy)
        columns[f"e_{code}"] = evidence
    return members.mutate(**columns)


def _value(one: Indicator, numerator: Any, evidence: Any, policy: PolicyBody) -> Any:
    strength = float(policy.strengths.get(one.code, one.strength))
    if one.code == "price_position":
        ratio = ibis.least(ibis.greatest(numerator / _.median_unit.nullif(0), 0.2), 5.0).fill_null(1.0)
        return (ratio * evidence + strength) / (evidence + strength)
    prior = 1.0 / ibis.greatest(_.category_brands, 1.0) if one.code == "brand_share" else _[f"prior_{one.code}"]
    if not one.strength:
        return ibis.ifelse(evidence > 0, numerator, prior)
    value = (numerator + prior * strength) / (evidence + strength)
    return value / WHOLE if one.code == "price_honesty" else value


def places_in(members: Any, one: Indicator) -> Any:
    """Each value that peers with evidence have in a group: how many are worse, and how many are worse or share it.

    Products share few values where evidence is thin. Ranking these and looking each product's up costs a fraction of
    ranking the products.
    """
    known = members.filter(_[f"e_{one.code}"] > 0)
    counted = known.group_by("group_id", value=_[f"v_{one.code}"]).agg(ties=_.count())
    worst_first = counted.value if one.higher_is_better else counted.value.desc()
    upto = counted.ties.sum().over(ibis.cumulative_window(group_by=counted.group_id, order_by=worst_first))
    return counted.mutate(upto=upto.cast("int32")).select(
        "group_id", "value", "upto", below=(_.upto - _.ties).cast("int32")
    )


def percentile_bp(code: str) -> Any:
    """The middle of those who share a place, among the peers with evidence."""
    upto, below, among = (_[f"{name}_{code}"].cast("int64") for name in ("upto", "below", "known"))
    return (upto + below) * WHOLE // ibis.greatest(among * 2, 1)


def with_places(members: Any, *, places: dict[str, Any]) -> Any:
    """Members with `p_CODE`, their percentile, for each indicator."""
    joined = members
    for code, found in places.items():
        named = found.rename({f"v_{code}": "value", f"upto_{code}": "upto", f"below_{code}": "below"})
        joined = joined.left_join(named, ["group_id", f"v_{code}"]).drop("group_id_right", f"v_{code}_right")
    return joined.mutate(**{f"p_{code}": _percentile(code) for code in INDICATORS})


def _percentile(code: str) -> Any:
    return ibis.ifelse(_[f"e_{code}"] > 0, percentile_bp(code), MIDDLE).cast("int16")
