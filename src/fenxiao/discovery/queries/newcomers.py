"""Newcomers who may stand on a creator's list, and who of them is drawn."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Final

import numpy as np

from fenxiao.catalog.models import Level
from fenxiao.discovery.models import Trial
from fenxiao.discovery.queries.hits import Hit, Hits
from fenxiao.discovery.rules import DEEPEST, SearchAsk, Sort
from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.discovery.rules.personal import Candidate
from fenxiao.discovery.rules.trials import HELD_OUT, Record, drawn, trial_places

POOL: Final = 64  # newcomers among whom is drawn; of more, one slice at random
OF_ONE_MERCHANT: Final = 3  # of the pool, so that many new goods win no more trials than a few

Look = Callable[[SearchAsk], Hits]  # one page of the index


@dataclass(frozen=True, kw_only=True)
class Newcomers:
    """Who may be drawn, and the chance that this slice of them was looked at."""

    hits: list[Hit]
    slice_chance: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Who was drawn for which places, of whom; or that there are no trials this time."""

    pool: list[int]
    records: list[Record]
    places: list[int]  # from 0
    winners: list[int]
    is_held_out: bool
    slice_chance: float

    @property
    def shown(self) -> list[int]:
        """Who stands on a trial place, in their order."""
        return [] if self.is_held_out else self.winners

    @property
    def pool_size(self) -> int:
        """How many are drawn among; none where no place is kept for them."""
        return len(self.pool) if self.places else 0

    @property
    def first_place(self) -> int | None:
        """The first place, from 1, that a trial takes when there are any; None: there is nobody to draw."""
        return self.places[0] + 1 if self.winners else None


def newcomers_for(
    look: Look, ask: SearchAsk, first: Hits, *, since: datetime, random: np.random.Generator
) -> Newcomers:
    """New goods that meet the same ask, read as freely; of many, one slice at random."""
    if ask.levels and Level.NEW not in ask.levels:
        return Newcomers(hits=[])
    if first.total <= len(first.hits):
        return Newcomers(hits=first.hits)
    begun = since if ask.admitted_since is None else max(since, ask.admitted_since)
    wanted = replace(
        ask, cursor=None, page=1, per_page=POOL, sort=Sort.NEWEST, levels=(int(Level.NEW),), admitted_since=begun
    )
    found = look(wanted)
    if found.reading is not first.reading:
        return Newcomers(hits=[])
    slices = min(max(ceil(found.total / POOL), 1), DEEPEST // POOL)
    number = int(random.integers(slices))
    hits = found.hits if number == 0 else look(replace(wanted, page=number + 1)).hits
    return Newcomers(hits=hits, slice_chance=1.0 / slices)


def draw_of(
    fresh: Sequence[Candidate], *, boosting: Boosting, count: int, slice_chance: float, random: np.random.Generator
) -> Drawn:
    """Whether there are trials this time, and who is drawn for them."""
    records = {pk: Record(shown=shown, taken=taken) for pk, shown, taken in _counted(fresh)}
    told = [(records.get(each.product_id, Record()), each) for each in fresh]
    waiting = [(record, each) for record, each in told if record.shown < boosting.trial_showings]
    pool = _of_each_merchant(sorted(waiting, key=lambda pair: (pair[0].shown, pair[1].product_id)))
    places = trial_places(count, share_bp=boosting.trial_share_bp)
    beliefs = [record for record, _ in pool]
    is_held_out = bool(random.random() < HELD_OUT)
    winners = drawn(beliefs, most=len(places), random=random)
    ids = [candidate.product_id for _, candidate in pool]
    return Drawn(
        pool=ids,
        records=beliefs,
        places=places,
        winners=[ids[at] for at in winners],
        is_held_out=is_held_out,
        slice_chance=slice_chance,
    )


def _counted(fresh: Sequence[Candidate]) -> list[tuple[int, int, int]]:
    ids = [each.product_id for each in fresh]
    return list(Trial.objects.filter(product__in=ids).values_list("product_id", "shown", "taken"))


def _of_each_merchant(waiting: Sequence[tuple[Record, Candidate]]) -> list[tuple[Record, Candidate]]:
    """The first few of each merchant: those shown least."""
    counts: Counter[int] = Counter()
    kept = []
    for record, candidate in waiting:
        counts[candidate.merchant_id] += 1
        if counts[candidate.merchant_id] <= OF_ONE_MERCHANT:
            kept.append((record, candidate))
    return kept
