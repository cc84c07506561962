"""Problems: what a batch could not take, each with its reason; the rest of the batch goes on."""

from dataclasses import dataclass
from typing import Self

from fenxiao.kernel.errors import Refused


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One event or review that was not taken, and why."""

    event_id: str  # of a review: its external id
    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, event_id: str, refusal: Refused) -> Self:
        """The problem that a refusal states."""
        return cls(event_id=event_id, code=refusal.code, zh=refusal.message("zh"), en=refusal.message("en"))
