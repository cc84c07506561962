"""Floors of an activity: the least commission of each category's goods, and the least service fee."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from fenxiao.deals.errors import (
    FloorOfUnfitCategories,
    FloorOutOfBounds,
    FloorsLeaveNothing,
    FloorsMissing,
    FloorsSuperfluous,
    FloorsTooMany,
    FloorTwice,
)
from fenxiao.deals.rules.terms import HIGHEST_COMMISSION_BP
from fenxiao.kernel.money import BP, Rate

MOST_FLOORS = 2_000


class Scope(IntEnum):
    """For which categories floors are set, numbered as the trade does."""

    LEAF = 0
    SECOND_LEVEL = 2
    ALL = 10


@dataclass(frozen=True, kw_only=True)
class Floor:
    """The least commission of one category's goods."""

    category_id: str
    commission_bp: int


@dataclass(frozen=True, kw_only=True)
class Floors:
    """All floors of an activity."""

    scope: int = Scope.ALL
    by_category: tuple[Floor, ...] = ()
    commission_bp: int = 0  # where the scope is ALL
    service_fee_bp: int = 0

    def commission_of(self, *, category_id: str, second_id: str | None) -> int | None:
        """The floor for goods of a category below a second-level one; None: they have no place in the activity."""
        if self.scope == Scope.ALL:
            return self.commission_bp
        sought = category_id if self.scope == Scope.LEAF else second_id
        return next((floor.commission_bp for floor in self.by_category if floor.category_id == sought), None)


@dataclass(frozen=True, kw_only=True)
class CategoryPlace:
    """What floors need to know of a category."""

    name_zh: str
    name_en: str
    depth: int
    is_leaf: bool
    is_active: bool


def check_floors(floors: Floors, *, places: Mapping[str, CategoryPlace]) -> None:
    """Refuses floors out of bounds, of categories that do not fit the scope, twice, none or too many."""
    _check_bounds(floors)
    if floors.scope == Scope.ALL:
        if floors.by_category:
            raise FloorsSuperfluous(count=len(floors.by_category))
        return
    if not floors.by_category:
        raise FloorsMissing()
    if len(floors.by_category) > MOST_FLOORS:
        raise FloorsTooMany(count=len(floors.by_category), most=MOST_FLOORS)
    _check_once(floors.by_category, places)
    _check_places(floors, places)


def _check_bounds(floors: Floors) -> None:
    if not 0 <= floors.service_fee_bp <= BP:
        raise FloorOutOfBounds(
            what_zh="服务费率", what_en="service fee", rate=Rate(floors.service_fee_bp), most=Rate(BP)
        )
    highest = 0
    for commission_bp in (floors.commission_bp, *(floor.commission_bp for floor in floors.by_category)):
        if not 0 <= commission_bp <= HIGHEST_COMMISSION_BP:
            most = Rate(HIGHEST_COMMISSION_BP)
            raise FloorOutOfBounds(what_zh="佣金率", what_en="commission", rate=Rate(commission_bp), most=most)
        highest = max(highest, commission_bp)
    if (total_bp := highest + floors.service_fee_bp) > BP:
        raise FloorsLeaveNothing(commission=Rate(highest), fee=Rate(floors.service_fee_bp), total=Rate(total_bp))


def _check_once(floors: Sequence[Floor], places: Mapping[str, CategoryPlace]) -> None:
    counts = Counter(floor.category_id for floor in floors)
    twice = [places[pk].name_zh if pk in places else pk for pk, count in counts.items() if count > 1]
    if twice:
        raise FloorTwice(categories=", ".join(twice))


def _check_places(floors: Floors, places: Mapping[str, CategoryPlace]) -> None:
    unfit = [
        (floor.category_id, why)
        for floor in floors.by_category
        if (why := _unfit(places.get(floor.category_id), scope=floors.scope))
    ]
    if unfit:
        leaf = floors.scope == Scope.LEAF
        names = [(places[pk].name_zh, places[pk].name_en) if pk in places else (pk, pk) for pk, _ in unfit]
        raise FloorOfUnfitCategories(
            wanted_zh="叶子类目" if leaf else "二级类目",
            wanted_en="leaf categories" if leaf else "second-level categories",
            categories_zh="、".join(f"{zh}（{why[0]}）" for (zh, _), (_, why) in zip(names, unfit, strict=True)),
            categories_en=", ".join(f"{en} ({why[1]})" for (_, en), (_, why) in zip(names, unfit, strict=True)),
        )


def _unfit(place: CategoryPlace | None, *, scope: int) -> tuple[str, str] | None:
    if place is None:
        return "类目不存在", "no such category"
    if not place.is_active:
        return "类目已停用", "not in use any more"
    if scope == Scope.LEAF and not place.is_leaf:
        return "不是叶子类目，下面还有子类目", "not a leaf: it has categories below"
    if scope == Scope.SECOND_LEVEL and place.depth != 2:
        return f"是第 {place.depth} 级类目", f"on level {place.depth}"
    return None
