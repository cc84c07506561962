"""Goods as they suit one creator: the best of the index, his matches and newcomers on trial, put in his order.

The first `HEAD` goods of the index, with what is on his list of matches and meets the ask, are ranked anew and the
trials set between them. Behind them the index's own order goes on, without what was shown before. A page shows a
stretch of that one list. It is the same for some minutes, since who is drawn hangs on a seed of the creator, the ask
and the time (`Recipient.seed`); a page reloaded or turned meanwhile neither repeats nor misses anything for that.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from hashlib import blake2b
from typing import Any, Final

import numpy as np

from fenxiao.deals.queries import Offering
from fenxiao.discovery.audience_files import factors_for
from fenxiao.discovery.queries.boosts import InForce, boosts_at
from fenxiao.discovery.queries.candidates import Found, candidates_of, hits_of_matches, matches_of
from fenxiao.discovery.queries.hits import Hit, Hits, find
from fenxiao.discovery.queries.newcomers import Drawn, Look, draw_of, newcomers_for
from fenxiao.discovery.reader import View
from fenxiao.discovery.rules import DEEPEST, Cursor, SearchAsk, Understood, cursors
from fenxiao.discovery.rules.diversity import Caps
from fenxiao.discovery.rules.fit import Taste
from fenxiao.discovery.rules.personal import Scored, Standing, by_merit, propensity_of, scored
from fenxiao.discovery.rules.trials import chances_of, merged
from fenxiao.kernel.errors import BadInput

HEAD: Final = 200  # eight pages of the selection centre: few turn more
EXACT: Final = 48  # by merit: goods that need no trial, and whose places hang on no draw but that of trials at all
STABLE_SECONDS: Final = 600


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """One page of a creator's list. Goods behind the head have no standing: the index's order holds there."""

    first: Hits  # the best of the index, with how the words were read
    hits: list[Hit]
    standings: dict[int, Standing]
    boosts_id: int | None
    first_place: int
    next_cursor: str | None
    gone: int  # goods that the index still has and that may not be offered any more
    offering: Offering  # of all that was ranked, and of what was asked `also`


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """For whom a list is put in order, and when. Of `also` the terms are read with those of the list."""

    creator_id: int
    now: datetime
    taste: Taste
    also: Collection[int] = ()

    def seed(self, ask: SearchAsk) -> int:
        """What the draws of a list hang on: the same for one ask of one creator within ten minutes."""
        told = f"{self.creator_id} {cursors.digest_of(ask)} {int(self.now.timestamp()) // STABLE_SECONDS}"
        return int.from_bytes(blake2b(told.encode(), digest_size=8).digest())


def recommended(view: View, ask: SearchAsk, to: Recipient) -> Recommended:
    """The page of a checked ask by recommendation, in a constant number of statements."""
    offset, head = _offset(ask), _Head.of(view, ask, to)
    rows = head.rows(offset, ask.per_page)
    hits = [head.hits[row.candidate.product_id] for row in rows]
    hits += head.beyond(offset, ask.per_page)
    total = head.first.total - head.gone
    shown = offset + ask.per_page
    is_more = shown < total and shown + ask.per_page <= DEEPEST
    return Recommended(
        first=head.first,
        hits=hits,
        standings={row.candidate.product_id: row for row in rows},
        boosts_id=head.boosts.id,
        first_place=offset + 1,
        next_cursor=cursors.written(Cursor(shown=shown), ask=ask) if is_more else None,
        gone=head.gone,
        offering=head.offering,
    )


def _offset(ask: SearchAsk) -> int:
    if ask.cursor is None:
        return (ask.page - 1) * ask.per_page
    shown = cursors.read(ask.cursor, ask=ask).shown
    if shown + ask.per_page > DEEPEST:
        zh, en = f"只能翻到第 {DEEPEST} 条，请缩小范围", f"ends at row {DEEPEST}; narrow the search"
        raise BadInput(field="cursor", reason_zh=zh, reason_en=en)
    return shown


@dataclass(frozen=True, kw_only=True)
class _Head:
    """The part of a list that is put in the creator's order."""

    look: Look
    ask: SearchAsk
    first: Hits
    hits: dict[int, Hit]
    scored: Scored  # all of them that may be offered, newcomers from beyond too
    ranked: dict[int, int]  # by merit, each with its place from 1
    draw: Drawn
    boosts: InForce
    gone: int
    offering: Offering

    @classmethod
    def of(cls, view: View, ask: SearchAsk, to: Recipient) -> "_Head":
        look, random = partial(find, view.searcher, table=view.table), np.random.default_rng(to.seed(ask))
        boosts = boosts_at(to.now)
        first = look(replace(ask, page=1, cursor=None, per_page=HEAD))
        matches = matches_of(to.creator_id)
        ranked = {hit.product_id: hit for hit in first.hits} | hits_of_matches(view, matches, ask, first)
        since = to.now - timedelta(days=boosts.boosting.trial_days)
        newcomers = newcomers_for(look, ask, first, since=since, random=random)
        hits = {hit.product_id: hit for hit in newcomers.hits} | ranked
        found = candidates_of(hits, first, matches, also=to.also, since=since, creator_id=to.creator_id, now=to.now)
        known = _scored(found, to, boosts)
        order = by_merit(known, [pk for pk in ranked if pk in found.candidates], caps=_caps(ask, first.understood))
        waiting = found.new - set(order[:EXACT])
        draw = draw_of(
            [found.candidates[hit.product_id] for hit in newcomers.hits if hit.product_id in waiting],
            boosting=boosts.boosting,
            count=len(order),
            slice_chance=newcomers.slice_chance,
            random=random,
        )
        return cls(
            look=look,
            ask=ask,
            first=first,
            hits=hits,
            scored=known,
            ranked={pk: place for place, pk in enumerate(order, start=1)},
            draw=draw,
            boosts=boosts,
            gone=sum(hit.product_id not in found.candidates for hit in first.hits),
            offering=found.offering,
        )

    @cached_property
    def order(self) -> list[int]:
        """The ids in the order shown."""
        return merged(list(self.ranked), self.draw.shown, self.draw.places)

    def rows(self, offset: int, count: int) -> list[Standing]:
        """A stretch of it, each with its place and chance."""
        ids = self.order[offset : offset + count]
        winners = {pk: at for at, pk in enumerate(self.draw.shown)}
        asked = {pk: (self.draw.pool.index(pk), winners[pk]) for pk in ids if pk in winners}
        chances = dict(zip(asked, chances_of(self.draw.records, list(asked.values())), strict=True))
        return [
            self._placed(pk, place, winners.get(pk), chances.get(pk, 1.0))
            for place, pk in enumerate(ids, start=offset + 1)
        ]

    def _placed(self, pk: int, place: int, won: int | None, chance: float) -> Standing:
        told: dict[str, Any] = {"ranked": self.ranked.get(pk, 0), "place": place, "pool": self.draw.pool_size}
        if won is not None:
            record, chance = self.draw.records[self.draw.pool.index(pk)], chance * self.draw.slice_chance
            told |= {"trial": record, "draw": won + 1, "draw_chance": chance}
        standing = self.scored.standing(pk, **told)
        propensity = propensity_of(
            standing, first_trial=self.draw.first_place, is_held_out=self.draw.is_held_out, exact=EXACT
        )
        return replace(standing, propensity=propensity)

    def beyond(self, offset: int, count: int) -> list[Hit]:
        """What of a stretch lies behind the head, in the index's order."""
        last = offset + count - len(self.order)
        if last <= 0 or self.first.total <= HEAD:
            return []
        begins = max(offset - len(self.order), 0)
        known = {hit.product_id for hit in self.first.hits}
        before = [pk for pk in self.order if pk not in known]
        deep = self.look(replace(self.ask, page=1, cursor=None, per_page=HEAD + last + len(before)))
        return [hit for hit in deep.hits[HEAD:] if hit.product_id not in before][begins:last]


def _scored(found: Found, to: Recipient, boosts: InForce) -> Scored:
    goods = found.candidates
    audiences = factors_for(to.creator_id, [(pk, each.path) for pk, each in goods.items()])
    return scored(list(goods.values()), taste=to.taste, boosting=boosts.boosting, audiences=audiences)


def _caps(ask: SearchAsk, understood: Understood) -> Caps:
    """Who asks for a kind of goods wants that kind."""
    return Caps(per_category=None) if ask.category_id is not None or understood.has_words else Caps()
