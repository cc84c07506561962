"""Links by their codes, remembered for two seconds, so that a product's fall is seen by the next visitors."""

from time import monotonic
from typing import Any, NamedTuple

from fenxiao.edge.batches import Batches
from fenxiao.edge.database import OutOfReach, Pool, connected
from fenxiao.edge.rules import Target

SELECT = """
SELECT link.code, link.id, link.creator_id, link.product_id, link.sub_id, product.page_url,
    product.state = 'admitted' AND product.level IS DISTINCT FROM 0 AND merchant.is_active,
    creator.is_active,
    ARRAY(SELECT domain FROM parties_merchantdomain WHERE merchant_id = product.merchant_id)
FROM tracking_link AS link
JOIN catalog_product AS product ON product.id = link.product_id
JOIN parties_organisation AS merchant ON merchant.id = product.merchant_id
JOIN parties_organisation AS creator ON creator.id = link.creator_id
WHERE link.code = ANY(%s::text[])
"""
FRESH_FOR = 2.0  # seconds
MOST_KNOWN = 50_000


class _Known(NamedTuple):
    target: Target | None  # None: there is no such link
    until: float


class LinkBoard:
    """Finds links; codes that miss the memory at the same time are looked up in one statement."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: dict[str, _Known] = {}
        self._look_ups: Batches[str, Target | None] = Batches(self._look_up, most_at_once=500, most_waiting=10_000)

    async def find(self, code: str) -> Target | None:
        """The link of this code; None when there is none. Raises `OutOfReach` or `TooManyWaiting`."""
        known = self._known.get(code)
        if known and known.until > monotonic():
            return known.target
        target = await self._look_ups.ask(code)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[code] = _Known(target, monotonic() + FRESH_FOR)
        return target

    async def _look_up(self, codes: list[str]) -> list[Target | None]:
        try:
            found = await self._select(codes)
        except OutOfReach:  # the first connection after a restart of the server is a dead one
            found = await self._select(codes)
        return [found.get(code) for code in codes]

    async def _select(self, codes: list[str]) -> dict[str, Target]:
        async with connected(self._pool) as connection:
            cursor = await connection.execute(SELECT, [list(set(codes))], prepare=True)
            return {row[0]: _target(row) for row in await cursor.fetchall()}


def _target(row: tuple[Any, ...]) -> Target:
    _, link_id, creator_id, product_id, sub_id, page_url, is_offered, may_earn, domains = row
    return Target(
        link_id=link_id,
        creator_id=creator_id,
        product_id=product_id,
        sub_id=sub_id,
        page_url=page_url,
        is_offered=is_offered,
        may_earn=may_earn,
        domains=tuple(domains),
    )
