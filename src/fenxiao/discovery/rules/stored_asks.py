"""Asks that are kept: as JSON without what was left open, read back strictly, asked anew at any moment."""

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from fenxiao.discovery.rules.asks import MOST_PER_PAGE, SearchAsk, Sort, checked
from fenxiao.kernel.clock import business_day, day_start
from fenxiao.kernel.errors import BadInput

LONGEST_DAYS: Final = 366
SOME_DAY: Final = datetime(2020, 1, 1, tzinfo=UTC)  # whether it can be asked does not depend on when


@dataclass(frozen=True, kw_only=True)
class StoredAsk:
    """Words, filters and order. Days of age are whole business days back from the one on which it is asked."""

    text: str = ""
    category_id: str | None = None
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    commission_min_bp: int | None = None
    earns_min_fen: int | None = None
    sales_min: int | None = None
    score_min_centi: int | None = None
    levels: tuple[int, ...] = ()
    select_only: bool = False
    plan_types: tuple[int, ...] = ()
    in_stock_only: bool = False
    ships_free_only: bool = False
    newest_days: int | None = None  # admitted within as many days
    sort: str = Sort.RECOMMENDED.value

    def ask(self, *, now: datetime, per_page: int = MOST_PER_PAGE) -> SearchAsk:
        """What the index is asked at this moment."""
        told = {name: getattr(self, name) for name in ASKED}
        return SearchAsk(**told, admitted_since=self._since(now), per_page=per_page)

    def _since(self, now: datetime) -> datetime | None:
        if self.newest_days is None:
            return None
        return day_start(business_day(now) - timedelta(days=self.newest_days))

    def stored(self) -> dict[str, Any]:
        """As JSON, without what was left open."""
        plain = type(self)()
        told = {name: value for name, value in asdict(self).items() if value != getattr(plain, name)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


ASKED: Final = {each.name for each in fields(StoredAsk)} - {"newest_days"}
TEXTS: Final = {"text", "category_id", "sort"}
SWITCHES: Final = {"select_only", "in_stock_only", "ships_free_only"}
LISTS: Final = {"levels", "plan_types"}
Stored = TypeVar("Stored", bound=StoredAsk)


def read_stored(told: object, kind: type[Stored]) -> Stored:
    """What was stored; refuses (`BadInput`) by its name the first field that is unknown or cannot be."""
    if not isinstance(told, dict):
        raise BadInput(field="rule", reason_zh="应为字段与取值", reason_en="must be fields and their values")
    names = {each.name for each in fields(kind)}
    for name, value in told.items():
        if name not in names:
            raise BadInput(field=name, reason_zh="没有这个筛选项", reason_en="there is no such filter")
        if not _is_of_kind(name, value):
            raise BadInput(field=name, reason_zh="取值类型不对", reason_en="is of the wrong type")
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    kept = kind(**given)
    check_days(kept.newest_days)
    checked(kept.ask(now=SOME_DAY))
    return kept


def check_days(days: int | None) -> None:
    """Refuse an age in days that is none."""
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        said = f"1–{LONGEST_DAYS}"
        raise BadInput(field="newest_days", reason_zh=f"应为 {said}", reason_en=said)


def _is_of_kind(name: str, value: object) -> bool:
    if name in LISTS:
        return isinstance(value, list) and all(type(each) is int for each in value)
    return type(value) is (str if name in TEXTS else bool if name in SWITCHES else int)
