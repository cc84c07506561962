"""What is kept of a list that was shown: the figures by which it can be told later why it stood so."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from fenxiao.discovery.rules.asks import SearchAsk
from fenxiao.discovery.rules.personal import Standing

TAKEN_WITHIN_DAYS: Final = 7  # of a showing, for a pick to count as its doing
KEPT_DAYS: Final = 90  # beyond the longest trial and the days that count after it
DIGITS: Final = 5
WHERE: Final = ("page", "per_page", "cursor")  # of a list, not of what was asked


def asked(ask: SearchAsk) -> dict[str, Any]:
    """An ask without what was left open, JSON-ready."""
    told = {each.name: getattr(ask, each.name) for each in fields(ask) if each.name not in WHERE}
    default = SearchAsk()
    return {name: _plain(value) for name, value in told.items() if value != getattr(default, name)}


def factors_shown(standings: Iterable[Standing | None]) -> dict[str, list[float | None]]:
    """By name, the figure of each good; None for goods behind the part that was put in order."""
    told = [{} if each is None else figures_of(each) for each in standings]
    names = next((row for row in told if row), {})
    return {name: [_rounded(row[name]) if row else None for row in told] for name in names}


def figures_of(standing: Standing) -> dict[str, float]:
    """Every figure of one good's standing."""
    return {
        "relevance": standing.candidate.relevance,
        "category": standing.fit.category,
        "price": standing.fit.price,
        "audience": standing.fit.audience,
        "matched": standing.fit.matched,
        "earning": standing.earning,
        "level": standing.level,
        "of_level": standing.candidate.level,
        "availability": standing.availability,
        "ranked": standing.ranked,
        "pool": standing.pool,
        "draw": standing.draw,
        "draw_chance": standing.draw_chance,
    }


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.{DIGITS}g}")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
