"""How fast goods are found: `fenxiao bench selection [--rows N] [--queries N] [--data DIR] [--json]`.

Made goods with the term curve of real titles, real queries (a third of them with filters) and filter-only loads, 50
rows and the number of all each, through the very function that answers the selection centre. PostgreSQL full-text (GIN
over the same words, indexes on every filter and order, same filters) answers a part of the same queries in the same
run. Then whole pages as `search` answers them, ranked for a creator and for nobody, on products made of the goods.
With `--without-postgres` (for sizes that the disk does not hold twice) both are left out, with `--without-pages` (for
sizes whose products take long to make) the whole pages; the report says so.
Needs the folder with real titles and queries. It works in a scratch folder and database that it removes.
"""

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from figures import figure, report
from selection_goods import Source, curve_of, made_entries, read_queries, source_of
from selection_personal import personal
from selection_postgres import NoPostgres, Postgres

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")
os.environ.setdefault("FENXIAO_TEST_DATABASE", f"bench_selection_{os.getpid()}")

ROWS_SHOWN: Final = 50
P99_MS: Final = 15
TIMES_POSTGRES: Final = 10
FILTER_ONLY: Final = 0.3
FILTERED: Final = 1 / 3  # of the queries with words
PEERS_PART: Final = 5  # PostgreSQL answers each fifth of the queries
CORES: Final = 2
STATISTICS_OF: Final = 20_000  # made titles that are held against the real ones
WARM: Final = 200  # queries answered before the clock runs, by both
ZERO_HITS_OF: Final = 10_000  # real queries asked of the real titles


def drawn_asks(queries: Sequence[str], count: int, *, seed: int = 7) -> list[Any]:
    """The load: real words, with and without filters, and filters alone in every order."""
    from fenxiao.discovery.rules import LONGEST_TEXT, SearchAsk, Sort

    dice = random.Random(seed)  # noqa: S311  # a load, no secret
    asks = []
    for _ in range(count):
        is_filter_only = dice.random() < FILTER_ONLY
        filters: dict[str, Any] = {}
        if is_filter_only or dice.random() < FILTERED:
            filters["category_id"] = dice.choice([None, f"t{dice.randrange(4)}", f"c{dice.randrange(200)}"])
            filters["price_max_fen"] = dice.choice([None, 5_000, 20_000])
            filters["levels"] = dice.choice([(), (3, 4, 5), (2, 3)])
            filters["commission_min_bp"] = dice.choice([None, 1_000, 3_000])
            filters["in_stock_only"] = dice.random() < 0.5
            filters["sort"] = dice.choice(list(Sort))
        text = "" if is_filter_only else dice.choice(queries)[:LONGEST_TEXT]
        asks.append(SearchAsk(text=text, per_page=ROWS_SHOWN, **filters))
    return asks


def built(folder: Path, rows: int, source: Source, postgres: Postgres | NoPostgres) -> float:
    """Write the goods into an index in `folder` and into PostgreSQL; returns the seconds of the index alone."""
    from fenxiao.discovery import layout
    from fenxiao.discovery.columns import Recorder

    seconds, columns = 0.0, Recorder()
    layout.create(str(folder))
    started = perf_counter()
    with layout.written(str(folder), heap_bytes=512_000_000) as writer:
        seconds += perf_counter() - started
        for entries in made_entries(rows, source):
            started = perf_counter()
            columns.add(entries)
            for entry in entries:
                writer.add_document(layout.document_of(entry))
            seconds += perf_counter() - started
            postgres.add(entries)
        started = perf_counter()
    columns.write(folder)
    return seconds + perf_counter() - started


