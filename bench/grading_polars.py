"""The same grades by hand in Polars: `python bench/grading_polars.py SNAPSHOT POLICY.json GRADES.parquet`.

Written as one would who has only Polars: products, days and promotions are aggregated, every product is joined to the
groups it stands in, each indicator is ranked by `rank().over(group)`, and levels are columns of conditions.
"""

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl

WHOLE = 10_000
STRENGTH_CODES = (
    "price_honesty", "review_score", "quality_refund_rate", "on_time_rate", "conversion",
)  # fmt: skip
PLAIN_CODES = ("brand_standing", "active_promoters", "commission_appeal", "gmv_30d")
LESS_IS_BETTER = ("price_position", "quality_refund_rate")
POWERS = {
    "brand": ("brand_standing", "brand_share"),
    "price": ("price_position", "price_honesty"),
    "distribution": ("active_promoters", "commission_appeal"),
    "service": ("review_score", "quality_refund_rate", "on_time_rate"),
    "sales": ("gmv_30d", "conversion"),
}
CODES = tuple(code for codes in POWERS.values() for code in codes)
FALLBACK = {"price_honesty": 1.0 * WHOLE, "review_score": 4.0, "on_time_rate": 0.9}


def main(snapshot: Path, policy: dict[str, Any], into: Path) -> None:
    """Grade the snapshot."""
    goods = with_parts(read_goods(snapshot, policy), policy)
    members = with_values(goods, groups_of(goods, policy), policy)
    del goods
    ranked = with_ranks(members)
    del members
    graded = with_levels(with_scores(ranked, policy), policy)
    del ranked
    graded.select(COLUMNS).write_parquet(into, compression="zstd")


def read_goods(snapshot: Path, policy: dict[str, Any]) -> pl.LazyFrame:
    """Products with the sums of their windows."""
    days = pl.scan_parquet(snapshot / "days.parquet").filter(pl.col("age") <= policy["long_days"])
    sums = sums_of(days, policy).collect(engine="streaming")
    gmv_short = sums.lazy().select("product_id", "gmv_short")
    capped = capped_by_day(days, gmv_short, policy)
    promoted = promoted_of(pl.scan_parquet(snapshot / "promotions.parquet"), gmv_short, policy)
    before = pl.scan_parquet(snapshot / "before.parquet").rename({"level": "before_level", "scored": "before_scored"})
    nullable = {"product_id", "low_short", "low_long", "high_short", "oldest_age"}
    counted = [name for name in sums.columns if name not in nullable]
    return (
        pl.scan_parquet(snapshot / "products.parquet")
        .join(sums.lazy(), on="product_id", how="left")
        .join(capped, on="product_id", how="left")
        .join(promoted, on="product_id", how="left")
        .join(before, on="product_id", how="left")
        .with_columns(pl.col(*counted, "gmv_by_day", "promoters", "promoted_gmv", "promoted_capped").fill_null(0))
    )


def sums_of(days: pl.LazyFrame, policy: dict[str, Any]) -> pl.LazyFrame:
    """The sums of the windows."""
    age, short_days = pl.col("age"), policy["short_days"]
    short, week, earlier = age <= short_days, age <= 7, age > short_days
    return days.group_by("product_id").agg(
        pl.col("paid_lines").sum().alias("orders"),
        pl.col("units").sum().alias("units_long"),
        pl.col("units").filter(short).sum().alias("units_short"),
        pl.col("units").filter(week).sum().alias("units_week"),
        pl.col("units").filter(earlier).sum().alias("units_before"),
        pl.col("gmv_fen").sum().alias("gmv_long"),
        pl.col("gmv_fen").filter(short).sum().alias("gmv_short"),
        pl.col("gmv_fen").filter(week).sum().alias("gmv_week"),
        pl.col("gmv_fen").filter(earlier).sum().alias("gmv_before"),
        pl.col("refund_fen").sum().alias("refund_long"),
        pl.col("refund_fen").filter(short).sum().alias("refund_short"),
        pl.col("clicks").filter(short).sum(),
        pl.col("promoted_lines").filter(short).sum().alias("promoted"),
        (pl.col("paid_lines") > 0).sum().cast(pl.Int64).alias("selling_days"),
        pl.col("lowest_unit_fen").filter(short).min().alias("low_short"),
        pl.col("lowest_unit_fen").min().alias("low_long"),
        pl.col("highest_unit_fen").filter(short).max().alias("high_short"),
        pl.col("quality_refunds").sum(),
        pl.col("promised_lines").sum().alias("promised"),
        pl.col("on_time_lines").sum().alias("on_time"),
        pl.col("reviews").sum(),
        pl.col("stars").sum(),
        age.max().cast(pl.Float64).alias("oldest_age"),
    )


