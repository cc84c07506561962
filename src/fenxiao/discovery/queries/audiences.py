"""Who sold what, and who follows whom: what the audience of goods is told by."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fenxiao.catalog.models import Product
from fenxiao.discovery.queries.cards import category_paths
from fenxiao.discovery.queries.streams import streamed
from fenxiao.discovery.rules import bands
from fenxiao.discovery.rules import dealings as rules
from fenxiao.discovery.rules.audiences import WIDTH, Rows, row_of
from fenxiao.kernel.clock import business_day
from fenxiao.parties.queries import audiences_of, disclosing_at

AT_ONCE = 10_000  # creators or goods read together

# Settled lines of creators' sales, weighing half as much after every half-life.
SETTLED = """
SELECT creator_id, product_id, sum(settled_lines * power(0.5, (%(today)s - day) / %(half)s::float8))::float8
FROM facts_promotionday
WHERE settled_lines > 0 AND day > %(today)s - %(days)s AND day <= %(today)s GROUP BY 1, 2 ORDER BY 2, 1
"""


def settled_sales(*, now: datetime) -> Iterator[NDArray[Any]]:
    """Records of `creator`, `product` and settled `lines`, some at a time; all of them by product, then by creator."""
    told: dict[str, Any] = {"today": business_day(now), "half": rules.HALF_LIFE_DAYS, "days": rules.REMEMBERED_DAYS}
    return streamed(SETTLED, told, creator=np.int64, product=np.int64, lines=np.float64)


def followers_of(creator_ids: NDArray[np.int64], *, now: datetime) -> tuple[Rows, Rows]:
    """Whom each of these creators is followed by, in their order: the figures, and what may be known of them."""
    exact, shown = (np.full((len(creator_ids), WIDTH), np.nan) for _ in range(2))
    at = 0
    for ids in _some(creator_ids):
        told, disclosing = audiences_of(ids), disclosing_at(ids, now)
        for place, pk in enumerate(ids, start=at):
            if pk in told:
                exact[place] = row_of(_figures(told[pk], is_exact=True))
                shown[place] = exact[place] if pk in disclosing else row_of(_figures(told[pk], is_exact=False))
        at += len(ids)
    return exact, shown


def paths_of(product_ids: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Of each product the category everyone sees, then those above it, in their order."""
    paths = category_paths()
    found: dict[int, str] = {}
    for ids in _some(product_ids):
        found.update(Product.objects.filter(pk__in=ids).values_list("pk", "category_id"))
    return [paths.get(found.get(pk, ""), ()) for pk in product_ids.tolist()]


def _some(ids: NDArray[np.int64]) -> Iterator[list[int]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE].tolist()


def _figures(told: Mapping[str, Mapping[str, int]], *, is_exact: bool) -> dict[str, dict[str, bands.Figure]]:
    return {name: bands.shares_shown(parts, is_exact=is_exact) for name, parts in told.items()}