def timed(asks: Sequence[Any], answer: Callable[[Any], int]) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Milliseconds of each answer, one after the other, and how many goods each found."""
    spent, found = [], []
    for ask in asks:
        started = perf_counter()
        found.append(answer(ask))
        spent.append((perf_counter() - started) * 1_000)
    return np.array(spent), found


def looking(folder: str) -> tuple[Any, Any]:
    """The searcher of the index in `folder` and its columns, as a page has them."""
    from fenxiao.discovery import layout
    from fenxiao.discovery.columns import Columns
    from fenxiao.discovery.table import Table

    index = layout.opened(folder)
    index.reload()
    return index.searcher(), Table.of(Columns.of(Path(folder)), late=np.empty(0, dtype=np.int64))


def ours(folder: str) -> Callable[[Any], int]:
    """What answers an ask from the index in `folder`: how many goods it found."""
    from fenxiao.discovery.queries.hits import find

    searcher, table = looking(folder)
    return lambda ask: find(searcher, ask, table=table).total


def counted(folder: Path, asks: Sequence[Any]) -> np.ndarray[Any, Any]:
    """Milliseconds of the counts beside each page (categories, levels, bands of prices), without the page itself."""
    from fenxiao.discovery.queries.facets import facets_of
    from fenxiao.discovery.queries.hits import find

    searcher, table = looking(str(folder))
    read = [(ask, find(searcher, ask, table=table)) for ask in asks]

    def answer(pair: Any) -> int:
        ask, found = pair
        counts = facets_of(searcher, ask, found.understood, reading=found.reading, table=table)
        return len(counts.categories)

    timed(read[:WARM], answer)
    return timed(read, answer)[0]


def answered(folder: str, asks: Sequence[Any]) -> None:
    """Answer them all: the work of one process of the throughput."""
    answer = ours(folder)
    for ask in asks:
        answer(ask)


def throughput(folder: Path, asks: Sequence[Any]) -> float:
    """Answers a second of as many processes as there are cores, each of which maps the same files."""
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(answered, [str(folder)] * CORES, [asks[:CORES]] * CORES))  # started and loaded
        started = perf_counter()
        list(pool.map(answered, [str(folder)] * CORES, [asks[at::CORES] for at in range(CORES)]))
        return len(asks) / (perf_counter() - started)


def sampled(queries: Sequence[str]) -> list[str]:
    """Some of the queries, the same each time."""
    return random.Random(7).sample(list(queries), min(ZERO_HITS_OF, len(queries)))  # noqa: S311  # no secret


def zero_hits(home: Path, source: Source, queries: Sequence[str]) -> dict[str, float]:
    """How real queries fare on the real titles: the part that each way of reading answers, and that none does."""
    from dataclasses import replace

    from fenxiao.discovery import layout
    from fenxiao.discovery.queries.hits import find
    from fenxiao.discovery.rules import LONGEST_TEXT, SearchAsk

    layout.create(str(home))
    like = next(made_entries(1, source))[0]
    with layout.written(str(home), heap_bytes=64_000_000, threads=1) as writer:
        for at, title in enumerate(source.titles):
            writer.add_document(layout.document_of(replace(like, product_id=at + 1, title=title, brand="")))
    index = layout.opened(str(home))
    index.reload()
    searcher = index.searcher()
    readings: Counter[str] = Counter()
    for text in sampled(queries):
        hits = find(searcher, SearchAsk(text=text[:LONGEST_TEXT]))
        readings[hits.reading.name.lower() if hits.total else "none"] += 1
    return {name: count / readings.total() for name, count in sorted(readings.items())}


def main(
    *, rows: int, queries: int, data: Path, as_json: bool, with_postgres: bool = True, with_pages: bool = True
) -> None:
    """Make the goods, ask, print the figures."""
    source, asked = source_of(data), read_queries(data)
    asks = drawn_asks(asked, queries)
    with (
        tempfile.TemporaryDirectory(prefix="fenxiao-bench-") as scratch,
        (Postgres if with_postgres else NoPostgres)() as postgres,
    ):
        home = Path(scratch)
        os.environ["FENXIAO_HOME"] = scratch
        for name in ("index", "real"):
            (home / name).mkdir()
        made = [entry.title for entries in made_entries(min(rows, STATISTICS_OF), source) for entry in entries]
        real = curve_of(source.titles)
        print(f"real titles: {real}\nmade titles: {curve_of(made[: len(source.titles)])}", flush=True)
        seconds = built(home / "index", rows, source, postgres)
        index_gb = sum(file.stat().st_size for file in (home / "index").rglob("*")) / 1e9
        postgres_seconds = postgres.finish()
        figures, told = measured(home / "index", asks, postgres)
        if with_postgres and with_pages:
            figures, told = with_personal(figures, told, home, asks, rows=rows)
        else:
            told |= {"personal": "not run: asked without PostgreSQL or without pages"}
        report(
            "selection",
            figures,
            as_json=as_json,
            rows=rows,
            **told,
            index={"seconds": seconds, "gb": index_gb},
            postgres={"seconds": postgres_seconds, "gb": postgres.gigabytes()} if with_postgres else "not run",
            real_titles_by_reading=zero_hits(home / "real", source, asked),
            distinct_of_made_titles=len(set(made)) / len(made),
            load=os.getloadavg(),
        )


def with_personal(
    figures: list[dict[str, Any]],
    told: dict[str, Any],
    home: Path,
    asks: Sequence[Any],
    *,
    rows: int,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The same with whole pages for a creator."""
    found = personal(home / "index", home / "serving", asks, rows=rows)
    spent = found["for_a_creator"]
    more = figure("personal_p99_ms", float(np.percentile(spent, 99)), "ms", target=P99_MS, is_less_better=True)
    pages = {name: quantiles(found[name]) for name in ("for_a_creator", "for_nobody")}
    return [*figures, more], told | {"personal": found | pages}


