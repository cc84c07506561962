"""The same levels by hand in pandas: `python bench/grading_pandas.py SNAPSHOT POLICY.json GRADES.parquet`.

Written as one would who has only pandas: sums by groupby, each indicator ranked by `groupby(group).rank()`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from grading_polars import CODES, COLUMNS, FALLBACK, LESS_IS_BETTER, PLAIN_CODES, POWERS, STRENGTH_CODES, WHOLE


def main(snapshot: Path, policy: dict[str, Any], into: Path) -> None:
    """Grade the snapshot."""
    goods = with_parts(read_goods(snapshot, policy), policy)
    members = with_values(goods, groups_of(goods, policy), policy)
    graded = with_levels(with_scores(with_ranks(members), policy), policy)
    graded[list(COLUMNS)].to_parquet(into, compression="zstd", index=False)


def read_goods(snapshot: Path, policy: dict[str, Any]) -> pd.DataFrame:
    """Products with the sums of their windows."""
    days = pd.read_parquet(snapshot / "days.parquet")
    days = days[days.age <= policy["long_days"]]
    short_days = days[days.age <= policy["short_days"]]
    sums, short = sums_of(days), sums_of_short(short_days)
    week = days[days.age <= 7].groupby("product_id").agg(units_week=("units", "sum"), gmv_week=("gmv_fen", "sum"))
    earlier = days[days.age > policy["short_days"]]
    earlier = earlier.groupby("product_id").agg(units_before=("units", "sum"), gmv_before=("gmv_fen", "sum"))
    capped = capped_by_day(short_days, short, policy)
    promoted = promoted_of(pd.read_parquet(snapshot / "promotions.parquet"), sums, short, policy)
    before = pd.read_parquet(snapshot / "before.parquet").set_index("product_id")
    before = before.rename(columns={"level": "before_level", "scored": "before_scored"})
    goods = pd.read_parquet(snapshot / "products.parquet").set_index("product_id")
    goods = goods.join([sums, short, week, earlier, capped, promoted, before])
    nullable = {"low_short", "low_long", "high_short", "oldest_age"}
    parts = (sums, short, week, earlier, capped.to_frame(), promoted)
    counted = [name for part in parts for name in part.columns if name not in nullable]
    goods[counted] = goods[counted].fillna(0)
    return goods.reset_index()


def sums_of(days: pd.DataFrame) -> pd.DataFrame:
    """The sums of the long window."""
    sums = days.groupby("product_id").agg(
        orders=("paid_lines", "sum"),
        units_long=("units", "sum"),
        gmv_long=("gmv_fen", "sum"),
        refund_long=("refund_fen", "sum"),
        low_long=("lowest_unit_fen", "min"),
        quality_refunds=("quality_refunds", "sum"),
        promised=("promised_lines", "sum"),
        on_time=("on_time_lines", "sum"),
        reviews=("reviews", "sum"),
        stars=("stars", "sum"),
        oldest_age=("age", "max"),
    )
    sums["selling_days"] = (days.paid_lines > 0).groupby(days.product_id).sum()
    return sums


def sums_of_short(short_days: pd.DataFrame) -> pd.DataFrame:
    """The sums of the short window."""
    return short_days.groupby("product_id").agg(
        units_short=("units", "sum"),
        gmv_short=("gmv_fen", "sum"),
        refund_short=("refund_fen", "sum"),
        clicks=("clicks", "sum"),
        promoted=("promoted_lines", "sum"),
        low_short=("lowest_unit_fen", "min"),
        high_short=("highest_unit_fen", "max"),
    )


def capped_by_day(short_days: pd.DataFrame, short: pd.DataFrame, policy: dict[str, Any]) -> Any:
    """GMV in which no day counts for more than its part, no buyer for more than a few lines."""
    selling = short_days[short_days.paid_lines > 0].join(short.gmv_short.rename("whole"), on="product_id")
    by_buyers = selling.gmv_fen * np.minimum(1.0, policy["lines_per_buyer"] * selling.buyers / selling.paid_lines)
    by_day = np.floor(selling.whole * policy["day_cap_bp"] / WHOLE)
    return np.minimum(np.floor(by_buyers), by_day).groupby(selling.product_id).sum().rename("gmv_by_day")


def promoted_of(told: pd.DataFrame, sums: pd.DataFrame, short: pd.DataFrame, policy: dict[str, Any]) -> pd.DataFrame:
    """Promoters, and the promoted GMV in which no creator counts for more than their part."""
    told = told.join(short.gmv_short.rename("whole"), on="product_id")
    told = told[told.whole.notna() | told.product_id.isin(sums.index)].fillna({"whole": 0})
    told["capped"] = np.minimum(told.gmv_fen, np.floor(told.whole * policy["creator_cap_bp"] / WHOLE))
    told["promoters"] = told.paid_lines > 0
    return told.groupby("product_id").agg(
        promoters=("promoters", "sum"), promoted_gmv=("gmv_fen", "sum"), promoted_capped=("capped", "sum")
    )


def with_parts(goods: pd.DataFrame, policy: dict[str, Any]) -> pd.DataFrame:
    """Products with the numerator and the evidence of each indicator."""
    honest_bp = honest_of(goods)
    seen = np.clip(np.maximum(goods.days_admitted, goods.oldest_age.fillna(0.0)), 0.0, float(policy["short_days"]))
    points = goods.standing.map(dict(enumerate(policy["standing_points"]))).fillna(0)
    fame = goods.brand_tier.map(dict(enumerate(policy["tier_points"]))).fillna(0)
    by_creator = goods.gmv_short - goods.promoted_gmv + goods.promoted_capped
    net = np.maximum(np.minimum(goods.gmv_by_day, by_creator) - goods.refund_short, 0.0)
    goods["net_long"] = np.maximum(goods.gmv_long - goods.refund_long, 0)
    by_category = goods.groupby("third_id")
    category_gmv, category_orders = by_category.net_long.transform("sum"), by_category.orders.transform("sum")
    brand_gmv = goods.groupby(["third_id", "brand_id"]).net_long.transform("sum")
    sold = goods.brand_id.notna() & (category_gmv > 0)
    has_plan = goods.rate_bp.notna()
    parts = {
        "brand_standing": ((points + fame).where(goods.standing > 0, 0), 1),
        "brand_share": ((brand_gmv / category_gmv).where(sold, 0.0) * category_orders, category_orders.where(sold, 0)),
        "price_position": (np.floor(over(goods, "gmv_long", "units_long")), goods.units_long),
        "price_honesty": ((honest_bp * goods.selling_days).where(goods.selling_days > 0, 0.0), goods.selling_days),
        "active_promoters": (goods.promoters, seen.where(has_plan | (goods.promoters > 0), 0.0)),
        "commission_appeal": (np.floor(goods.price_fen * goods.rate_bp.fillna(0) / WHOLE), has_plan),
        "review_score": (goods.stars, goods.reviews),
        "quality_refund_rate": (np.minimum(goods.quality_refunds, goods.orders), goods.orders),
        "on_time_rate": (goods.on_time, goods.promised),
        "gmv_30d": (net, seen),
        "conversion": (np.minimum(goods.promoted, goods.clicks), goods.clicks),
    }
    band = np.searchsorted(np.array(policy["price_bands_fen"]), goods.price_fen, side="right")
    kept = goods[
        ["product_id", "third_id", "second_id", "orders", "before_level", "before_scored", "override", "violations"]
    ]
    columns = {f"n_{code}": n for code, (n, _e) in parts.items()} | {f"e_{code}": e for code, (_n, e) in parts.items()}
    return kept.assign(band=band, category_brands=by_category.brand_id.transform("nunique"), **columns)


def over(goods: pd.DataFrame, a: str, b: str) -> "pd.Series[float]":
    """One column over another, where that is not zero."""
    return goods[a] / goods[b].where(goods[b] != 0)


def honest_of(goods: pd.DataFrame) -> Any:
    """How little the price of now is above its own lows, in bp."""
    now = over(goods, "gmv_week", "units_week").fillna(over(goods, "gmv_short", "units_short"))
    now = now.fillna(over(goods, "gmv_long", "units_long"))
    earlier = over(goods, "gmv_before", "units_before")
    above = (now / goods.low_short - 1).fillna(0.0) + (now / goods.low_long - 1).fillna(0.0)
    is_raised = (goods.high_short > earlier) & (now < goods.high_short)
    raised = (goods.high_short / earlier - 1).where(is_raised, 0.0)
    return np.floor(np.maximum(0.0, 1 - above / 2 - raised) * WHOLE + 0.000_001)


def groups_of(goods: pd.DataFrame, policy: dict[str, Any]) -> pd.DataFrame:
    """Each cell (category and band) with the groups in which its products stand."""
    keys = (["third_id", "band"], ["second_id", "band"], ["band"])
    cells = goods.groupby(["third_id", "second_id", "band"], as_index=False).agg(size=("product_id", "size"))
    least = policy["least_peers"]
    is_large = cells["size"] >= least
    has_parent = cells.groupby(keys[1])["size"].transform("sum") >= least
    left = cells["size"].where(~is_large & ~has_parent, 0).groupby(cells.band).transform("sum")
    cells["peer_kind"] = np.select([is_large, has_parent, left >= least], [0, 1, 2], 3)
    cells["everyone"] = 0
    found, numbered = [], 0
    for kind, key in enumerate((*keys, ["everyone"])):
        named = cells.loc[cells.peer_kind == kind, key].drop_duplicates()
        named["group_id"] = np.arange(numbered, numbered + len(named))
        numbered += len(named)
        standing = cells if kind == 1 else cells[cells.peer_kind == kind]
        found.append(standing.merge(named, on=key).assign(is_own=lambda rows, kind=kind: rows.peer_kind == kind))
    return pd.concat(found)[["third_id", "band", "group_id", "peer_kind", "is_own"]]


def with_values(goods: pd.DataFrame, groups: pd.DataFrame, policy: dict[str, Any]) -> pd.DataFrame:
    """Products once per group with the value of each indicator, shrunk to the group."""
    members = goods.merge(groups, on=["third_id", "band"])
    by_group = members.groupby("group_id")
    members["peers"] = by_group.product_id.transform("size")
    median = by_group.n_price_position.transform("median")
    for code in CODES:
        n, e = members[f"n_{code}"], members[f"e_{code}"]
        known, strength = e > 0, float(policy["strengths"].get(code, 0))
        members[f"{code}_among"] = known.groupby(members.group_id).transform("sum")
        if code == "price_position":
            members[f"{code}_value"] = ((n / median).clip(0.2, 5.0).fillna(1.0) * e + strength) / (e + strength)
            continue
        if code == "brand_share":
            prior = 1.0 / np.maximum(members.category_brands, 1.0)
        else:
            weights = e.where(known, 0) if code in STRENGTH_CODES else known
            prior = prior_of(n.where(known, 0), weights.astype("float64"), members, fallback=FALLBACK.get(code, 0.0))
        if code in PLAIN_CODES:
            members[f"{code}_value"] = n.where(known, prior).astype("float64")
        else:
            value = (n + prior * strength) / (e + strength)
            members[f"{code}_value"] = value / WHOLE if code == "price_honesty" else value
    return members


def prior_of(n: Any, weights: Any, members: pd.DataFrame, *, fallback: float) -> Any:
    """The peers' mean; everybody's where no peer has evidence; the fallback where nobody has."""
    sums, weight = n.groupby(members.group_id).transform("sum"), weights.groupby(members.group_id).transform("sum")
    every, every_weight = n[members.is_own].sum(), weights[members.is_own].sum()
    return (sums / weight.where(weight > 0)).fillna(every / every_weight if every_weight > 0 else fallback)


def with_ranks(members: pd.DataFrame) -> pd.DataFrame:
    """Members with their place and percentile in each indicator, among the peers with evidence."""
    for code in CODES:
        known = members[f"{code}_value"].where(members[f"e_{code}"] > 0).groupby(members.group_id)
        ascending = code not in LESS_IS_BETTER
        below, upto = known.rank("min", ascending=ascending) - 1, known.rank("max", ascending=ascending)
        among = members[f"{code}_among"]
        percentile = (below + upto) * WHOLE // np.maximum(among * 2, 1)
        members[f"{code}_percentile_bp"] = percentile.fillna(WHOLE // 2).astype("int16")
    return members


def with_scores(members: pd.DataFrame, policy: dict[str, Any]) -> pd.DataFrame:
    """Each product in its own group with powers, score, coverage and its place by score."""
    points, weight, covered = 0, 0, 0
    for power, codes in POWERS.items():
        weighed = sum(members[f"{c}_percentile_bp"].astype("int64") * policy["indicators"][c] for c in codes)
        is_known = np.logical_or.reduce([members[f"e_{c}"] > 0 for c in codes])
        members[f"power_{power}"] = (weighed // WHOLE).where(is_known)
        points = points + (weighed // WHOLE).where(is_known, 0) * policy["powers"][power]
        weight = weight + is_known * policy["powers"][power]
        covered = covered + sum(
            (members[f"e_{c}"] > 0) * policy["powers"][power] * policy["indicators"][c] for c in codes
        )
    members["score_bp"] = points // np.maximum(weight, 1)
    members["coverage_bp"] = covered // WHOLE
    members["place"] = members.groupby("group_id").score_bp.rank("min", ascending=False).astype("int64")
    return members[members.is_own].copy()


def with_levels(grades: pd.DataFrame, policy: dict[str, Any]) -> pd.DataFrame:
    """Grades with their levels, steps and label."""
    is_red = is_beyond_a_red_line(grades, policy)
    scored = np.where(is_red, 0, scored_of(grades, policy))
    before, before_scored = grades.before_level, grades.before_scored
    cases = [is_red, before.isna(), scored == before + 1, scored > before, scored == before, before_scored < before]
    step = np.select(cases, ["red_line", "first", "up", "one_up", "kept", "fall"], "fall_waits")
    rises, waits = np.isin(step, ["up", "one_up"]), step == "fall_waits"
    grades["scored"], grades["step"] = scored, step
    grades["level"] = np.where(rises, before + 1, np.where(waits, before, scored)).astype("int64")
    grades["is_select"] = np.logical_and.reduce(
        [grades.level >= 3, *(passes(grades, gate) for gate in policy["label_gates"])]
    )
    return grades.assign(**{f"{code}_evidence": grades[f"e_{code}"].astype("int32") for code in CODES})


def passes(grades: pd.DataFrame, gate: dict[str, Any]) -> Any:
    """Whether products pass a gate."""
    of = gate["of"]
    value = grades[of if of == "orders" else f"{of}_value" if of in CODES else f"power_{of}"]
    return value <= gate["bound"] if of in LESS_IS_BETTER else value >= gate["bound"]


def is_beyond_a_red_line(grades: pd.DataFrame, policy: dict[str, Any]) -> Any:
    """Whether products are L0."""
    is_red = (grades.violations > 0).to_numpy(copy=True)
    for line in policy["red_lines"]:
        value, enough = grades[f"{line['of']}_value"], grades[f"e_{line['of']}"] >= line["least_evidence"]
        is_red |= enough & (value > line["bound"] if line["of"] in LESS_IS_BETTER else value < line["bound"])
    return is_red


def scored_of(grades: pd.DataFrame, policy: dict[str, Any]) -> Any:
    """The level by score, coverage and gates."""
    reached, scored = np.ones(len(grades), dtype=bool), np.ones(len(grades), dtype="int64")
    for level in (2, 3, 4, 5):
        least = policy["quality_coverage_bp"] if level > 2 else policy["least_coverage_bp"]
        reached &= (grades.coverage_bp >= least) & (grades.score_bp >= policy["thresholds"][str(level)])
        for gate in policy["gates"]:
            if gate["level"] == level:
                reached &= passes(grades, gate)
        scored += reached
    return scored


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3]))
