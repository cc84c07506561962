"""A policy as a table that people read, and what differs from another one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from fenxiao.quality.rules.gates import Gate, RedLine
from fenxiao.quality.rules.indicators import INDICATORS, POWER_WORDS, Power, of_power
from fenxiao.quality.rules.overrides import Override
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.shown import evidence_words, gate_words, name_of, subject_words
from fenxiao.quality.rules.words import Words

WEIGHTS: Final = Words("权重", "Weights")
THRESHOLDS: Final = Words("分数线", "Thresholds")
GATES: Final = Words("等级门槛", "Gates of levels")
LABEL: Final = Words("「精选好物」门槛", "Gates of the label")
RED: Final = Words("红线（一票降为 L0）", "Red lines (L0 at once)")
EVIDENCE: Final = Words("窗口与证据", "Windows and evidence")
CAPS: Final = Words("防刷上限", "Caps")
POINTS: Final = Words("品牌分与价格带", "Brand points and price bands")
STRENGTHS: Final = Words("先验强度（相当于多少条证据）", "Strength of the prior (worth so much evidence)")
OVERRIDES: Final = Words("类目单独设置", "Overrides by category")


class Said(NamedTuple):
    """One thing a policy says."""

    name: Words
    shown: Words


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing a policy says, beside what the other one says; None where one of them says nothing of it."""

    name: Words
    shown: Words | None
    before: Words | None

    @property
    def is_changed(self) -> bool:
        """Whether the two differ."""
        return self.shown != self.before


@dataclass(frozen=True, kw_only=True)
class Section:
    """Lines that belong together."""

    title: Words
    lines: tuple[Line, ...]

    @property
    def is_changed(self) -> bool:
        """Whether any line differs."""
        return any(line.is_changed for line in self.lines)


Table = Mapping[Words, Mapping[str, Said]]


def policy_table(body: PolicyBody, *, other: PolicyBody, categories: Mapping[str, Words]) -> tuple[Section, ...]:
    """All that `body` says beside what `other` says. `categories` names those with overrides."""
    now, before = _told(body, categories), _told(other, categories)
    return tuple(_section(title, now[title], before[title]) for title in now)


def _section(title: Words, now: Mapping[str, Said], before: Mapping[str, Said]) -> Section:
    keys = [*now, *(key for key in before if key not in now)]
    return Section(title=title, lines=tuple(_line(now.get(key), before.get(key)) for key in keys))


def _line(now: Said | None, before: Said | None) -> Line:
    name = (now or before or Said(Words("", ""), Words("", ""))).name
    return Line(name=name, shown=now.shown if now else None, before=before.shown if before else None)


def _told(body: PolicyBody, categories: Mapping[str, Words]) -> dict[Words, dict[str, Said]]:
    return {
        WEIGHTS: _weights(body.powers, body.indicators),
        THRESHOLDS: _thresholds(body.thresholds),
        GATES: _gates(body.gates),
        LABEL: _gates(body.label_gates),
        RED: _red_lines(body.red_lines),
        EVIDENCE: _evidence(body),
        CAPS: _caps(body),
        POINTS: _points(body),
        STRENGTHS: _strengths(body),
        OVERRIDES: dict(_overrides(body, categories)),
    }


def _weights(powers: Mapping[str, int] | None, indicators: Mapping[str, int] | None) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for power in Power:
        if powers is not None:
            found[power] = Said(POWER_WORDS[power], _both(percent(powers[power])))
        if indicators is not None:
            for one in of_power(power):
                name = Words(f"{POWER_WORDS[power].zh} › {one.words.zh}", f"{POWER_WORDS[power].en} › {one.words.en}")
                found[one.code] = Said(name, _both(percent(indicators[one.code])))
    return found


def _thresholds(thresholds: Mapping[int, int]) -> dict[str, Said]:
    lines = {}
    for level, least in sorted(thresholds.items()):
        points = f"{least / 100:g}"
        lines[f"L{level}"] = Said(_both(f"L{level}"), Words(f"≥ {points} 分", f"≥ {points} points"))
    return lines


def _gates(gates: Iterable[Gate]) -> dict[str, Said]:
    return {f"{gate.level}:{gate.of}": Said(_gate_name(gate), _gate_bound(gate)) for gate in gates}


def _gate_name(gate: Gate) -> Words:
    name = name_of(gate.of)
    return Words(f"L{gate.level} · {name.zh}", f"L{gate.level} · {name.en}")


