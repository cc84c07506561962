"""What would lift a product to the next level: the shortest honest ways, in values, each tried on the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fenxiao.quality.rules.gates import ORDERS, PLACED
from fenxiao.quality.rules.grades import MeasuredGrade
from fenxiao.quality.rules.indicators import INDICATORS, of_power
from fenxiao.quality.rules.levels import is_beyond_red_line
from fenxiao.quality.rules.peers import Peers
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.reach import Reach, reach_of
from fenxiao.quality.rules.recount import Supposed, grade_if
from fenxiao.quality.rules.shown import name_of, subject_words, value_words
from fenxiao.quality.rules.words import Words

MOST_WAYS: Final = 5  # more would be a list, not advice
HALVINGS: Final = 12  # of the room, when several indicators rise together

KEEP_ON: Final = Words(
    "保持下去：得分已够更高等级，每次评估升一级", "Keep it up: it scores higher, and each run lifts one level"
)
LIFTED: Final = Words(
    "先解除平台认定的违规：违规存续期间一律为 L0", "Have the violation lifted first: as long as it stands, L0 it is"
)
NO_WAY: Final = Words(
    "以现有证据，即使全部指标达到极限也到不了 L{level}：先积累成交与评价",
    "On the evidence there is, not even the best of values reaches L{level}: more sales and reviews come first",
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing to change: an indicator from a value to a value, paid lines, or evidence where there was none."""

    of: str  # an indicator or "orders"
    now: float | None  # None: no evidence yet
    then: float | None  # None: any evidence will do
    words: Words


@dataclass(frozen=True, kw_only=True)
class Way:
    """Changes that together reach `level`; `effort` compares ways (see `Reach.effort`)."""

    level: int
    changes: tuple[Change, ...]
    effort: float
    words: Words


@dataclass(frozen=True, kw_only=True)
class Climb:
    """A product on its way to `level`: what is tried, and on what."""

    grade: MeasuredGrade
    level: int
    peers: Peers
    policy: PolicyBody
    needs: tuple[Change, ...]  # paid lines and evidence that no value can stand for

    def arrives(self, values: Mapping[str, float]) -> bool:
        """Whether these values, with what is needed anyway, score the level."""
        return self.graded(values).scored >= self.level

    def graded(self, values: Mapping[str, float]) -> MeasuredGrade:
        """The grade with these values and with what is needed anyway."""
        orders = next((int(one.then or 0) for one in self.needs if one.of == ORDERS), None)
        proven = frozenset(one.of for one in self.needs if one.of != ORDERS)
        supposed = Supposed(values=values, orders=orders, proven=proven)
        return grade_if(self.grade, supposed, peers=self.peers, policy=self.policy)


def ways_up(
    grade: MeasuredGrade, *, peers: Peers, policy: PolicyBody, at_most: Mapping[str, float] | None = None
) -> tuple[Way, ...]:
    """The ways to the next level, the easiest first: one value each where one is enough, else several together."""
    policy = policy.under(grade.override)
    if grade.violations:
        return (Way(level=1, changes=(), effort=float("inf"), words=LIFTED),)
    is_red = is_beyond_red_line(grade.showing, policy=policy)
    if not is_red and grade.scored > grade.level:
        return (Way(level=grade.level + 1, changes=(), effort=0.0, words=KEEP_ON),)
    if grade.scored >= PLACED[-1]:
        return ()
    level = grade.scored + 1
    needs = () if is_red else tuple(_needs(grade, level, policy))
    climb = Climb(grade=grade, level=level, peers=peers, policy=policy, needs=needs)
    if needs and climb.arrives({}):
        return (_way(climb, {}, {}),)
    return _by_values(climb, at_most or {})


def _by_values(climb: Climb, at_most: Mapping[str, float]) -> tuple[Way, ...]:
    reaches = _reaches(climb, at_most)
    alone = [{code: value} for code, reach in reaches.items() if (value := _least(climb, reach, {})) is not None]
    found = alone or ([together] if (together := _together(climb, reaches)) else [])
    if not found:
        words = Words(NO_WAY.zh.format(level=climb.level), NO_WAY.en.format(level=climb.level))
        return (Way(level=climb.level, changes=climb.needs, effort=float("inf"), words=words),)
    ways = [_way(climb, values, reaches) for values in found]
    return tuple(sorted(ways, key=lambda way: way.effort)[:MOST_WAYS])


