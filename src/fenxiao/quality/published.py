"""What a run publishes beside its grades: who the peers are, what they show, and what a category sold.

With these and the raw facts of one product anybody can work its level out again. They lie in the run's snapshot and are
forgotten with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fenxiao.quality import results
from fenxiao.quality.layers import key_of, rows_of
from fenxiao.quality.lookups import few_rows
from fenxiao.quality.rules import INDICATORS, Grade, PolicyBody
from fenxiao.quality.rules.levels import Before
from fenxiao.quality.rules.peers import NO_BAND, Peers, Places, Stand, group_keys
from fenxiao.quality.rules.raw import CategoryTotals, RawDay, RawFacts, RawPromotion, row_of


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
        products = self._rows("products", product_ids)
        days, promotions = self._by_product("days", product_ids), self._by_product("promotions", product_ids)
        totals = self._totals({row["third_id"] for row in products})
        return {row["product_id"]: _raw(row, days, promotions, totals) for row in products}

    def before(self, product_ids: Sequence[int]) -> dict[int, Before]:
        """What the run before said of these products."""
        rows = self._rows("before", product_ids)
        return {row["product_id"]: Before(level=row["level"], scored=row["scored"]) for row in rows}

    def peers(self, raw: RawFacts, *, policy: PolicyBody) -> Peers:
        """The peers of a product."""
        third, second, band, _all = group_keys(raw, policy=policy)
        return self._peers_at((third[1], second[1], band[2]))

    def peers_of(self, grade: Grade) -> Peers:
        """The same from a product's grade, where its raw facts are not wanted."""
        return self._peers_at((grade.third_id, grade.second_id, grade.band))

    def _peers_at(self, key: tuple[str, str, int]) -> Peers:
        if key not in self._peers:
            self._peers[key] = self._read_peers(*key)
        return self._peers[key]

    def _read_peers(self, third_id: str, second_id: str, band: int) -> Peers:
        names = ((0, third_id, band), (1, second_id, band), (2, "", band), (3, "", NO_BAND))
        found = self._rows("peer_groups", [f"{kind}:{category}:{band}" for kind, category, band in names])
        row = min(found, key=lambda row: row["kind"])
        stands: dict[str, list[Stand]] = {code: [] for code in INDICATORS}
        for place in self._rows("places", [row["group_key"]]):
            stands[place["code"]].append(Stand(**{name: place[name] for name in ("low", "high", "below", "upto")}))
        return Peers(
            kind=row["kind"],
            category=row["category"],
            band=row["band"],
            size=row["size"],
            median_unit=row["median_unit"],
            priors={code: row[code] for code in INDICATORS if code in row},
            places={code: Places(code, some) for code, some in stands.items()},
        )

    def _totals(self, third_ids: Iterable[str]) -> dict[tuple[str, int | None], Mapping[str, Any]]:
        rows = self._rows("brands", sorted(third_ids))
        return {(row["third_id"], row["brand_id"]): row for row in rows}

    def _by_product(self, name: str, product_ids: Sequence[int]) -> dict[int, list[Mapping[str, Any]]]:
        found: dict[int, list[Mapping[str, Any]]] = {}
        for row in self._rows(name, product_ids):
            found.setdefault(row["product_id"], []).append(row)
        return found

    def _rows(self, name: str, keys: Sequence[int] | Sequence[str]) -> list[dict[str, Any]]:
        """The rows of a file with these keys."""
        if not keys:
            return []
        file = self.snapshot / f"{name}.parquet"
        found = few_rows(file, keys)
        return _rows_anywhere(file, keys) if found is None else found


def _rows_anywhere(file: Path, keys: Sequence[int] | Sequence[str]) -> list[dict[str, Any]]:
    key, told = key_of(file), ", ".join(map(_literal, keys))
    where = f"{key} BETWEEN {_literal(min(keys))} AND {_literal(max(keys))} AND {key} IN ({told})"
    found = results.reader().execute(rows_of(file, where=where))
    columns = [column[0] for column in found.description or []]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _literal(key: int | str) -> str:
    return f"{key:d}" if isinstance(key, int) else "'" + key.replace("'", "''") + "'"


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
