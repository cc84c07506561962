"""Clicks that something other than our edge has seen."""

from dataclasses import dataclass, fields
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
        # Not `asdict`: it copies every value deeply, for as long as it takes to write the rows.
        return {field.name: getattr(self, field.name) for field in fields(self)}
