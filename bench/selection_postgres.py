"""The same goods in PostgreSQL: full-text by GIN over the same words, an index on every filter and order."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, Final, Self

SCHEMA: Final = """
CREATE TABLE goods (id bigint, words text, categories text[], level int, is_select bool, price_fen bigint, rate_bp int,
    commission_fen bigint, sales_30d bigint, score int, stock int, admitted_at timestamptz, weight float8)
"""
FINISHED: Final = (
    "ALTER TABLE goods ADD COLUMN found_by tsvector",
    "UPDATE goods SET found_by = array_to_tsvector(string_to_array(words, ' '))",
    "VACUUM FULL goods",
    "ALTER TABLE goods ADD PRIMARY KEY (id)",
    "CREATE INDEX ON goods USING gin (found_by)",
    "CREATE INDEX ON goods USING gin (categories)",
    *(
        f"CREATE INDEX ON goods ({column})"
        for column in ("price_fen", "rate_bp", "commission_fen", "sales_30d", "admitted_at", "weight", "level")
    ),
    "VACUUM ANALYZE goods",
)
ORDERS: Final = {
    "recommended": "weight DESC",
    "earns": "commission_fen DESC",
    "commission": "rate_bp DESC",
    "price_asc": "price_fen",
    "price_desc": "price_fen DESC",
    "sales": "sales_30d DESC",
    "newest": "admitted_at DESC",
}


class NoPostgres:
    """In its place where the disk does not hold the goods twice: an empty scratch database that takes none."""

    def __enter__(self) -> Self:
        import django

        django.setup()
        from django.db import connection

        self.name = connection.creation.create_test_db(verbosity=0)
        return self

    def __exit__(self, *_: object) -> None:
        from django.db import connection

        connection.creation.destroy_test_db(self.name, verbosity=0)

    def add(self, entries: Sequence[Any]) -> None:
        """Nothing is kept."""

    def finish(self) -> float:
        """Nothing was to be done."""
        return 0.0

    def gigabytes(self) -> float:
        """Nothing lies there."""
        return 0.0


class Postgres:
    """A scratch database with the goods in it."""

    def __enter__(self) -> Self:
        import django

        django.setup()
        from django.db import connection

        self.name = connection.creation.create_test_db(verbosity=0)
        self.settings = connection.get_connection_params()
        self.own = self._connect()
        self.own.execute(SCHEMA)
        return self

    def __exit__(self, *_: object) -> None:
        from django.db import connection

        self.own.close()
        connection.creation.destroy_test_db(self.name, verbosity=0)

    def _connect(self) -> Any:
        import psycopg

        kept = {name: value for name, value in self.settings.items() if name in {"host", "port", "user", "password"}}
        return psycopg.connect(**kept, dbname=self.settings["dbname"], autocommit=True)

    def add(self, entries: Sequence[Any]) -> None:
        """Put these goods in."""
        from fenxiao.discovery.rules import factors_of, words_of

        with self.own.cursor().copy("COPY goods FROM STDIN") as copy:
            for entry in entries:
                texts = (entry.title, entry.brand, " ".join(entry.category_names))
                words = " ".join(dict.fromkeys(word for text in texts for word in words_of(text)))
                copy.write_row(
                    (
                        entry.product_id,
                        words,
                        list(entry.category_ids),
                        entry.level,
                        entry.is_select,
                        entry.price_fen,
                        entry.rate_bp,
                        entry.commission_fen,
                        entry.sales_30d,
                        entry.merchant_score_centi,
                        entry.stock,
                        entry.admitted_at,
                        factors_of(entry).weight,
                    )
                )

    def finish(self) -> float:
        """Make the indexes; returns the seconds it took."""
        started = perf_counter()
        for statement in FINISHED:
            self.own.execute(statement)
        return perf_counter() - started

    def gigabytes(self) -> float:
        """The size of the table with its indexes."""
        return float(self.own.execute("SELECT pg_total_relation_size('goods')").fetchone()[0]) / 1e9

    def answer(self, ask: Any) -> int:
        """How many goods meet the ask, when the first of them were read."""
        return self._answer(self.own, ask)

    def throughput(self, asks: Sequence[Any], connections: int) -> float:
        """Answers a second over several connections at once."""
        opened = [self._connect() for _ in range(connections)]
        started = perf_counter()
        with ThreadPoolExecutor(connections) as pool:
            list(
                pool.map(
                    lambda at: [self._answer(opened[at], ask) for ask in asks[at::connections]], range(connections)
                )
            )
        spent = perf_counter() - started
        for each in opened:
            each.close()
        return len(asks) / spent

    @staticmethod
    def _answer(connection: Any, ask: Any) -> int:
        from fenxiao.discovery.rules import Understood, asked_words, prices_of
        from fenxiao.discovery.rules.asked_prices import asked_price

        price, rest = asked_price(ask.text)
        low, high = prices_of(ask, Understood(price=price))
        wanted, values = ["true"], []
        order = ORDERS[ask.sort]
        words = asked_words(rest)
        if words:
            query = " & ".join("'" + word.replace("'", "''") + "'" for word in words)
            wanted.append("found_by @@ %s::tsquery")
            values.append(query)
        for condition, value in (
            ("categories @> ARRAY[%s]", ask.category_id),
            ("price_fen <= %s", high),
            ("price_fen >= %s", low),
            ("rate_bp >= %s", ask.commission_min_bp),
            ("level = ANY(%s)", list(ask.levels) or None),
            ("stock >= %s", 1 if ask.in_stock_only else None),
        ):
            if value is not None:
                wanted.append(condition)
                values.append(value)
        if words and ask.sort == "recommended":
            order = "ts_rank(found_by, %s::tsquery) * weight DESC"
            values.append(query)
        statement = f"SELECT id, count(*) OVER () FROM goods WHERE {' AND '.join(wanted)} ORDER BY {order}, id LIMIT %s"  # noqa: S608
        found = connection.execute(statement, [*values, ask.per_page]).fetchall()
        return found[0][1] if found else 0
