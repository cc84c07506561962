"""What may be said of a level to those whose figures it does not rest on: points and bounds, nothing measured."""

from fenxiao.quality.rules.explanation import Explanation, GateLine
from fenxiao.quality.rules.gates import PLACED
from fenxiao.quality.rules.words import Words


def open_reason(explanation: Explanation) -> Words:
    """The level's reason in a sentence, without any figure of the merchant's."""
    score = f"{explanation.score:.1f}"
    wanted = explanation.scored + 1
    if explanation.scored >= PLACED[-1]:
        return Words(f"得分 {score}，通过全部门槛", f"Scores {score} and passes every gate")
    if explanation.scored == 0:
        return Words("触及红线", "Beyond a red line")
    if explanation.scored == 1:
        return Words("新品：可供判断的证据还太少", "New: there is too little evidence to judge by yet")
    failed = [line.asks for line in gates_of(explanation, wanted) if not line.passed]
    zh, en = "、".join(one.zh for one in failed), ", ".join(one.en for one in failed)
    return Words(f"得分 {score}；距 L{wanted} 还差：{zh}", f"Scores {score}; short of L{wanted}: {en}")


def gates_of(explanation: Explanation, level: int) -> list[GateLine]:
    """What one level asks for."""
    return [line for line in explanation.gates if line.level == level]
