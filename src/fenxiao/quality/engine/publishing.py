"""What a run publishes beside its grades: who the peers are, what they show, and what a category and its brands sold.

With these and the raw facts of one product anybody can work its level out again.
"""

from functools import reduce
from typing import Any

import ibis
from ibis import _

from fenxiao.quality.engine.indicators import NO_BRAND, OWN_PRIOR, percentile_bp
from fenxiao.quality.engine.peers import KINDS
from fenxiao.quality.rules import INDICATORS
from fenxiao.quality.rules.peers import NO_BAND


def brands_of(shares: Any, *, categories: Any) -> Any:
    """What each category sold, and each of its brands; the row without a brand is the category's."""
    named = shares.join(categories, "category")
    whole = named.group_by("third_id").agg(
        gmv=_.category_gmv.max(), orders=_.category_orders.max(), brands=_.category_brands.max()
    )
    brands = named.filter(_.brand_id != NO_BRAND).select("third_id", "brand_id", gmv=_.brand_gmv)
    unknown = ibis.null("float64")
    return (
        whole.select("third_id", "gmv", "orders", "brands", brand_id=ibis.null("int64"))
        .select("third_id", "brand_id", "gmv", "orders", "brands")
        .union(brands.mutate(orders=unknown, brands=unknown))
        .order_by("third_id", "brand_id")
    )


def groups_of(names: Any, *, priors: Any) -> Any:
    """Each peer group: what names it, how many stand in it, what they cost and the prior of each indicator."""
    values = {code: _[f"prior_{code}"] for code in INDICATORS if code not in OWN_PRIOR}
    joined = names.join(priors, "group_id")
    return joined.select("group_key", "kind", "category", "band", "median_unit", size=_.peers, **values)


def names_of(groups: Any, *, cells: Any) -> Any:
    """What names each group, whatever its number in this run: its kind, category and band."""
    named = groups.filter(_.is_own).join(cells.select("cell", "third_id", "second_id", "band"), "cell")
    category = ibis.cases((_.peer_kind == 0, _.third_id), (_.peer_kind == 1, _.second_id), else_="")
    band = ibis.ifelse(_.peer_kind == len(KINDS) - 1, NO_BAND, _.band)
    found = named.mutate(category=category, band=band).group_by("group_id")
    # A group's cells agree on all three.
    names = found.agg(kind=_.peer_kind.max(), category=_.category.max(), band=_.band.max())
    key = names.kind.cast("string") + ":" + names.category + ":" + names.band.cast("string")
    return names.mutate(group_key=key)


def places_of(places: dict[str, Any], *, names: Any, priors: Any) -> Any:
    """For each group and indicator from worst to best: values, how many are worse, how many up to here.

    The values of one basis point stand together.
    """
    return (
        reduce(lambda a, b: a.union(b), (_places_of(code, found, priors) for code, found in places.items()))
        .join(names.select("group_id", "group_key"), "group_id")
        .select("group_key", "code", "low", "high", "below", "upto")
    )


def _places_of(code: str, found: Any, priors: Any) -> Any:
    known = priors.select("group_id", f"known_{code}")
    named = found.rename({f"upto_{code}": "upto", f"below_{code}": "below"}).join(known, "group_id")
    together = named.mutate(percentile=percentile_bp(code)).group_by("group_id", "percentile")
    return together.agg(
        low=_.value.min(), high=_.value.max(), below=_[f"below_{code}"].min(), upto=_[f"upto_{code}"].max()
    ).select("group_id", "low", "high", "below", "upto", code=ibis.literal(code))
