"""Evidence of who promoted a sale, gathered for many lines in a constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from fenxiao.kernel.settings import settings
from fenxiao.tracking import rules
from fenxiao.tracking.models import Link, Place
from fenxiao.tracking.rules import ClickSeen, Evidence, LinkSeen

# One probe of `click_last_of_buyer` per ask, whatever the number of clicks.
LAST_CLICKS = """
SELECT ask.number, click.id, click.link_id, click.creator_id, click.product_id, click.clicked_at, link.sub_id,
    link.application_id
FROM unnest(%s::int[], %s::text[], %s::bigint[], %s::timestamptz[]) AS ask (number, buyer_key, product_id, paid_at)
CROSS JOIN LATERAL (
    SELECT * FROM tracking_click
    WHERE buyer_key = ask.buyer_key AND product_id = ask.product_id AND clicked_at <= ask.paid_at
    ORDER BY clicked_at DESC, id DESC
    LIMIT 1
) AS click
JOIN tracking_link AS link ON link.id = click.link_id
"""
CLICKS = """
SELECT click.id, click.id, click.link_id, click.creator_id, click.product_id, click.clicked_at, link.sub_id,
    link.application_id
FROM tracking_click AS click
JOIN tracking_link AS link ON link.id = click.link_id
WHERE click.id = ANY(%s::uuid[])
"""


LINK_COLUMNS = ("code", "id", "creator_id", "product_id", "sub_id", "application_id", "made_at")
LINK_FIELDS = ("link_id", "creator_id", "product_id", "sub_id", "application_id", "made_at")
CLICK_FIELDS = ("click_id", "link_id", "creator_id", "product_id", "clicked_at", "sub_id", "application_id")


@dataclass(frozen=True, kw_only=True)
class EvidenceAsk:
    """A paid line as it was told. An empty `buyer_key` has no last click."""

    product_id: int
    paid_at: datetime
    buyer_key: str = ""
    link_code: str = ""
    click_token: str = ""


def evidence_for(asks: Sequence[EvidenceAsk]) -> list[Evidence]:
    """The evidence on each ask, in their order, in at most four statements."""
    links = _links_named({ask.link_code for ask in asks if ask.link_code})
    click_ids = [rules.read_click(ask.click_token, settings().secret_key) for ask in asks]
    clicks = _clicks(CLICKS, [[click_id for click_id in click_ids if click_id]])
    last_clicks = _last_clicks(asks)
    return [
        Evidence(
            product_id=ask.product_id,
            link_code=ask.link_code,
            link=links.get(ask.link_code),
            click_token=ask.click_token,
            click=clicks.get(click_id) if click_id else None,
            last_click=last_clicks.get(number),
        )
        for number, (ask, click_id) in enumerate(zip(asks, click_ids, strict=True))
    ]


def _links_named(codes: Iterable[str]) -> dict[str, LinkSeen]:
    """Links and places by their codes."""
    if not (wanted := set(codes)):
        return {}
    found = {
        code: LinkSeen(creator_id=creator_id, made_at=opened_at)
        for code, creator_id, opened_at in Place.objects.filter(code__in=wanted).values_list(
            "code", "creator_id", "opened_at"
        )
    }
    links = Link.objects.filter(code__in=wanted).values_list(*LINK_COLUMNS)
    for code, *seen in links:
        found[code] = LinkSeen(**dict(zip(LINK_FIELDS, seen, strict=True)))
    return found


def _last_clicks(asks: Sequence[EvidenceAsk]) -> dict[Any, ClickSeen]:
    """By the ask's number, the last click of its buyer on its product at or before payment."""
    probes = [(number, ask.buyer_key, ask.product_id, ask.paid_at) for number, ask in enumerate(asks) if ask.buyer_key]
    return _clicks(LAST_CLICKS, [list(column) for column in zip(*probes, strict=True)])


def _clicks(statement: str, columns: list[list[Any]]) -> dict[Any, ClickSeen]:
    """Clicks by the first column of `statement`; nothing is asked when there is nothing to ask for."""
    if not (columns and columns[0]):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
        return {key: ClickSeen(**dict(zip(CLICK_FIELDS, seen, strict=True))) for key, *seen in cursor.fetchall()}
