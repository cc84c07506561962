"""Goods that may stand on a creator's list, as they stand now, with what each earns him."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from fenxiao.catalog.models import Level
from fenxiao.deals.queries import Offering, offering_to
from fenxiao.discovery import match_files
from fenxiao.discovery.chart_statements import IS_OFFERED
from fenxiao.discovery.errors import MatchesMissing
from fenxiao.discovery.queries.hits import Hit, Hits, find_among
from fenxiao.discovery.reader import View
from fenxiao.discovery.rules import SearchAsk
from fenxiao.discovery.rules.personal import Candidate
from fenxiao.kernel.arrays import array_of

MATCHED: Final = 40  # of his matches, the best
# Each good with its category, then the one everyone sees and those above it.
FACTS: Final = f"""
SELECT p.id, p.merchant_id, p.price_fen, p.level, p.stock > 0, p.admitted_at > %(since)s,
    c.id, third.id, second.id, second.parent_id
FROM catalog_product p
JOIN parties_organisation m ON m.id = p.merchant_id
JOIN catalog_category c ON c.id = p.category_id
LEFT JOIN catalog_category third ON third.id = c.third_id
LEFT JOIN catalog_category second ON second.id = third.parent_id
WHERE p.id = ANY(%(ids)s::bigint[]) AND {IS_OFFERED}
"""  # noqa: S608  # our own words


@dataclass(frozen=True, kw_only=True)
class Found:
    """Candidates by product, those of them that are new, and the terms of all."""

    candidates: dict[int, Candidate]
    new: frozenset[int]  # L1, and admitted after the moment asked for
    offering: Offering


def matches_of(creator_id: int) -> dict[int, float]:
    """His matches with their share of the best one's score; none where none were made yet."""
    with suppress(MatchesMissing):
        found = match_files.table(match_files.Kind.GOODS_FOR_CREATOR).of(creator_id)[:MATCHED]
        if found and found[0][1] > 0:
            return {pk: score / found[0][1] for pk, score in found}
    return {}


def hits_of_matches(view: View, matches: Collection[int], ask: SearchAsk, first: Hits) -> dict[int, Hit]:
    """Matches that the index would only name further down. Not of words: how well they fit is the index's to say."""
    known = {hit.product_id for hit in first.hits}
    ids = [pk for pk in matches if pk not in known]
    if not ids or first.total <= len(first.hits) or first.understood.has_words:
        return {}
    found = find_among(view.searcher, ids, ask, first.understood, table=view.table)
    return {hit.product_id: hit for hit in found}


def candidates_of(
    hits: Mapping[int, Hit],
    first: Hits,
    matches: Mapping[int, float],
    *,
    also: Collection[int],
    since: datetime,
    creator_id: int,
    now: datetime,
) -> Found:
    """The goods as they stand now, with what each earns him and the terms it was read from; new are those of `since`.

    What may not be offered any more is left out. Of `also` only the terms are read.
    """
    place = {hit.product_id: at for at, hit in enumerate(first.hits, start=1)}
    rows = _facts({*hits, *also}, since)
    merchants = {pk: merchant_id for pk, merchant_id, *_ in rows}
    offering = offering_to(creator_id, product_ids=merchants, moment=now, merchants=merchants)
    found, new = {}, set()
    for pk, merchant_id, price_fen, level, has_stock, is_fresh, category, *line in rows:
        if pk not in hits:
            continue  # of `also`
        found[pk] = candidate = Candidate(
            product_id=pk,
            merchant_id=merchant_id,
            path=tuple(each for each in line if each is not None) or (category,),
            price_fen=price_fen,
            level=int(Level.NEW) if level is None else level,
            has_stock=has_stock,
            relevance=hits[pk].relevance,
            index_place=place.get(pk),
            matched=matches.get(pk),
            earns_fen=offering.own_net_fen(pk, price_fen=price_fen),
        )
        if is_fresh and candidate.level == Level.NEW:
            new.add(pk)
    return Found(candidates=found, new=frozenset(new), offering=offering)


def _facts(ids: Collection[int], since: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"ids": array_of(ids), "since": since})
        return list(cursor.fetchall())
