"""Goods that may stand on a creator's list, as they stand now, with what each earns him."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fenxiao.catalog.models import Level, Product
from fenxiao.deals.queries import Offering, offering_to
from fenxiao.deals.rules import creator_net_of
from fenxiao.discovery import match_files
from fenxiao.discovery.errors import MatchesMissing
from fenxiao.discovery.queries.entries import entries_of
from fenxiao.discovery.queries.hits import Hit, Hits
from fenxiao.discovery.rules import Entry, SearchAsk, Understood, factors_of
from fenxiao.discovery.rules.filters import OneOf, filters_of
from fenxiao.discovery.rules.personal import Candidate

MATCHED: Final = 40  # of his matches, the best
FACTS: Final = (
    "pk",
    "merchant_id",
    "price_fen",
    "level",
    "stock",
    "admitted_at",
    "category_id",
    "category__third_id",
    "category__third__parent_id",
    "category__third__parent__parent_id",
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A candidate, and when it was admitted."""

    candidate: Candidate
    admitted_at: datetime | None

    def is_new_since(self, moment: datetime) -> bool:
        """Whether it is L1 and was admitted after the moment."""
        return self.candidate.level == Level.NEW and self.admitted_at is not None and self.admitted_at > moment


def matches_of(creator_id: int) -> dict[int, float]:
    """His matches with their share of the best one's score; none where none were made yet."""
    with suppress(MatchesMissing):
        found = match_files.table(match_files.Kind.GOODS_FOR_CREATOR).of(creator_id)[:MATCHED]
        if found and found[0][1] > 0:
            return {pk: score / found[0][1] for pk, score in found}
    return {}


def hits_of_matches(matches: Collection[int], ask: SearchAsk, first: Hits, *, now: datetime) -> dict[int, Hit]:
    """Matches that the index would only name further down. Not of words: how well they fit is the index's to say."""
    known = {hit.product_id for hit in first.hits}
    ids = [pk for pk in matches if pk not in known]
    if not ids or first.total <= len(first.hits) or first.understood.has_words:
        return {}
    return {
        entry.product_id: Hit(
            product_id=entry.product_id,
            sales_30d=entry.sales_30d,
            merchant_score_centi=entry.merchant_score_centi,
            relevance=1.0,
            factors=factors_of(entry),
        )
        for entry in entries_of(ids, now=now)
        if meets(entry, ask, first.understood)
    }


def meets(entry: Entry, ask: SearchAsk, understood: Understood) -> bool:
    """Whether one product meets the filters of an ask."""
    for each in filters_of(ask, understood):
        value = _value(entry, each.field)
        if isinstance(each, OneOf):
            if not set(each.values) & (value if isinstance(value, set | frozenset) else {value}):
                return False
        elif value is None or value < each.least or (each.most is not None and value > each.most):
            return False
    return True


def _value(entry: Entry, field: str) -> Any:
    if field == "category":
        return set(entry.category_ids)
    value = getattr(entry, field)
    return int(value.timestamp()) if isinstance(value, datetime) else value


def candidates_of(
    hits: Mapping[int, Hit], first: Hits, matches: Mapping[int, float], *, creator_id: int, now: datetime
) -> tuple[dict[int, Found], Offering]:
    """The goods as they stand now, with what each earns him and the terms it was read from.

    What may not be offered any more is left out.
    """
    place = {hit.product_id: at for at, hit in enumerate(first.hits, start=1)}
    rows = list(Product.objects.offered().filter(pk__in=list(hits)).values_list(*FACTS))
    offering = offering_to(creator_id, product_ids=[row[0] for row in rows], moment=now)
    found = {}
    for pk, merchant_id, price_fen, level, stock, admitted_at, category, *line in rows:
        path = tuple(each for each in line if each is not None) or (category,)
        own_terms = offering.own_terms(pk)
        candidate = Candidate(
            product_id=pk,
            merchant_id=merchant_id,
            path=path,
            price_fen=price_fen,
            level=int(Level.NEW) if level is None else level,
            has_stock=stock > 0,
            relevance=hits[pk].relevance,
            index_place=place.get(pk),
            matched=matches.get(pk),
            earns_fen=creator_net_of(price_fen, own_terms) if own_terms else 0,
        )
        found[pk] = Found(candidate=candidate, admitted_at=admitted_at)
    return found, offering
