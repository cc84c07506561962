"""Clicks that something other than our edge has seen."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenClick:
    """One click on a link: whose, on what, by which buyer key, when."""

    id: UUID
    link_id: int
    creator_id: int
    product_id: int
    buyer_key: str
    clicked_at: datetime

    def columns(self) -> dict[str, Any]:
        """The values of a click's row."""
        return asdict(self)
