"""What one category's goods are graded by instead: weights, thresholds, gates and red lines of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from fenxiao.quality.rules.gates import Gate, RedLine


@dataclass(frozen=True, kw_only=True)
class Override:
    """What a policy says otherwise for a category and all below it. None: as in the policy itself.

    Windows, caps, price bands and strengths are the policy's alone: peers of two categories may be compared, and what
    they are measured by must be one.
    """

    powers: Mapping[str, int] | None = None
    indicators: Mapping[str, int] | None = None
    thresholds: Mapping[int, int] | None = None
    gates: tuple[Gate, ...] | None = None
    label_gates: tuple[Gate, ...] | None = None
    red_lines: tuple[RedLine, ...] | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What it says, by the names of a policy's fields."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in told.items() if value is not None}
