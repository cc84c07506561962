"""One step of `matching_nightly` in a process of its own: `matching_nightly_steps.py STEP CREATORS GOODS SEED FOLDER`.

lay: the market into the tables of the house in FOLDER. match: its night, with the seconds of each part of it.
"""

import argparse
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import numpy as np
from matching_world import categories_of, world_of
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")

AT_ONCE: Final = 1_000_000  # dealings sent together
FACTS: Final = "facts_promotionday"


def _written(key: str, *, signs: int) -> str:
    """SQL: as many Chinese characters of 2,048, other ones for each number."""
    return " || ".join(f"chr(19968 + (hashint8({key} * 16 + {at}) & 2047))" for at in range(signs))


# A merchant for a thousand goods; a creator in four has told of his followers.
MARKET: Final = f"""
INSERT INTO parties_organisation (id, kind, name, is_active, source, external_id, joined_at)
SELECT n, CASE WHEN n <= %(creators)s THEN 'creator' ELSE 'merchant' END, n::text, true, '', '', now()
FROM generate_series(1, %(creators)s + %(goods)s / 1000 + 1) n;
INSERT INTO parties_creatorprofile (creator_id, followers, city, introduction)
SELECT n, 1000, '', {_written("n", signs=6)} FROM generate_series(1, %(creators)s) n;
INSERT INTO parties_audienceshare (creator_id, dimension, bucket, share_bp, told_by, told_at)
SELECT n, 'gender', bucket, CASE bucket WHEN 'female' THEN part ELSE 10000 - part END, 'bench', now()
FROM generate_series(4, %(creators)s, 4) n, LATERAL (SELECT hashint8(n) & 8191 AS part) p,
    unnest(ARRAY['female', 'male']) bucket;
INSERT INTO catalog_category (id, depth, name_zh, name_en, is_active)
SELECT 'c' || n, 1, 'c' || n, 'c' || n, true FROM generate_series(0, 999) n;
INSERT INTO catalog_product (id, merchant_id, category_id, title, description, price_fen, stock, image_url, page_url,
    state, source, external_id, submitted_at, admitted_at, level, is_select)
SELECT product, %(creators)s + 1 + product / 1000, 'c' || category, {_written("product", signs=12)}, '',
    100 + (hashint8(product) & 65535), 1, '', '', 'admitted', 'bench', product::text, now(), now(), 2, false
FROM drawn_goods;
"""  # noqa: S608  # our own words
# What a creator and a product had with each other lies on one day or two of the last ten months, day after day.
DEALINGS: Final = f"""
INSERT INTO {FACTS} (day, clicks, paid_lines, promoted_lines, units, gmv_fen, promoted_gmv_fen, refund_fen,
    refunded_lines, commission_fen, settled_lines, settled_commission_fen, product_id, creator_id)
SELECT current_date - age, 8 * lines, lines, lines, lines, 1000 * lines, 1000 * lines, 0, 0, 100 * lines, lines - 1,
    100 * lines - 100, product, creator
FROM (
    SELECT creator, product, 1 + (hash & 3) AS lines, ((hash >> 8 & 255) + day * 37) %% 300 AS age
    FROM drawn, LATERAL (SELECT hashint8(creator * 16777216 + product) & 2147483647 AS hash) h,
        generate_series(0, hash >> 4 & 1) day
) told ORDER BY age DESC
"""  # noqa: S608  # our own words


