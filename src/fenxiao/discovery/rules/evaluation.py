"""What other boosts would have brought, told from a log of what was shown (inverse propensity).

A good shown at a place stands for all lists on which it would have stood there. Under other boosts it would stand there
with another chance, and what came of it counts by the ratio of the two:

    IPS   = 1/n · Σ over pages Σ over places  w · r         w = chance under the other boosts ÷ chance when it was shown
    SNIPS = places per page · (Σ w · r) ÷ (Σ w)             r = 1 where its creator picked it within the days that count

IPS is unbiased where everything that the other boosts may show could have been shown. How far that holds is the
coverage: the mean of w, which is 1 then. Below it, the log never tried what the other boosts would do, and IPS leaves
that out; SNIPS takes it for like the rest. Errors are those of means over pages; the effective size (Σw)² ÷ Σw² says
how many places as they were shown would tell as much.

Chances of places behind the first ones by merit are not known and left out on both sides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.discovery.rules.trials import HELD_OUT, trial_places

ENOUGH: Final = 0.8  # coverage below which an estimate leaves too much out to be used


@dataclass(frozen=True, kw_only=True)
class Place:
    """One good of a page: what it weighs under the other boosts, and what came of it."""

    weight: float
    reward: float


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Picks per page, as they were and as they would be."""

    pages: int
    places: int
    shown: float  # picks per page as they were: what the log says of the boosts it was shown under
    ips: float
    ips_error: float  # standard
    snips: float
    snips_error: float
    effective: float  # places
    coverage: float

    @property
    def is_covered(self) -> bool:
        """Whether the log tried enough of what the other boosts would do."""
        return self.coverage >= ENOUGH


def estimate(pages: Iterable[Sequence[Place]]) -> Estimate:
    """What the log says; a `ValueError` of an empty one."""
    rows = [page for page in pages if page]
    places = [place for page in rows for place in page]
    if not places:
        raise ValueError("no place has a known chance")
    count, whole = len(rows), sum(place.weight for place in places)
    gains = [sum(place.weight * place.reward for place in page) for page in rows]
    ips, ratio = sum(gains) / count, sum(gains) / whole if whole else 0.0
    per_page = len(places) / count
    apart = [gain - ratio * sum(place.weight for place in page) for gain, page in zip(gains, rows, strict=True)]
    squares = sum(place.weight**2 for place in places)
    return Estimate(
        pages=count,
        places=len(places),
        shown=sum(place.reward for place in places) / count,
        ips=ips,
        ips_error=_error(gains),
        snips=per_page * ratio,
        snips_error=_error(apart) * len(places) / whole if whole else 0.0,
        effective=whole**2 / squares if squares else 0.0,
        coverage=whole / len(places),
    )


def _error(values: Sequence[float]) -> float:
    """The standard error of their mean."""
    count = len(values)
    if count < 2:
        return 0.0
    mean = sum(values) / count
    return sqrt(sum((value - mean) ** 2 for value in values) / (count - 1) / count)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as it was logged (see `rules.showings`)."""

    first_place: int
    propensities: Sequence[float]
    factors: dict[str, Sequence[Any]]
    rewards: Sequence[float]


def weighed(page: Page, *, other: Boosting) -> list[Place]:
    """The places of a page with what each weighs under other boosts."""
    ranks = _ranks(page, other=other)
    newcomers = max((each or 0 for each in page.factors["pool"]), default=0)
    last = page.first_place + len(page.propensities)
    kept = trial_places(last + newcomers, share_bp=other.trial_share_bp)[:newcomers]
    places = [at + 1 for at in kept]
    found = []
    for at, propensity in enumerate(page.propensities):
        if propensity > 0:
            chance = _chance(
                page.first_place + at,
                rank=ranks[at],
                draw=page.factors["draw"][at],
                draw_chance=page.factors["draw_chance"][at],
                places=places,
            )
            found.append(Place(weight=chance / propensity, reward=page.rewards[at]))
    return found


def _chance(place: int, *, rank: int, draw: int, draw_chance: float, places: Sequence[int]) -> float:
    """How likely a good would stand at a place, with trials on these places."""
    if draw:
        return (1.0 - HELD_OUT) * draw_chance if draw <= len(places) and places[draw - 1] == place else 0.0
    if not places:
        return float(rank == place)
    return (1.0 - HELD_OUT) * (_moved(rank, places) == place) + HELD_OUT * (rank == place)


def _moved(rank: int, places: Sequence[int]) -> int:
    """Where the good of this rank stands once the trials have their places."""
    at = rank
    for place in places:
        if place > at:
            break
        at += 1
    return at


def _ranks(page: Page, *, other: Boosting) -> list[int]:
    """The place by merit of each good under other boosts for levels, among the goods of its page.

    Goods were spread over merchants and categories, so their scores do not fall all the way: each counts as at most
    that of the one before it, and unchanged boosts change no place.
    """
    held = page.factors
    ranked = [at for at in range(len(page.propensities)) if held["ranked"][at] and not held["draw"][at]]
    ranked.sort(key=lambda at: held["ranked"][at])
    highest, scores = float("inf"), {}
    for at in ranked:
        highest = min(highest, _score(held, at))
        scores[at] = highest * other.level_factor(held["of_level"][at]) / held["level"][at]
    places = sorted(held["ranked"][at] for at in ranked)
    anew = sorted(ranked, key=lambda at: -scores[at])
    ranks = dict(zip(anew, places, strict=True))
    return [ranks.get(at, 0) for at in range(len(page.propensities))]


def _score(held: dict[str, Sequence[Any]], at: int) -> float:
    score = 1.0
    for name in ("relevance", "category", "price", "audience", "matched", "earning", "level", "availability"):
        score *= held[name][at]
    return score
