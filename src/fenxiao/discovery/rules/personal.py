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
from dataclasses import dataclass, replace
from typing import Final

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


def standings_of(
    candidates: Sequence[Candidate], *, taste: Taste, boosting: Boosting, audiences: Sequence[float]
) -> list[Standing]:
    """Every factor of each candidate. `audiences`: how well each suits his followers (`rules.audiences`)."""
    near = price_factors(taste, [each.price_fen for each in candidates]).tolist()
    lifts = {path: category_factor(taste, path) for path in {each.path for each in candidates}}
    levels = boosting.level_factors()
    return [
        Standing(
            candidate=each,
            fit=Fit(category=lifts[each.path], price=price, audience=audience, matched=matched_factor(each.matched)),
            earning=earning_factor(each.earns_fen),
            level=levels[each.level],
            availability=1.0 if each.has_stock else SOLD_OUT,
        )
        for each, price, audience in zip(candidates, near, audiences, strict=True)
    ]


def by_merit(standings: Sequence[Standing], *, caps: Caps) -> list[Standing]:
    """The same in the order of their scores, spread over merchants and categories, each with its place."""
    keys = [(-each.score, each.candidate.index_place or UNRANKED, each.candidate.product_id) for each in standings]
    ordered = [standings[at] for at in sorted(range(len(keys)), key=keys.__getitem__)]
    shown = spread([(each.candidate.merchant_id, each.candidate.path[0]) for each in ordered], caps)
    return [replace(ordered[at], ranked=place) for place, at in enumerate(shown, start=1)]


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
