"""How a score comes about: eleven bars, each beginning where the one before ended."""

from collections.abc import Iterator
from dataclasses import dataclass

from fenxiao.quality.rules import Explanation, IndicatorLine


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One indicator's part of the score, in percent of the scale of 0 to 100."""

    line: IndicatorLine
    start: float
    most: float  # what it would add as the best of its peers

    @property
    def end(self) -> float:
        """Where the next bar begins."""
        return self.start + self.line.contribution


@dataclass(frozen=True, kw_only=True)
class Waterfall:
    """All bars; the last ends at the score."""

    score: float
    bars: tuple[Bar, ...]
    marks: tuple[tuple[int, float], ...]  # levels and the scores they ask for


def waterfall_of(explanation: Explanation) -> Waterfall:
    """The waterfall of an explanation."""
    return Waterfall(
        score=explanation.score,
        bars=tuple(_bars(explanation.indicators)),
        marks=tuple((level, at) for level, at in explanation.thresholds if at > 0),
    )


def _bars(lines: tuple[IndicatorLine, ...]) -> Iterator[Bar]:
    start = 0.0
    for line in lines:
        bar = Bar(line=line, start=start, most=100 * line.weight)
        yield bar
        start = bar.end
