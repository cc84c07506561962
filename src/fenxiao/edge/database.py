"""The edge's own few connections. Whatever goes wrong with them is `OutOfReach`, and the next ask tries again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from fenxiao.kernel.postgres import DatabaseUnreachable, database_url
from fenxiao.kernel.settings import Settings

log = structlog.get_logger("fenxiao.edge")

PATIENCE = 3.0  # seconds for one statement, the wait for a connection included
Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]


class OutOfReach(Exception):
    """The database does not answer, or not in time."""


def make_pool(settings: Settings) -> Pool:
    """A closed pool on the installation's database; one that is down now may come back while the edge serves."""
    try:
        url = database_url(settings)
    except DatabaseUnreachable as error:
        log.warning("database out of reach", reason=str(error))
        url = settings.database_url or ""
    return AsyncConnectionPool(
        url,
        min_size=2,
        max_size=4,
        open=False,
        timeout=2.0,
        reconnect_timeout=2.0,  # then the next ask tries afresh, instead of a pause that doubles and doubles
        kwargs={"autocommit": True, "application_name": "fenxiao-edge", "connect_timeout": 2},
        configure=_promise_durability,
    )


async def _promise_durability(connection: Connection) -> None:
    """A server may be set to answer before its log is on disk: not to us."""
    await connection.execute("SET synchronous_commit = on")


@asynccontextmanager
async def connected(pool: Pool) -> AsyncIterator[Connection]:
    """A connection for one statement."""
    try:
        async with asyncio.timeout(PATIENCE), pool.connection() as connection:
            yield connection
    except (psycopg.Error, PoolTimeout, TimeoutError) as error:
        log.warning("database out of reach", reason=" ".join(str(error).split()) or type(error).__name__)
        raise OutOfReach from error


async def is_ready(pool: Pool) -> bool:
    """Whether the database answers and has the table that clicks go to."""
    try:
        async with connected(pool) as connection:
            await connection.execute("SELECT 1 FROM tracking_click LIMIT 1")
    except OutOfReach:
        return False
    return True
