"""What a run publishes beside its grades: who the peers are, what they show, and what a category sold.

With these and the raw facts of one product anybody can work its level out again. They lie in the run's snapshot and are
forgotten with it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from fenxiao.quality import results
from fenxiao.quality.engine import SOURCES, compiled
from fenxiao.quality.rules import INDICATORS, Indicator, PolicyBody
from fenxiao.quality.rules.levels import Before
from fenxiao.quality.rules.peers import Peers, Places, Stand, group_keys
from fenxiao.quality.rules.raw import CategoryTotals, RawDay, RawFacts, RawPromotion, row_of

MEMORY: Final = "4GB"
ROW_GROUP: Final = 20_000
LAST_STAGE: Final = "valued"  # ranks are counted here from the values alone
OWN_PRIOR: Final = frozenset({"brand_share", "price_position"})  # see rules.measuring.prior_of

BRANDS: Final = """
WITH net AS (SELECT third_id, brand_id, orders, greatest(gmv_long - refund_long, 0.0) AS fen FROM goods)
SELECT third_id, NULL::BIGINT AS brand_id, sum(fen) AS gmv, sum(orders) AS orders,
       count(DISTINCT brand_id)::DOUBLE AS brands
FROM net GROUP BY third_id
UNION ALL
SELECT third_id, brand_id, sum(fen), sum(orders), NULL FROM net WHERE brand_id IS NOT NULL GROUP BY third_id, brand_id
ORDER BY third_id, brand_id NULLS FIRST
"""


def publish(snapshot: Path, *, policy: PolicyBody) -> None:
    """Write what the run on `snapshot` publishes into the snapshot's folder."""
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(snapshot)}) as lake:
        for name in SOURCES:
            lake.execute(f"CREATE TEMP VIEW {name} AS FROM read_parquet('{snapshot / name}.parquet')")
        for name, query in compiled(json.dumps(policy.as_json(), sort_keys=True), dialect="duckdb"):
            lake.execute(f"CREATE TEMP TABLE {name} AS {query}")
            if name == LAST_STAGE:
                break
        for name, query in (("brands", BRANDS), ("groups", _groups()), ("places", _places())):
            form = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
            lake.execute(f"COPY ({query}) TO '{snapshot / name}.parquet' ({form})")


def _groups() -> str:
    priors = ", ".join(_prior(one) for code, one in INDICATORS.items() if code not in OWN_PRIOR)
    return f"""
    WITH everyone AS (SELECT {", ".join(_all_sums())} FROM members WHERE is_own)
    SELECT min(peer_kind) FILTER (WHERE is_own) AS kind, category, group_band AS band, group_id, count(*) AS size,
           median(unit_fen)::DOUBLE AS median_unit, {priors}
    FROM members, everyone GROUP BY category, group_band, group_id, everyone ORDER BY group_id
    """  # noqa: S608  # our own names


def _all_sums() -> Iterator[str]:
    for code, one in INDICATORS.items():
        if code not in OWN_PRIOR:
            yield f"{_total(one)} AS all_{code}, {_weight(one)} AS all_weight_{code}"


def _total(one: Indicator) -> str:
    return f"sum(n_{one.code}) FILTER (WHERE e_{one.code} > 0)"


def _weight(one: Indicator) -> str:
    counted = f"sum(e_{one.code})" if one.strength else "count(*)::DOUBLE"
    return (
        f"{counted} FILTER (WHERE e_{one.code} > 0)"
        if one.strength
        else f"(count(*) FILTER (WHERE e_{one.code} > 0))::DOUBLE"
    )


def _prior(one: Indicator) -> str:
    """The peers' mean; where none has evidence everybody's; where nobody has any, the fallback."""
    scale = 10_000 if one.code == "price_honesty" else 1
    return (
        f"coalesce({_total(one)} / nullif({_weight(one)}, 0), any_value(everyone.all_{one.code})"
        f" / nullif(any_value(everyone.all_weight_{one.code}), 0), {one.fallback * scale}) AS {one.code}"
    )


def _places() -> str:
    parts = " UNION ALL ".join(_places_of(one) for one in INDICATORS.values())
    return f"SELECT * FROM ({parts}) ORDER BY group_id, code, upto"  # noqa: S608  # our own names


def _places_of(one: Indicator) -> str:
    order = "v" if one.higher_is_better else "v DESC"
    return f"""
    SELECT group_id, '{one.code}' AS code, min(v) AS low, max(v) AS high, min(upto - n) AS below, max(upto) AS upto
    FROM (
      SELECT group_id, v, n, sum(n) OVER (PARTITION BY group_id ORDER BY {order}) AS upto,
             sum(n) OVER (PARTITION BY group_id) AS among
      FROM (SELECT group_id, {one.code}_value AS v, count(*) AS n FROM valued WHERE e_{one.code} > 0 GROUP BY ALL)
    ) GROUP BY group_id, (2 * upto - n) * 10000 // (2 * among)
    """  # noqa: S608  # our own names