def lay(folder: Path, creators: int, goods: int, seed: int) -> dict[str, Any]:
    """Draw the market and lay it into new tables."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    world = world_of(creators=creators, goods=goods, seed=seed).histories
    with connection.cursor() as cursor:
        _send(cursor, "drawn_goods (product, category)", np.arange(goods) + 1, categories_of(goods, seed=seed))
        cursor.execute(MARKET, {"creators": creators, "goods": goods})
        owners = np.repeat(np.arange(creators), world.lengths) + 1
        _send(cursor, "drawn (creator, product)", owners, world.items + 1)
        with _bare(cursor, FACTS):
            cursor.execute(DEALINGS, {})
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(f"SELECT count(*), pg_database_size(current_database()) FROM {FACTS}")  # noqa: S608  # our own
        rows, size = cursor.fetchone()
    return {"days_of_dealings": rows, "database_gb": round(size / 1e9, 2)}


def _send(cursor: Any, table: str, *columns: NDArray[Any]) -> None:
    """A temporary table of these columns, numbers all, by COPY in binary."""
    bare, _, listed = table.removesuffix(")").partition(" (")
    names = listed.split(", ")
    cursor.execute(f"CREATE TEMP TABLE {bare} ({', '.join(f'{name} bigint' for name in names)})")
    record = [("columns", ">i2")]
    for name in names:
        record += [(f"bytes of {name}", ">i4"), (name, ">i8")]
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for at in range(0, len(columns[0]), AT_ONCE):
            rows = np.zeros(len(columns[0][at : at + AT_ONCE]), dtype=record)
            rows["columns"] = len(names)
            for name, column in zip(names, columns, strict=True):
                rows[f"bytes of {name}"], rows[name] = 8, column[at : at + AT_ONCE]
            copy.write(rows.tobytes())
        copy.write(b"\xff\xff")


@contextmanager
def _bare(cursor: Any, table: str) -> Iterator[None]:
    """The table without its references, indexes and uniqueness; the latter two are made again."""
    told = "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass"
    cursor.execute(f"{told} AND contype IN ('f', 'u')", [table])
    constraints = cursor.fetchall()
    for name, _kind, _definition in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname !~ 'pkey$'", [table])
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    for name, kind, definition in constraints:
        if kind == "u":
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


class Clocked:
    """Seconds of the night's parts by name, this process's own work in them, and its peak memory after each."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}
        self.peaks: dict[str, float] = {}

    def watch(self, place: Any, act: str, *names: str) -> None:
        """Let this act of a module be counted under a name, each time under the next."""
        setattr(place, act, self._counted(getattr(place, act), cycle(names)))

    def _counted(self, act: Callable[..., Any], names: Iterator[str]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            name = next(names)
            began, worked = perf_counter(), process_time()
            try:
                return act(*given, **named)
            finally:
                self.seconds[name] = round(self.seconds.get(name, 0.0) + perf_counter() - began, 2)
                self.cpu_seconds[name] = round(self.cpu_seconds.get(name, 0.0) + process_time() - worked, 2)
                self.peaks[name] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)

        return counted


def match(_folder: Path, _creators: int, _goods: int, _seed: int) -> dict[str, Any]:
    """The night as the command does it."""
    from fenxiao.discovery import audience_files, match_factors, match_files, match_ground, match_making
    from fenxiao.kernel import clock

    clocked = Clocked()
    for place, act, *names in (
        (match_ground, "gathered", "dealings read"),
        (match_making, "ground_at", "all read"),  # dealings too
        (match_factors, "factors_by", "learnt"),
        (match_factors, "place_newcomers", "newcomers placed"),
        (match_factors, "write_best", "goods for creators", "creators for goods", "creators alike"),  # in its order
        (match_making, "audiences_at", "audiences counted"),  # reads the sales again
        (match_files, "write", "written"),
        (audience_files, "write", "written"),
    ):
        clocked.watch(place, act, *names)
    made = match_making.make_matches(now=clock.now())
    told = {"dealings": made.dealings, "seconds": round(made.seconds, 1)}
    return told | {
        "seconds_of": clocked.seconds,
        "cpu_seconds_of": clocked.cpu_seconds,
        "peak_gb_after": clocked.peaks,
    }


def main() -> None:
    """Run the step and write what it says into its folder."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("step", choices=["lay", "match"])
    for name in ("creators", "goods", "seed"):
        options.add_argument(name, type=int)
    options.add_argument("folder", type=Path)
    given = options.parse_args()
    os.environ["FENXIAO_HOME"] = str(given.folder / "home")
    import django

    django.setup()
    from django.db import connections

    from fenxiao.kernel.postgres import release_server

    try:
        said = {"lay": lay, "match": match}[given.step](given.folder, given.creators, given.goods, given.seed)
    finally:
        connections.close_all()
        release_server(given.folder / "home")
    (given.folder / f"{given.step}.json").write_text(json.dumps(said))


if __name__ == "__main__":
    sys.exit(main())