def capped_by_day(days: pl.LazyFrame, gmv_short: pl.LazyFrame, policy: dict[str, Any]) -> pl.LazyFrame:
    """GMV in which no day counts for more than its part, no buyer for more than a few lines."""
    short = pl.col("age") <= policy["short_days"]
    share_of_buyers = pl.min_horizontal(
        pl.lit(1.0), policy["lines_per_buyer"] * pl.col("buyers") / pl.col("paid_lines")
    )
    by_buyers = (pl.col("gmv_fen") * share_of_buyers).floor()
    by_day = (pl.col("gmv_short") * policy["day_cap_bp"] / WHOLE).floor()
    return (
        days.filter(short & (pl.col("paid_lines") > 0))
        .join(gmv_short, on="product_id")
        .group_by("product_id")
        .agg(pl.min_horizontal(by_buyers, by_day).sum().alias("gmv_by_day"))
    )


def promoted_of(told: pl.LazyFrame, gmv_short: pl.LazyFrame, policy: dict[str, Any]) -> pl.LazyFrame:
    """Promoters, and the promoted GMV in which no creator counts for more than their part."""
    by_creator = (pl.col("gmv_short") * policy["creator_cap_bp"] / WHOLE).floor()
    return (
        told.join(gmv_short, on="product_id")
        .group_by("product_id")
        .agg(
            (pl.col("paid_lines") > 0).sum().cast(pl.Int64).alias("promoters"),
            pl.col("gmv_fen").sum().alias("promoted_gmv"),
            pl.min_horizontal(pl.col("gmv_fen").cast(pl.Float64), by_creator).sum().alias("promoted_capped"),
        )
    )


def with_parts(goods: pl.LazyFrame, policy: dict[str, Any]) -> pl.DataFrame:
    """Products with the numerator and the evidence of each indicator."""
    col = pl.col
    pairs = pairs_of(policy)
    net_long = pl.max_horizontal(col("gmv_long") - col("refund_long"), pl.lit(0))
    parts = {f"n_{code}": n.cast(pl.Float64) for code, (n, _) in pairs.items()}
    parts |= {f"e_{code}": e.cast(pl.Float64) for code, (_, e) in pairs.items()}
    band = pl.sum_horizontal([(col("price_fen") >= edge).cast(pl.Int64) for edge in policy["price_bands_fen"]])
    return (
        goods.with_columns(
            net_long.alias("net_long"), over("gmv_long", "units_long").floor().alias("unit_fen"), band=band
        )
        .with_columns(
            col("net_long").sum().over("third_id").alias("category_gmv"),
            col("orders").sum().over("third_id").alias("category_orders"),
            col("brand_id").drop_nulls().n_unique().over("third_id").cast(pl.Float64).alias("category_brands"),
            col("net_long").sum().over("third_id", "brand_id").alias("brand_gmv"),
        )
        .select(
            *("product_id", "third_id", "second_id", "band", "orders", "category_brands"),
            *("before_level", "before_scored", "override", "violations"),
            **parts,
        )
        .collect()
    )


