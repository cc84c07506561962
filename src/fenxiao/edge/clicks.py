"""Clicks, kept before anybody is told: one insert and one commit for all that came in meanwhile."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fenxiao.edge.batches import Batches
from fenxiao.edge.database import OutOfReach, Pool, connected

# A batch whose answer was lost is written again, so a click that is there already is no fault.
INSERT = """
INSERT INTO tracking_click (
    id, link_id, creator_id, product_id, buyer_key, clicked_at, referrer, address_digest, agent_digest
)
SELECT * FROM unnest(
    %s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::text[],
    %s::text[]
)
ON CONFLICT (id) DO NOTHING
"""


class Click(NamedTuple):
    """A row of `tracking_click`, in the order of its columns in `INSERT`."""

    id: UUID
    link_id: int
    creator_id: int
    product_id: int
    buyer_key: str
    clicked_at: datetime
    referrer: str
    address_digest: str
    agent_digest: str


class ClickBook:
    """Keeps clicks. `keep` returns when the click is on disk, and raises when it cannot be promised."""

    def __init__(self, pool: Pool, *, most_waiting: int = 10_000) -> None:
        self._pool = pool
        self._batches: Batches[Click, None] = Batches(self._write, most_at_once=1_000, most_waiting=most_waiting)

    async def keep(self, click: Click) -> None:
        """Return when `click` is durable. Raises `OutOfReach` or `TooManyWaiting`; then it may or may not be kept."""
        await self._batches.ask(click)

    async def finish(self) -> None:
        """Return when nothing waits to be written."""
        await self._batches.finish()

    async def _write(self, clicks: list[Click]) -> list[None]:
        try:
            await self._insert(clicks)
        except OutOfReach:  # the first connection after a restart of the server is a dead one
            await self._insert(clicks)
        return [None] * len(clicks)

    async def _insert(self, clicks: list[Click]) -> None:
        async with connected(self._pool) as connection:
            await connection.execute(INSERT, [_array(column) for column in zip(*clicks, strict=True)], prepare=True)


def _array(column: Iterable[object]) -> str:
    """A column as PostgreSQL writes arrays: several times as fast as the driver, which looks at every value for quotes.

    Nothing in a click can hold a quote or a backslash: ids, keys, moments, hosts and digests are checked when made.
    """
    values = '","'.join(map(str, column))
    return f'{{"{values}"}}'