def _reaches(climb: Climb, at_most: Mapping[str, float]) -> dict[str, Reach]:
    grade = climb.graded({})
    known = [code for code, measure in grade.measures.items() if measure.is_known]
    found = {code: reach_of(code, grade, peers=climb.peers, policy=climb.policy, at_most=at_most) for code in known}
    return {code: reach for code, reach in found.items() if reach is not None}


def _needs(grade: MeasuredGrade, level: int, policy: PolicyBody) -> Iterator[Change]:
    """Paid lines that gates ask for, and evidence that coverage and the gates of powers ask for."""
    gates = [gate for gate in policy.gates if gate.level <= level]
    if (asked := max((int(g.bound) for g in gates if g.of == ORDERS), default=0)) > grade.orders:
        yield _change(ORDERS, grade.orders, asked)
    proven = [
        _heaviest(gate.of, policy) for gate in gates if gate.of in grade.powers_bp and _is_unknown(grade, gate.of)
    ]
    least = policy.quality_coverage_bp if level > 2 else policy.least_coverage_bp
    covered = grade.coverage_bp + sum(policy.weight(code) for code in proven) // 10_000
    unknown = [code for code, measure in grade.measures.items() if not measure.is_known and code not in proven]
    for code in sorted(unknown, key=lambda code: -policy.weight(code)):
        if covered >= least:
            break
        proven.append(code)
        covered += policy.weight(code) // 10_000
    yield from (_proof(code) for code in proven)


def _is_unknown(grade: MeasuredGrade, power: str) -> bool:
    return grade.powers_bp[power] is None


def _heaviest(power: str, policy: PolicyBody) -> str:
    return max(of_power(power), key=lambda one: policy.indicators[one.code]).code


def _least(climb: Climb, reach: Reach, others: Mapping[str, float]) -> float | None:
    """The nearest value of this indicator that arrives beside `others`; None where even the best does not."""
    if not climb.arrives({**others, reach.code: reach.best}):
        return None
    low, high = 0, len(reach) - 1
    while low < high:
        middle = (low + high) // 2
        if climb.arrives({**others, reach.code: reach[middle]}):
            high = middle
        else:
            low = middle + 1
    return reach[low]


def _together(climb: Climb, reaches: Mapping[str, Reach]) -> dict[str, float] | None:
    """Few indicators that arrive together: dropped one by one from all at their best, then brought back evenly."""
    chosen = dict(reaches)
    if not climb.arrives(_at(chosen, 1.0)):
        return None
    for code in sorted(reaches, key=climb.policy.weight):
        rest = {other: reach for other, reach in chosen.items() if other != code}
        if climb.arrives(_at(rest, 1.0)):
            chosen = rest
    values = _at(chosen, _least_part(climb, chosen))
    for code in sorted(chosen, key=climb.policy.weight):
        others = {other: value for other, value in values.items() if other != code}
        if (least := _least(climb, chosen[code], others)) is not None:
            values[code] = least
    return values


def _least_part(climb: Climb, reaches: Mapping[str, Reach]) -> float:
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if climb.arrives(_at(reaches, middle)) else (middle, high)
    return high


def _at(reaches: Mapping[str, Reach], part: float) -> dict[str, float]:
    return {code: reach[min(int(part * len(reach)), len(reach) - 1)] for code, reach in reaches.items()}


def _way(climb: Climb, values: Mapping[str, float], reaches: Mapping[str, Reach]) -> Way:
    now = climb.grade.measures
    changes = (*climb.needs, *(_change(code, now[code].value, value) for code, value in values.items()))
    return Way(
        level=climb.level,
        changes=changes,
        effort=sum(reaches[code].effort(value) for code, value in values.items()),
        words=_joined([change.words for change in changes]),
    )


def _joined(words: Sequence[Words]) -> Words:
    return Words("，同时".join(one.zh for one in words), ", and ".join(one.en for one in words))


def _change(of: str, now: float, then: float) -> Change:
    name = name_of(of)
    if of in INDICATORS:
        shown, wanted = value_words(INDICATORS[of], now), value_words(INDICATORS[of], then)
    else:
        shown, wanted = subject_words(of, now), subject_words(of, then)
    verb = "降到" if of in INDICATORS and not INDICATORS[of].higher_is_better else "提到"
    words = Words(f"{name.zh}从 {shown.zh} {verb} {wanted.zh}", f"{name.en} from {shown.en} to {wanted.en}")
    return Change(of=of, now=now, then=then, words=words)


def _proof(code: str) -> Change:
    one = INDICATORS[code]
    words = Words(f"为{one.words.zh}积累证据（{one.evidence.zh}）", f"evidence for {one.words.en} ({one.evidence.en})")
    return Change(of=code, now=None, then=None, words=words)