def pairs_of(policy: dict[str, Any]) -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Numerator and evidence of each indicator."""
    col = pl.col
    seen = days_seen(policy)
    points = col("standing").replace_strict(dict(enumerate(policy["standing_points"])), default=0)
    fame = col("brand_tier").replace_strict(dict(enumerate(policy["tier_points"])), default=0)
    by_creator = col("gmv_short") - col("promoted_gmv") + col("promoted_capped")
    net = pl.max_horizontal(pl.min_horizontal(col("gmv_by_day"), by_creator) - col("refund_short"), pl.lit(0.0))
    sold = col("brand_id").is_not_null() & (col("category_gmv") > 0)
    share = pl.when(sold).then(col("brand_gmv") / col("category_gmv")).otherwise(0.0)
    earned = (col("price_fen") * col("rate_bp").fill_null(0).cast(pl.Float64) / WHOLE).floor()
    return {
        "brand_standing": (pl.when(col("standing") > 0).then(points + fame).otherwise(0), pl.lit(1)),
        "brand_share": (share * col("category_orders"), pl.when(sold).then(col("category_orders")).otherwise(0)),
        "price_position": (col("unit_fen"), col("units_long")),
        "price_honesty": (
            pl.when(col("selling_days") > 0).then(honest_bp() * col("selling_days")).otherwise(0.0),
            col("selling_days"),
        ),
        "active_promoters": (
            col("promoters"),
            pl.when(col("rate_bp").is_not_null() | (col("promoters") > 0)).then(seen).otherwise(0.0),
        ),
        "commission_appeal": (earned, col("rate_bp").is_not_null()),
        "review_score": (col("stars"), col("reviews")),
        "quality_refund_rate": (pl.min_horizontal(col("quality_refunds"), col("orders")), col("orders")),
        "on_time_rate": (col("on_time"), col("promised")),
        "gmv_30d": (net, seen),
        "conversion": (pl.min_horizontal(col("promoted"), col("clicks")), col("clicks")),
    }


def over(a: str, b: str) -> pl.Expr:
    """One column over another, where that is not zero."""
    return pl.when(pl.col(b) != 0).then(pl.col(a) / pl.col(b))


def honest_bp() -> pl.Expr:
    """How little the price of now is above its own lows."""
    col = pl.col
    now = pl.coalesce(over("gmv_week", "units_week"), over("gmv_short", "units_short"), over("gmv_long", "units_long"))
    earlier = over("gmv_before", "units_before")
    above_short = (now / col("low_short") - 1).fill_null(0.0)
    above_long = (now / col("low_long") - 1).fill_null(0.0)
    is_raised = ((col("high_short") > earlier) & (now < col("high_short"))).fill_null(value=False)
    raised = pl.when(is_raised).then(col("high_short") / earlier - 1).otherwise(0.0)
    honest = pl.max_horizontal(pl.lit(0.0), 1 - (above_short + above_long) / 2 - raised)
    return (honest * WHOLE + 0.000_001).floor()


def days_seen(policy: dict[str, Any]) -> pl.Expr:
    """Days on offer within the short window."""
    col = pl.col
    return pl.min_horizontal(
        pl.max_horizontal(col("days_admitted").cast(pl.Float64), col("oldest_age").fill_null(0.0), pl.lit(0.0)),
        pl.lit(float(policy["short_days"])),
    )


def groups_of(goods: pl.DataFrame, policy: dict[str, Any]) -> pl.DataFrame:
    """Each cell (category and band) with the groups in which its products stand."""
    keys = (["third_id", "band"], ["second_id", "band"], ["band"], [])
    cells = goods.group_by("third_id", "second_id", "band").len().with_columns(peer_kind=kind_of_cell(policy))
    found, numbered = [], 0
    for number, key in enumerate(keys):
        own = cells.filter(pl.col("peer_kind") == number)
        named = (own.select(key).unique() if key else own.select(pl.lit(0)).unique()).with_row_index(
            "group_id", numbered
        )
        numbered += named.height
        standing = cells if number == 1 else own
        joined = standing.join(named, on=key) if key else standing.join(named.select("group_id"), how="cross")
        found.append(joined.select("third_id", "band", "group_id", "peer_kind", is_own=pl.col("peer_kind") == number))
    return pl.concat(found)


def kind_of_cell(policy: dict[str, Any]) -> pl.Expr:
    """0 where a cell is large enough, 1 where its parent's is, else 2 or 3: what is left of the band, or of all."""
    least, size = policy["least_peers"], pl.col("len")
    in_second = size.sum().over("second_id", "band")
    is_left = (size < least) & (in_second < least)
    left = pl.when(is_left).then(size).otherwise(0).sum().over("band")
    return pl.when(size >= least).then(0).when(in_second >= least).then(1).when(left >= least).then(2).otherwise(3)