class Published:
    """What one run read and published, by product. Peer groups are read once."""

    def __init__(self, snapshot: Path) -> None:
        self.snapshot = snapshot
        self._peers: dict[tuple[str, str, int], Peers] = {}

    @property
    def is_there(self) -> bool:
        """Whether the files have not been forgotten."""
        return (self.snapshot / "places.parquet").exists()

    def raw(self, product_ids: Sequence[int]) -> dict[int, RawFacts]:
        """The raw facts of these products, as the run read them."""
        products = self._of_products("products", product_ids)
        days, promotions = self._by_product("days", product_ids), self._by_product("promotions", product_ids)
        totals = self._totals({row["third_id"] for row in products})
        return {row["product_id"]: _raw(row, days, promotions, totals) for row in products}

    def before(self, product_ids: Sequence[int]) -> dict[int, Before]:
        """What the run before said of these products."""
        rows = self._of_products("before", product_ids)
        return {row["product_id"]: Before(level=row["level"], scored=row["scored"]) for row in rows}

    def peers(self, raw: RawFacts, *, policy: PolicyBody) -> Peers:
        """The peers of a product."""
        third, second, band, _all = group_keys(raw, policy=policy)
        key = (third[1], second[1], band[2])
        if key not in self._peers:
            self._peers[key] = self._read_peers(*key)
        return self._peers[key]

    def _read_peers(self, third_id: str, second_id: str, band: int) -> Peers:
        found = self._rows(
            "groups",
            "(kind = 0 AND category = ? AND band = ?) OR (kind = 1 AND category = ? AND band = ?)"
            " OR (kind = 2 AND band = ?) OR kind = 3 ORDER BY kind LIMIT 1",
            [third_id, band, second_id, band, band],
        )
        row = next(found)
        stands: dict[str, list[Stand]] = {code: [] for code in INDICATORS}
        for place in self._rows("places", "group_id = ?", [row["group_id"]]):
            stands[place["code"]].append(Stand(**{name: place[name] for name in ("low", "high", "below", "upto")}))
        return Peers(
            kind=row["kind"],
            category=row["category"],
            band=row["band"],
            size=row["size"],
            median_unit=row["median_unit"],
            priors={code: row[code] for code in INDICATORS if code not in OWN_PRIOR},
            places={code: Places(code, some) for code, some in stands.items()},
        )

    def _totals(self, third_ids: Iterable[str]) -> dict[tuple[str, int | None], Mapping[str, Any]]:
        ids = sorted(third_ids)
        rows = self._rows("brands", f"third_id IN ({', '.join('?' * len(ids))})", ids) if ids else []
        return {(row["third_id"], row["brand_id"]): row for row in rows}

    def _by_product(self, name: str, product_ids: Sequence[int]) -> dict[int, list[Mapping[str, Any]]]:
        found: dict[int, list[Mapping[str, Any]]] = {}
        for row in self._of_products(name, product_ids):
            found.setdefault(row["product_id"], []).append(row)
        return found

    def _of_products(self, name: str, product_ids: Sequence[int]) -> list[dict[str, Any]]:
        if not product_ids:
            return []
        marks = ", ".join("?" * len(product_ids))
        where = f"product_id BETWEEN ? AND ? AND product_id IN ({marks})"
        return list(self._rows(name, where, [min(product_ids), max(product_ids), *product_ids]))

    def _rows(self, name: str, where: str, parameters: Sequence[object]) -> Iterator[dict[str, Any]]:
        found = results.reader().execute(
            f"SELECT * FROM read_parquet('{self.snapshot / name}.parquet') WHERE {where}",  # noqa: S608  # our own names
            list(parameters),
        )
        columns = [column[0] for column in found.description or []]
        yield from (dict(zip(columns, row, strict=True)) for row in found.fetchall())


def _raw(
    row: Mapping[str, Any],
    days: Mapping[int, list[Mapping[str, Any]]],
    promotions: Mapping[int, list[Mapping[str, Any]]],
    totals: Mapping[tuple[str, int | None], Mapping[str, Any]],
) -> RawFacts:
    pk, category = row["product_id"], totals[row["third_id"], None]
    brand = totals.get((row["third_id"], row["brand_id"])) if row["brand_id"] is not None else None
    parts = {
        "days": tuple(row_of(RawDay, day) for day in days.get(pk, ())),
        "promotions": tuple(row_of(RawPromotion, one) for one in promotions.get(pk, ())),
        "category": CategoryTotals(
            gmv=category["gmv"],
            orders=category["orders"],
            brands=category["brands"],
            brand_gmv=brand["gmv"] if brand else None,
        ),
    }
    return row_of(RawFacts, {**row, **parts})
