"""What may be said of a level to those whose figures it does not rest on: points and bounds, nothing measured."""

from dataclasses import dataclass

from fenxiao.quality.rules.explanation import Explanation, GateLine
from fenxiao.quality.rules.gates import PLACED
from fenxiao.quality.rules.words import Words


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """One indicator: which part of its peers the product is better than, and no value."""

    name: Words
    power: str
    percentile: float


@dataclass(frozen=True, kw_only=True)
class OpenGate:
    """What the level or the next one asks for, and whether it is passed; not by how much."""

    level: int
    asks: Words
    passed: bool


@dataclass(frozen=True, kw_only=True)
class OpenExplanation:
    """Why a product has its level, for those who would sell it."""

    level: int
    reason: Words
    peer_group: Words
    place: Words
    powers: dict[str, float | None]
    lines: tuple[OpenLine, ...]  # of the indicators with evidence, the best first
    gates: tuple[OpenGate, ...]  # of the level it scores and of the next


def open_explanation(explanation: Explanation) -> OpenExplanation:
    """What of an explanation may be told to everyone."""
    known = [line for line in explanation.indicators if line.is_known]
    near = [line for line in explanation.gates if explanation.scored <= line.level <= explanation.scored + 1]
    return OpenExplanation(
        level=explanation.level,
        reason=open_reason(explanation),
        peer_group=explanation.peer_group,
        place=explanation.place,
        powers={line.code: line.points for line in explanation.powers},
        lines=tuple(
            OpenLine(name=line.name, power=line.power, percentile=line.percentile)
            for line in sorted(known, key=lambda line: -line.percentile)
        ),
        gates=tuple(OpenGate(level=line.level, asks=line.asks, passed=line.passed) for line in near),
    )


def open_reason(explanation: Explanation) -> Words:
    """The level's reason in a sentence, without any figure of the merchant's."""
    score = f"{explanation.score:.1f}"
    wanted = explanation.scored + 1
    if explanation.scored >= PLACED[-1]:
        return Words(f"得分 {score}，通过全部门槛", f"Scores {score} and passes every gate")
    if explanation.scored == 0:
        return Words("触及红线", "Beyond a red line")
    failed = [line.asks for line in gates_of(explanation, wanted) if not line.passed]
    zh, en = "、".join(one.zh for one in failed), ", ".join(one.en for one in failed)
    return Words(f"得分 {score}；距 L{wanted} 还差：{zh}", f"Scores {score}; short of L{wanted}: {en}")


def gates_of(explanation: Explanation, level: int) -> list[GateLine]:
    """What one level asks for."""
    return [line for line in explanation.gates if line.level == level]