def with_values(goods: pl.DataFrame, groups: pl.DataFrame, policy: dict[str, Any]) -> pl.DataFrame:
    """Products once per group with the value of each indicator, shrunk to the group."""
    members = goods.join(groups, on=["third_id", "band"])
    sums = []
    for code in CODES:
        known = pl.col(f"e_{code}") > 0
        sums.append(known.sum().cast(pl.Int64).alias(f"among_{code}"))
        if code in STRENGTH_CODES or code in PLAIN_CODES:
            weight = pl.col(f"e_{code}").filter(known).sum() if code in STRENGTH_CODES else known.sum().cast(pl.Float64)
            sums += [pl.col(f"n_{code}").filter(known).sum().alias(f"sum_{code}"), weight.alias(f"weight_{code}")]
    median = pl.col("n_price_position").median().alias("median_unit")
    priors = members.lazy().group_by("group_id").agg(pl.len().cast(pl.Int64).alias("peers"), median, *sums)
    everyone = members.lazy().filter(pl.col("is_own")).select(sums).select(pl.all().name.prefix("all_"))
    priors = priors.join(everyone, how="cross")

    def prior(code: str) -> pl.Expr:
        own = pl.when(pl.col(f"weight_{code}") > 0).then(pl.col(f"sum_{code}") / pl.col(f"weight_{code}"))
        every = pl.when(pl.col(f"all_weight_{code}") > 0).then(pl.col(f"all_sum_{code}") / pl.col(f"all_weight_{code}"))
        return pl.coalesce(own, every, pl.lit(FALLBACK.get(code, 0.0)))

    priors = priors.select(
        "group_id",
        "peers",
        "median_unit",
        *(f"among_{code}" for code in CODES),
        *(prior(code).alias(f"prior_{code}") for code in (*STRENGTH_CODES, *PLAIN_CODES)),
    )
    values = [value_of(code, policy).alias(f"{code}_value") for code in CODES]
    return members.lazy().join(priors, on="group_id").with_columns(values).drop(f"n_{code}" for code in CODES).collect()


def value_of(code: str, policy: dict[str, Any]) -> pl.Expr:
    """The value of one indicator."""
    n, e = pl.col(f"n_{code}"), pl.col(f"e_{code}")
    strength = float(policy["strengths"].get(code, 0))
    if code == "price_position":
        ratio = (n / pl.col("median_unit")).clip(0.2, 5.0).fill_null(1.0)
        return (ratio * e + strength) / (e + strength)
    prior = (
        1.0 / pl.max_horizontal(pl.col("category_brands"), pl.lit(1.0))
        if code == "brand_share"
        else pl.col(f"prior_{code}")
    )
    if code in PLAIN_CODES:
        return pl.when(e > 0).then(n).otherwise(prior)
    value = (n + prior * strength) / (e + strength)
    return value / WHOLE if code == "price_honesty" else value