def _gate_bound(gate: Gate) -> Words:
    sign, bound = "≤" if gate.is_upper else "≥", subject_words(gate.of, gate.bound)
    return Words(f"{sign} {bound.zh}", f"{sign} {bound.en}")


def _red_lines(lines: Iterable[RedLine]) -> dict[str, Said]:
    return {line.of: Said(name_of(line.of), _red_words(line)) for line in lines}


def _red_words(line: RedLine) -> Words:
    one = INDICATORS[line.of]
    sign, bound = "<" if one.higher_is_better else ">", subject_words(line.of, line.bound)
    least = evidence_words(one, line.least_evidence) if line.least_evidence else Words("任意证据", "any evidence")
    return Words(f"{sign} {bound.zh}（至少 {least.zh}）", f"{sign} {bound.en} (on {least.en} or more)")


def _evidence(body: PolicyBody) -> dict[str, Said]:
    return {
        "short_days": Said(Words("短窗口", "Short window"), _days(body.short_days)),
        "long_days": Said(Words("长窗口", "Long window"), _days(body.long_days)),
        "least_peers": Said(
            Words("同类至少", "Least peers"), Words(f"{body.least_peers} 件", f"{body.least_peers} products")
        ),
        "least_coverage_bp": Said(
            Words("L2 至少的证据覆盖", "Evidence that L2 asks for"), _both(percent(body.least_coverage_bp))
        ),
        "quality_coverage_bp": Said(
            Words("L3 至少的证据覆盖", "Evidence that L3 asks for"), _both(percent(body.quality_coverage_bp))
        ),
    }


def _caps(body: PolicyBody) -> dict[str, Said]:
    lines = Words(f"{body.lines_per_buyer} 行", f"{body.lines_per_buyer} lines")
    return {
        "day_cap_bp": Said(Words("单日最多占成交额", "Most of the GMV from one day"), _both(percent(body.day_cap_bp))),
        "creator_cap_bp": Said(
            Words("单个达人最多占成交额", "Most of the GMV from one creator"), _both(percent(body.creator_cap_bp))
        ),
        "lines_per_buyer": Said(Words("单个买家每日最多计", "Most lines of a buyer on a day"), lines),
    }


def _points(body: PolicyBody) -> dict[str, Said]:
    return {
        "standing_points": Said(
            Words("资质分：无、授权、自有、旗舰", "Points: no qualification, authorised, own, flagship"),
            _both(" · ".join(map(str, body.standing_points))),
        ),
        "tier_points": Said(
            Words("知名度分：未知、区域、全国、头部", "Points: unknown, regional, national, leading brand"),
            _both(" · ".join(map(str, body.tier_points))),
        ),
        "price_bands_fen": Said(
            Words("价格带分界", "Edges between price bands"),
            _both(" · ".join(f"{edge / 100:g}" for edge in body.price_bands_fen)),
        ),
    }


def _strengths(body: PolicyBody) -> dict[str, Said]:
    return {
        code: Said(
            one.words,
            Words(f"{body.strengths[code]:g} {one.evidence.zh}", f"{body.strengths[code]:g} {one.evidence.en}"),
        )
        for code, one in INDICATORS.items()
        if code in body.strengths
    }


def _overrides(body: PolicyBody, categories: Mapping[str, Words]) -> Iterator[tuple[str, Said]]:
    for key, one in body.overrides.items():
        yield key, Said(categories.get(key, _both(key)), override_words(one, base=body))


def override_words(one: Override, *, base: PolicyBody) -> Words:
    """What an override says otherwise than the policy itself, in one sentence."""
    own = {
        **_weights(one.powers, one.indicators),
        **_thresholds(one.thresholds or {}),
        **_red_lines(one.red_lines or ()),
    }
    plain = {
        **_weights(base.powers, base.indicators),
        **_thresholds(base.thresholds),
        **_red_lines(base.red_lines),
    }
    told = [Words(f"{a.zh} {b.zh}", f"{a.en} {b.en}") for key, (a, b) in own.items() if plain.get(key) != (a, b)]
    for gates, usual in ((one.gates, base.gates), (one.label_gates, base.label_gates)):
        for gate in gates or ():
            if gate not in usual:
                asks = gate_words(gate)
                told.append(Words(f"L{gate.level}：{asks.zh}", f"L{gate.level}: {asks.en}"))
    return Words("；".join(words.zh for words in told), "; ".join(words.en for words in told))


def percent(bp: int) -> str:
    """Basis points in per cent."""
    return f"{bp / 100:g}%"


def _days(days: int) -> Words:
    return Words(f"{days} 天", f"{days} days")


def _both(text: str) -> Words:
    return Words(text, text)