def measured_alone(index: Path, asks: Sequence[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Our figures, without a peer."""
    answer = ours(str(index))
    timed(asks[:WARM], answer)
    spent, found = timed(asks, answer)
    many = throughput(index, asks[::PEERS_PART])
    figures = [
        figure("p99_ms", float(np.percentile(spent, 99)), "ms", target=P99_MS, is_less_better=True),
    ]
    return figures, {
        "queries": len(asks),
        "answers_a_second_without_a_peer": many,
        "ms": quantiles(spent),
        "postgres_ms": "not run",
        "ms_of_the_counts_beside_a_page": quantiles(counted(index, asks[::PEERS_PART])),
        "found_nothing": {"ours": found.count(0) / len(found)},
    }


def measured(
    index: Path, asks: Sequence[Any], postgres: Postgres | NoPostgres
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The figures of both on the same goods, and what else is to be told of the run."""
    if isinstance(postgres, NoPostgres):
        return measured_alone(index, asks)
    answer, peers = ours(str(index)), asks[::PEERS_PART]
    timed(asks[:WARM], answer)
    timed(peers[:WARM], postgres.answer)
    spent, found = timed(asks, answer)
    theirs, they_found = timed(peers, postgres.answer)
    many, their_many = throughput(index, peers), postgres.throughput(peers, CORES)
    peer = {"peer": "PostgreSQL full-text", "peer_value": their_many}
    figures = [
        figure("p99_ms", float(np.percentile(spent, 99)), "ms", target=P99_MS, is_less_better=True),
        figure("throughput", many, "1/s", target=TIMES_POSTGRES, **peer),
    ]
    return figures, {
        "queries": len(asks),
        "queries_of_postgres": len(peers),
        "ms": quantiles(spent),
        "ms_of_the_same_queries": quantiles(spent[::PEERS_PART]),
        "postgres_ms": quantiles(theirs),
        "ms_of_the_counts_beside_a_page": quantiles(counted(index, peers)),
        "found_nothing": {
            "ours": found.count(0) / len(found),
            "of_the_same_queries": found[::PEERS_PART].count(0) / len(peers),
            "postgres": they_found.count(0) / len(they_found),
        },
    }


def quantiles(spent: np.ndarray[Any, Any]) -> dict[str, float]:
    """The middle and the slowest hundredth of some milliseconds."""
    return {f"p{part}": float(np.percentile(spent, part)) for part in (50, 99)}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--queries", type=int, default=5_000)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--without-postgres", action="store_true", help="the index alone, for sizes beyond the disk")
    options.add_argument("--without-pages", action="store_true", help="no whole pages for a creator and for nobody")
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = options.parse_args()
    if not (given.data / "ecom_titles/titles.csv").is_file():
        sys.exit(
            f"{given.data} holds no ecom_titles/titles.csv: name the folder of real titles and queries with --data"
        )
    main(
        rows=given.rows,
        queries=given.queries,
        data=given.data,
        as_json=given.json,
        with_postgres=not given.without_postgres,
        with_pages=not given.without_pages,
    )
