"""Plans as a merchant writes them down, before they are held against what stands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fenxiao.deals.errors import (
    CreatorsNamedTwice,
    CreatorsUnfit,
    EntryNeedsRate,
    NobodyNamed,
    TooManyNamed,
)
from fenxiao.deals.rules.schedule import check_rate

MOST_NAMED = 5_000  # creators in one act
MOST_SHOWN = 20  # names in one refusal
INVITED = "invited"  # models.Entry, of a plan that takes no requests


@dataclass(frozen=True, kw_only=True)
class RowDraft:
    """What one creator is to get; everybody, without a creator."""

    creator_id: int | None
    rate_bp: int


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """A plan of type 1, 2, 4 or 5 on a product, or on the whole shop."""

    type: int
    product_id: int | None
    rows: tuple[RowDraft, ...]
    entry: str = INVITED
    offered_rate_bp: int | None = None
    floor_tier: str = ""
    floor_score_centi: int | None = None


@dataclass(frozen=True, kw_only=True)
class Unfit:
    """A creator who cannot be named, and why in both languages."""

    creator_id: int
    name: str
    zh: str
    en: str

    @property
    def known_as(self) -> str:
        """Id and name; an unknown one has no name."""
        return f"{self.creator_id} {self.name}".strip()


def check_rows(rows: Sequence[RowDraft]) -> None:
    """Refuses rows that name nobody, too many, someone twice, or a rate out of bounds."""
    if not rows:
        raise NobodyNamed()
    if len(rows) > MOST_NAMED:
        raise TooManyNamed(most=f"{MOST_NAMED:,}", count=f"{len(rows):,}")
    counted = Counter(row.creator_id for row in rows)
    if twice := [creator_id for creator_id, count in counted.items() if count > 1]:
        raise CreatorsNamedTwice(names=shown(twice))
    for row in rows:
        check_rate(row.rate_bp)


def check_entry(entry: str, *, offered_rate_bp: int | None) -> None:
    """Refuses a plan that takes requests without saying its rate, and a rate out of bounds."""
    if offered_rate_bp is not None:
        check_rate(offered_rate_bp)
    elif entry != INVITED:
        raise EntryNeedsRate()


def check_fit(unfit: Sequence[Unfit]) -> None:
    """Refuses creators who cannot be named, each with its reason."""
    if unfit:
        raise CreatorsUnfit(
            names_zh=shown((f"{each.known_as}（{each.zh}）" for each in unfit), mark="、"),
            names_en=shown(f"{each.known_as} ({each.en})" for each in unfit),
        )


def shown(names: Iterable[object], *, mark: str = ", ") -> str:
    """Names in a row, a long list cut short with the count of the rest."""
    every = [str(name).strip() for name in names]
    rest = len(every) - MOST_SHOWN
    return mark.join(every[:MOST_SHOWN]) + (f" … (+{rest})" if rest > 0 else "")


def top_rate(draft: PlanDraft) -> int:
    """The highest rate the draft gives anyone."""
    return max([row.rate_bp for row in draft.rows] + [draft.offered_rate_bp or 0])


def grouped(drafts: Sequence[PlanDraft]) -> Mapping[tuple[int, int | None], list[int]]:
    """Which drafts are about one plan: those of one type and product, by their places."""
    places: dict[tuple[int, int | None], list[int]] = {}
    for place, draft in enumerate(drafts):
        places.setdefault((draft.type, draft.product_id), []).append(place)
    return places