def with_ranks(members: pl.DataFrame) -> pl.DataFrame:
    """Members with their place and percentile in each indicator, among the peers with evidence."""
    places = []
    for code in CODES:
        known, among = pl.when(pl.col(f"e_{code}") > 0).then(pl.col(f"{code}_value")), pl.col(f"among_{code}")
        descending = code in LESS_IS_BETTER
        below = known.rank("min", descending=descending).over("group_id").cast(pl.Int64) - 1
        upto = known.rank("max", descending=descending).over("group_id").cast(pl.Int64)
        percentile = (below + upto) * WHOLE // pl.max_horizontal(among * 2, pl.lit(1))
        places += [
            percentile.fill_null(WHOLE // 2).cast(pl.Int16).alias(f"{code}_percentile_bp"),
        ]
    return members.lazy().with_columns(places).drop(f"among_{code}" for code in CODES).collect()


def with_scores(members: pl.DataFrame, policy: dict[str, Any]) -> pl.DataFrame:
    """Each product in its own group with powers, score, coverage and its place by score."""
    powers = []
    for power, codes in POWERS.items():
        weighed = pl.sum_horizontal(
            pl.col(f"{c}_percentile_bp").cast(pl.Int64) * policy["indicators"][c] for c in codes
        )
        is_known = pl.any_horizontal(pl.col(f"e_{c}") > 0 for c in codes)
        powers.append(pl.when(is_known).then(weighed // WHOLE).cast(pl.Int32).alias(f"power_{power}"))
    points = pl.sum_horizontal(pl.col(f"power_{p}").fill_null(0).cast(pl.Int64) * policy["powers"][p] for p in POWERS)
    weight = pl.sum_horizontal(pl.col(f"power_{p}").is_not_null().cast(pl.Int64) * policy["powers"][p] for p in POWERS)
    covered = pl.sum_horizontal(
        (pl.col(f"e_{c}") > 0).cast(pl.Int64) * policy["powers"][p] * policy["indicators"][c]
        for p, codes in POWERS.items()
        for c in codes
    )
    return (
        members.with_columns(powers)
        .with_columns(
            score_bp=(points // pl.max_horizontal(weight, pl.lit(1))).cast(pl.Int32),
            coverage_bp=(covered // WHOLE).cast(pl.Int32),
        )
        .with_columns(place=pl.col("score_bp").rank("min", descending=True).over("group_id").cast(pl.Int64))
        .filter("is_own")
    )


def with_levels(grades: pl.DataFrame, policy: dict[str, Any]) -> pl.DataFrame:
    """Grades with their levels, steps and label."""
    col = pl.col
    before, before_scored, scored = col("before_level"), col("before_scored"), col("scored")
    step = (
        pl.when("is_red").then(pl.lit("red_line"))
        .when(before.is_null()).then(pl.lit("first"))
        .when(scored == before + 1).then(pl.lit("up"))
        .when(scored > before).then(pl.lit("one_up"))
        .when(scored == before).then(pl.lit("kept"))
        .when(before_scored < before).then(pl.lit("fall"))
        .otherwise(pl.lit("fall_waits"))
    )  # fmt: skip
    level = (
        pl.when(col("step").is_in(["up", "one_up"])).then(before + 1)
        .when(col("step") == "fall_waits").then(before)
        .otherwise(scored)
    )  # fmt: skip
    return (
        grades.lazy()
        .with_columns(is_red=pl.any_horizontal(reds(policy)))
        .with_columns(scored=pl.when("is_red").then(0).otherwise(1 + pl.sum_horizontal(steps(policy))).cast(pl.Int64))
        .with_columns(step=step)
        .with_columns(level=level.cast(pl.Int64))
        .with_columns(is_select=pl.all_horizontal(col("level") >= 3, *(passes(gate) for gate in policy["label_gates"])))
        .with_columns(col(f"e_{code}").cast(pl.Int32).alias(f"{code}_evidence") for code in CODES)
        .collect()
    )


def passes(gate: dict[str, Any]) -> pl.Expr:
    """Whether products pass a gate."""
    of = gate["of"]
    name = of if of == "orders" else f"{of}_value" if of in CODES else f"power_{of}"
    held = pl.col(name) <= gate["bound"] if of in LESS_IS_BETTER else pl.col(name) >= gate["bound"]
    return held.fill_null(value=False)


def reds(policy: dict[str, Any]) -> list[pl.Expr]:
    """What makes products L0."""
    col = pl.col
    return [col("violations") > 0] + [
        (col(f"e_{line['of']}") >= line["least_evidence"])
        & (
            col(f"{line['of']}_value") > line["bound"]
            if line["of"] in LESS_IS_BETTER
            else col(f"{line['of']}_value") < line["bound"]
        )
        for line in policy["red_lines"]
    ]


def steps(policy: dict[str, Any]) -> list[pl.Expr]:
    """For each level above the first whether it is reached."""
    col = pl.col
    reached, found = pl.lit(value=True), []
    for level in (2, 3, 4, 5):
        least = policy["quality_coverage_bp"] if level > 2 else policy["least_coverage_bp"]
        gates = [passes(gate) for gate in policy["gates"] if gate["level"] == level]
        threshold = policy["thresholds"][str(level)]
        reached = pl.all_horizontal(reached, col("coverage_bp") >= least, col("score_bp") >= threshold, *gates)
        found.append(reached.cast(pl.Int64))
    return found


MEASURED = ("value", "evidence", "percentile_bp")
COLUMNS = (
    *("product_id", "level", "scored", "step", "is_select", "before_level", "score_bp", "coverage_bp", "orders"),
    *("place", "peers", "peer_kind", "third_id", "second_id", "band"),
    *("override", "violations"),
    *(f"power_{power}" for power in POWERS),
    *(f"{code}_{name}" for code in CODES for name in MEASURED),
)

if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3]))
