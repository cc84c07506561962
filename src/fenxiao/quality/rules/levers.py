"""What lifts most of many products: their ways up, gathered by what has to change."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median
from typing import Any, Final

from fenxiao.quality.rules.gates import ORDERS
from fenxiao.quality.rules.indicators import INDICATORS, Indicator, Unit
from fenxiao.quality.rules.shown import name_of, subject_words, value_words
from fenxiao.quality.rules.ways_up import KEEP_ON, LIFTED, Way
from fenxiao.quality.rules.words import Words

TIME: Final = "time"  # nothing but another run
VIOLATIONS: Final = "violations"
JOINT: Final = "+"  # between the parts of a lever's key
NAMES: Final = {
    TIME: Words("保持现状", "Keep it up"),
    VIOLATIONS: Words("解除违规", "Have violations lifted"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lift:
    """One way of one product to its next level."""

    product_id: int
    level: int
    of: tuple[str, ...]  # what changes, sorted
    steps: tuple[tuple[float | None, float | None], ...]  # from and to, in the order of `of`; None: evidence
    effort: float

    @property
    def key(self) -> str:
        """The name of its lever in an address."""
        return JOINT.join(self.of)

    @property
    def words(self) -> Words:
        """What has to change on this product."""
        told = [_step_words(code, *step) for code, step in zip(self.of, self.steps, strict=True)]
        return Words("，".join(one.zh for one in told), ", ".join(one.en for one in told))

    def as_json(self) -> list[Any]:
        """Ready to be stored."""
        return [self.product_id, self.level, list(self.of), [list(step) for step in self.steps], self.effort]

    @classmethod
    def from_json(cls, raw: Sequence[Any]) -> "Lift":
        """The one that was stored."""
        pk, level, of, steps, effort = raw
        return cls(
            product_id=pk, level=level, of=tuple(of), steps=tuple((now, then) for now, then in steps), effort=effort
        )


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One thing (or several at once) that lifts goods, with the goods it lifts, the easiest first."""

    of: tuple[str, ...]
    levels: tuple[tuple[int, int], ...]  # (level reached, goods), the highest first
    typically: Words  # by how much, in the middle of its goods
    lifts: tuple[Lift, ...]

    @property
    def key(self) -> str:
        """Its name in an address."""
        return JOINT.join(self.of)

    @property
    def name(self) -> Words:
        """What has to change."""
        told = [NAMES.get(code) or name_of(code) for code in self.of]
        return Words(" + ".join(one.zh for one in told), " + ".join(one.en for one in told))

    @property
    def goods(self) -> int:
        """How many goods it lifts."""
        return len(self.lifts)


def lifts_of(product_id: int, ways: Iterable[Way]) -> Iterator[Lift]:
    """A product's ways up as lifts; a way that says there is none lifts nothing."""
    for way in ways:
        if way.words in {KEEP_ON, LIFTED}:
            code = TIME if way.words == KEEP_ON else VIOLATIONS
            yield Lift(product_id=product_id, level=way.level, of=(code,), steps=((None, None),), effort=0.0)
        elif isfinite(way.effort):
            changes = sorted(way.changes, key=lambda change: change.of)
            yield Lift(
                product_id=product_id,
                level=way.level,
                of=tuple(change.of for change in changes),
                steps=tuple((change.now, change.then) for change in changes),
                effort=way.effort,
            )


def levers_of(lifts: Iterable[Lift]) -> tuple[Lever, ...]:
    """The levers of these lifts, by goods lifted, then by how easily."""
    gathered: dict[tuple[str, ...], list[Lift]] = {}
    for lift in lifts:
        gathered.setdefault(lift.of, []).append(lift)
    found = [_lever(of, some) for of, some in gathered.items()]
    return tuple(sorted(found, key=lambda lever: (-lever.goods, median(one.effort for one in lever.lifts), lever.of)))


def _lever(of: tuple[str, ...], lifts: Sequence[Lift]) -> Lever:
    counted = Counter(lift.level for lift in lifts)
    return Lever(
        of=of,
        levels=tuple(sorted(counted.items(), reverse=True)),
        typically=_typically(of, lifts),
        lifts=tuple(sorted(lifts, key=lambda lift: (lift.effort, lift.product_id))),
    )


def _typically(of: tuple[str, ...], lifts: Sequence[Lift]) -> Words:
    told = [_middle_words(code, [lift.steps[at] for lift in lifts]) for at, code in enumerate(of)]
    return Words("，".join(one.zh for one in told), ", ".join(one.en for one in told))


def _middle_words(code: str, steps: Sequence[tuple[float | None, float | None]]) -> Words:
    known = [then - now for now, then in steps if now is not None and then is not None]
    if not known:
        return _step_words(code, None, None)
    by = median(known)
    if code == ORDERS:
        return Words(f"多 {by:,.0f} 行成交", f"{by:,.0f} more paid lines")
    shown = _difference_words(INDICATORS[code], abs(by))
    return Words(f"{'降' if by < 0 else '升'} {shown.zh}", f"{'down' if by < 0 else 'up'} {shown.en}")


def _difference_words(one: Indicator, by: float) -> Words:
    if one.unit == Unit.SHARE:
        return Words(f"{100 * by:.1f} 个百分点", f"{100 * by:.1f} percentage points")
    return value_words(one, by)


def _step_words(code: str, now: float | None, then: float | None) -> Words:
    if code == TIME:
        return Words("得分已够，每次评估升一级", "it scores enough: each run lifts one level")
    if code == VIOLATIONS:
        return Words("违规存续期间一律为 L0", "L0 as long as it stands")
    name = name_of(code)
    if now is None or then is None:
        unit = INDICATORS[code].evidence
        return Words(f"为{name.zh}积累证据（{unit.zh}）", f"first evidence for {name.en} ({unit.en})")
    a, b = subject_words(code, now), subject_words(code, then)
    return Words(f"{name.zh} {a.zh} → {b.zh}", f"{name.en} {a.en} → {b.en}")
