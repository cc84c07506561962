"""The order of goods for one creator, and every factor of it.

    score = relevance × fit × earning × level × availability

relevance     of the words asked for, as the index has it; 1 when nothing was asked
fit           see `rules.fit`
earning       as `rules.ranking`, of what one order brings this creator by his own terms after the platform's fee
level         of the boosts in force (`rules.boosts`)
availability  1 in stock, 0.2 sold out

The best by score are spread over merchants and categories (`rules.diversity`); newcomers on trial come between them on
places of their own (`rules.trials`). Equal scores stand in the index's order, then by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.discovery.rules.diversity import Caps, spread
from fenxiao.discovery.rules.fit import Fit, Taste, category_factor, matched_factor, price_factors
from fenxiao.discovery.rules.ranking import SOLD_OUT, earning_factor
from fenxiao.discovery.rules.trials import HELD_OUT, Record

UNRANKED: Final = 1_000_000  # stands behind all that the index gave a place


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A product that meets the ask, as it stands now."""

    product_id: int
    merchant_id: int
    path: tuple[str, ...]  # the category everyone sees, then those above it
    price_fen: int
    level: int
    has_stock: bool
    relevance: float
    index_place: int | None  # from 1; None: beyond the first that were read
    matched: float | None  # its score on his list of matches ÷ the best there; None: not on it
    earns_fen: int  # of one piece, after the platform's fee; 0 without terms for him


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a product stands for a creator, and why."""

    candidate: Candidate
    fit: Fit
    earning: float
    level: float
    availability: float
    ranked: int = 0  # its place by merit, from 1, spread but without trials
    place: int = 0  # from 1, as shown
    trial: Record | None = None  # of a newcomer on a trial place: how it fared so far
    draw: int = 0  # which trial place, from 1; 0: none
    pool: int = 0  # how many newcomers are drawn among; 0: no trials are to be had
    draw_chance: float = 1.0  # of standing on that trial place, when there are trials
    propensity: float = 1.0  # of standing where it stands, over all that chance decided; 0: not known

    @property
    def score(self) -> float:
        """What it was ordered by."""
        return self.candidate.relevance * self.fit.value * self.earning * self.level * self.availability


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Candidates with every factor of each, in columns: a standing is made only of those that are shown."""

    candidates: Sequence[Candidate]
    category: Sequence[float]
    price: Sequence[float]
    audience: Sequence[float]
    matched: Sequence[float]
    earning: Sequence[float]
    level: Sequence[float]
    availability: Sequence[float]

    @cached_property
    def places(self) -> dict[int, int]:
        """Where each product lies in the columns."""
        return {each.product_id: at for at, each in enumerate(self.candidates)}

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """What each is ordered by, as `Standing.score` tells it."""
        relevance = np.array([each.relevance for each in self.candidates], dtype=np.float64)
        fit = np.array(self.category) * self.price * self.audience * self.matched
        found: NDArray[np.float64] = relevance * fit * self.earning * self.level * self.availability
        return found

    def standing(self, product_id: int, **told: Any) -> Standing:
        """One product's, with what else is told of it (`Standing`)."""
        at = self.places[product_id]
        fit = Fit(
            category=self.category[at], price=self.price[at], audience=self.audience[at], matched=self.matched[at]
        )
        return Standing(
            candidate=self.candidates[at],
            fit=fit,
            earning=self.earning[at],
            level=self.level[at],
            availability=self.availability[at],
            **told,
        )


def scored(candidates: Sequence[Candidate], *, taste: Taste, boosting: Boosting, audiences: Sequence[float]) -> Scored:
    """Every factor of each candidate. `audiences`: how well each suits his followers (`rules.audiences`)."""
    lifts = {path: category_factor(taste, path) for path in {each.path for each in candidates}}
    levels = boosting.level_factors()
    return Scored(
        candidates=candidates,
        category=[lifts[each.path] for each in candidates],
        price=price_factors(taste, [each.price_fen for each in candidates]).tolist(),
        audience=audiences,
        matched=[matched_factor(each.matched) for each in candidates],
        earning=[earning_factor(each.earns_fen) for each in candidates],
        level=[levels[each.level] for each in candidates],
        availability=[1.0 if each.has_stock else SOLD_OUT for each in candidates],
    )


def by_merit(found: Scored, product_ids: Sequence[int], *, caps: Caps) -> list[int]:
    """These of the candidates in the order of their scores, spread over merchants and categories."""
    some = [found.candidates[found.places[pk]] for pk in product_ids]
    scores = found.scores[[found.places[pk] for pk in product_ids]]
    keys = [
        (-score, each.index_place or UNRANKED, each.product_id)
        for score, each in zip(scores.tolist(), some, strict=True)
    ]
    ordered = [some[at] for at in sorted(range(len(keys)), key=keys.__getitem__)]
    shown = spread([(each.merchant_id, each.path[0]) for each in ordered], caps)
    return [ordered[at].product_id for at in shown]


def propensity_of(standing: Standing, *, first_trial: int | None, is_held_out: bool, exact: int) -> float:
    """The chance that it stands where it stands: over whether there are trials, and who is drawn.

    `first_trial` is the first place that a trial takes; None: nothing was left to chance. Goods by merit stand there
    or, without trials, before; of those behind the first `exact` it is not known (0), since a newcomer who is drawn
    from behind there moves them up.
    """
    if first_trial is None:
        return 1.0
    if standing.draw:
        return (1.0 - HELD_OUT) * standing.draw_chance
    if standing.ranked > exact:
        return 0.0
    if standing.ranked < first_trial:
        return 1.0
    return HELD_OUT if is_held_out else 1.0 - HELD_OUT
