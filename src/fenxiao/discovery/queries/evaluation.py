"""What other boosts would have brought, from the log of what was shown."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from fenxiao.discovery.errors import NothingShown
from fenxiao.discovery.models import Showing, Surface
from fenxiao.discovery.rules.boosts import Boosting, checked_boosting
from fenxiao.discovery.rules.evaluation import Estimate, Page, estimate, weighed
from fenxiao.discovery.rules.showings import TAKEN_WITHIN_DAYS

# A pick is the doing of the last page on which he saw the good, wherever that was; of other pages nothing is told.
PICKED: Final = """
SELECT id, product_id FROM (
    SELECT DISTINCT ON (i.id) s.id, s.surface, i.product_id
    FROM deals_shelfitem i JOIN discovery_showing s ON s.creator_id = i.creator_id
      AND s.at <= i.picked_at AND i.picked_at < s.at + make_interval(days => %(days)s)
      AND i.product_id = ANY(s.products)
    WHERE s.at >= %(since)s AND s.at < %(until)s
    ORDER BY i.id, s.at DESC, s.id DESC
) last WHERE surface = %(surface)s
"""


def evaluate(other: Boosting, *, since: datetime, until: datetime) -> Estimate:
    """Picks per page of creators' own lists shown in [since, until), as they were and under other boosts.

    Of them only how trials and levels place goods is told; how long a trial lasts is not. Refuses (`NothingShown`) a
    time without such pages, and boosts that could not be set (`BadInput`).
    """
    checked_boosting(other)
    told: dict[str, Any] = {"since": since, "until": until, "days": TAKEN_WITHIN_DAYS, "surface": "selection"}
    with connection.cursor() as cursor:
        cursor.execute(PICKED, told)
        picked = set(cursor.fetchall())
    try:
        return estimate(weighed(page, other=other) for page in _pages(picked, since=since, until=until))
    except ValueError:
        raise NothingShown(since=since.date(), until=(until - timedelta(microseconds=1)).date()) from None


def _pages(picked: set[tuple[int, int]], *, since: datetime, until: datetime) -> Iterator[Page]:
    rows = Showing.objects.filter(surface=Surface.SELECTION, at__gte=since, at__lt=until).exclude(factors={})
    for row in rows.order_by("pk").iterator(chunk_size=1_000):
        if None not in row.factors["ranked"]:  # else it reaches behind the part in his own order
            yield Page(
                first_place=row.first_place,
                propensities=row.propensities,
                factors=row.factors,
                rewards=[float((row.pk, product) in picked) for product in row.products],
            )
