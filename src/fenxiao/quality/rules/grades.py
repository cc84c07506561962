"""A grade: one product's row of a run's result, with or without its measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fenxiao.quality.rules.indicators import INDICATORS, Power
from fenxiao.quality.rules.levels import Showing

MEASURED = ("value", "evidence", "percentile_bp")  # a place follows from the value and the published peers


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One indicator of one product. Without evidence the value is the prior and the percentile the middle."""

    value: float
    evidence: float
    percentile_bp: int  # among the peers that have evidence; higher is better whatever the direction
    place: int = 0  # 1 is best; 0 without evidence, or where the peers were not asked (`recount.placed`)
    among: int = 0  # peers with evidence

    @property
    def is_known(self) -> bool:
        """Whether there is any evidence."""
        return self.evidence > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade:
    """One product's grade, as lists need it. `*_bp` are basis points of 100."""

    product_id: int
    level: int
    scored: int  # before the rule of steps
    step: str
    is_select: bool
    before_level: int | None
    score_bp: int
    coverage_bp: int
    orders: int  # paid lines in the long window
    place: int  # by score in the peer group, 1 is best
    peers: int
    peer_kind: int  # 0 third-level category and price band, 1 second-level and band, 2 and 3 what is left
    third_id: str
    second_id: str
    band: int
    override: str | None = None  # the key of the policy's override that counted
    violations: int = 0  # found and not lifted
    powers_bp: Mapping[str, int | None]

    @property
    def score(self) -> float:
        """0 to 100."""
        return self.score_bp / 100

    @property
    def coverage(self) -> float:
        """How much of the weights rests on evidence, 0 to 1."""
        return self.coverage_bp / 10_000

    @property
    def powers(self) -> dict[str, float | None]:
        """The five powers, 0 to 100; None without evidence."""
        return {power: None if bp is None else bp / 100 for power, bp in self.powers_bp.items()}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Grade":
        """A grade from a row of the run's result."""
        return cls(**_head(row))


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredGrade(Grade):
    """A grade with the eleven measures behind it."""

    measures: Mapping[str, Measure]

    @property
    def showing(self) -> Showing:
        """What its level was decided on."""
        return Showing(
            score_bp=self.score_bp,
            coverage_bp=self.coverage_bp,
            orders=self.orders,
            powers=self.powers_bp,
            values={code: measure.value for code, measure in self.measures.items()},
            evidence={code: measure.evidence for code, measure in self.measures.items()},
            violations=self.violations,
        )

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "MeasuredGrade":
        """A grade from a whole row of the run's result."""
        measures = {code: Measure(**{name: row[f"{code}_{name}"] for name in MEASURED}) for code in INDICATORS}
        return cls(**_head(row), measures=measures)


PLAIN = (
    "product_id",
    "level",
    "scored",
    "step",
    "is_select",
    "before_level",
    "score_bp",
    "coverage_bp",
    "orders",
    "place",
    "peers",
    "peer_kind",
    "third_id",
    "second_id",
    "band",
    "override",
    "violations",
)
HEAD = (*PLAIN, *(f"power_{power}" for power in Power))
COLUMNS = (
    *HEAD,
    *(f"{code}_{name}" for code in INDICATORS for name in MEASURED),
)


def _head(row: Mapping[str, Any]) -> dict[str, Any]:
    powers = {power.value: row[f"power_{power}"] for power in Power}
    return {name: row[name] for name in PLAIN} | {"powers_bp": powers}
