"""A policy: the weights, windows, caps, gates and thresholds of one version of the model of good goods."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from math import isfinite
from typing import Any

from fenxiao.quality.errors import PolicyUnsound
from fenxiao.quality.rules.gates import ORDERS, PLACED, WHOLE, Gate, RedLine
from fenxiao.quality.rules.indicators import INDICATORS, Power, of_power
from fenxiao.quality.rules.overrides import Override
from fenxiao.quality.rules.words import Words


@dataclass(frozen=True, kw_only=True)
class PolicyBody:
    """One version of the model. Weights are basis points: of the powers in the score, of indicators in their power."""

    powers: Mapping[str, int]
    indicators: Mapping[str, int]
    strengths: Mapping[str, int]  # how much evidence the prior is worth
    thresholds: Mapping[int, int]  # least score in bp for L2 to L5
    gates: tuple[Gate, ...]
    label_gates: tuple[Gate, ...]  # for 「精选好物」, on top of its level
    red_lines: tuple[RedLine, ...]
    standing_points: tuple[int, ...] = (0, 40, 55, 70)  # none, authorised, own, flagship
    tier_points: tuple[int, ...] = (0, 10, 20, 30)  # unknown, regional, national, leading; only with a qualification
    short_days: int = 30
    long_days: int = 90
    least_peers: int = 30
    least_coverage_bp: int = 3_000  # below it there is too little evidence for any level but L1
    quality_coverage_bp: int = 4_000  # below it L2 is the highest
    day_cap_bp: int = 3_334  # of a window's GMV: what one day, one creator may count for
    creator_cap_bp: int = 5_000
    lines_per_buyer: int = 3  # lines that one buyer may count for on one day
    # Edges between price bands, in fen; a band begins at its edge.
    price_bands_fen: tuple[int, ...] = (2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 300_000)
    # By category id, of any depth; the deepest on a product's path counts, alone.
    overrides: Mapping[str, Override] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Ready to be stored."""
        told = asdict(self)
        return told | {"overrides": {key: asdict(one) for key, one in self.overrides.items()}}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "PolicyBody":
        """The policy that was stored. Refuses (`PolicyUnsound`) unknown fields and what does not add up."""
        unknown = set(raw) - {field.name for field in fields(cls)}
        if unknown:
            raise PolicyUnsound(reason_zh=f"未知字段 {sorted(unknown)}", reason_en=f"unknown fields {sorted(unknown)}")
        try:
            return cls(**_given(raw))
        except (TypeError, ValueError, KeyError, AttributeError) as wrong:
            raise PolicyUnsound(reason_zh=f"无法读取：{wrong}", reason_en=f"unreadable: {wrong}") from None

    def __post_init__(self) -> None:
        for words in _faults(self):
            raise PolicyUnsound(reason_zh=words.zh, reason_en=words.en)

    def under(self, override: str | None) -> "PolicyBody":
        """What counts for products of the override with this key; the policy itself for None or an unknown key."""
        if override is None or override not in self.overrides:
            return self
        return replace(self, overrides={}, **self.overrides[override].said)

    def weight(self, code: str) -> int:
        """An indicator's weight in the whole, in bp × bp."""
        return self.powers[INDICATORS[code].power] * self.indicators[code]


def override_on(path: Sequence[str], *, policy: PolicyBody) -> str | None:
    """The key of the override that counts for a product whose category has this path of ids, the top one first."""
    return next((key for key in reversed(path) if key in policy.overrides), None)


def body_for(policy: PolicyBody, path: Sequence[str]) -> PolicyBody:
    """The policy as it counts for products of the category with this path of ids, the top one first."""
    return policy.under(override_on(path, policy=policy))


def _given(raw: Mapping[str, Any]) -> dict[str, Any]:
    given = _given_levels(raw)
    for name in ("standing_points", "tier_points", "price_bands_fen"):
        if name in given:
            given[name] = tuple(given[name])
    overrides = given.get("overrides", {})
    given["overrides"] = {key: Override(**_given_levels(one)) for key, one in overrides.items()}
    return given


def _given_levels(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that an override may have too."""
    given = dict(raw)
    for name, kind in (("gates", Gate), ("label_gates", Gate), ("red_lines", RedLine)):
        if given.get(name) is not None:
            given[name] = tuple(kind(**row) for row in given[name])
    if given.get("thresholds") is not None:
        given["thresholds"] = {int(level): least for level, least in given["thresholds"].items()}
    return given


def _faults(body: PolicyBody) -> Iterator[Words]:
    yield from _faults_of_weights(body)
    yield from _faults_of_levels(body)
    yield from _faults_of_bounds(body)
    if not 0 < body.short_days <= body.long_days:
        yield Words("短窗口应在 1 天与长窗口之间", "the short window must lie within the long one")
    if list(body.price_bands_fen) != sorted(set(body.price_bands_fen)):
        yield Words("价格带的分界应递增", "the edges of price bands must rise")
    if body.least_coverage_bp > body.quality_coverage_bp:
        yield Words("L2 的证据覆盖要求不能高于 L3", "L2 cannot ask for more coverage than L3")
    for key in body.overrides:
        yield from _faults_of_override(body, key)


def _faults_of_override(body: PolicyBody, key: str) -> Iterator[Words]:
    if not body.overrides[key].said:
        yield Words(f"类目 {key} 的单独设置是空的", f"the override of category {key} says nothing")
    try:
        body.under(key)
    except PolicyUnsound as wrong:
        told = wrong.details
        yield Words(f"类目 {key}：{told['reason_zh']}", f"category {key}: {told['reason_en']}")


def _faults_of_weights(body: PolicyBody) -> Iterator[Words]:
    if set(body.powers) != set(Power) or set(body.indicators) != set(INDICATORS):
        yield Words("须给出全部五力与 11 项指标的权重", "all five powers and eleven indicators need a weight")
        return
    if min(*body.powers.values(), *body.indicators.values()) < 0:
        yield Words("权重不能为负", "a weight cannot be negative")
    if (total := sum(body.powers.values())) != WHOLE:
        yield Words(f"五力权重合计为 {total / 100}%，应为 100%", f"the powers weigh {total / 100} %, not 100 %")
    for power in Power:
        if (total := sum(body.indicators[one.code] for one in of_power(power))) != WHOLE:
            yield Words(
                f"{power} 内指标权重合计为 {total / 100}%，应为 100%",
                f"the indicators of {power} weigh {total / 100} %, not 100 %",
            )
    if any(INDICATORS[code].strength and body.strengths.get(code, 0) <= 0 for code in INDICATORS):
        yield Words("收缩强度应为正", "every shrunk indicator needs a positive strength")


def _faults_of_levels(body: PolicyBody) -> Iterator[Words]:
    if tuple(sorted(body.thresholds)) != PLACED:
        yield Words("须给出 L2 至 L5 的分数线", "L2 to L5 need a threshold each")
        return
    if (bounds := [body.thresholds[level] for level in PLACED]) != sorted(bounds):
        yield Words("分数线应随等级上升", "thresholds must rise with the level")
    known = {*Power, *INDICATORS, ORDERS}
    if (
        unknown := {*(gate.of for gate in (*body.gates, *body.label_gates)), *(line.of for line in body.red_lines)}
        - known
    ):
        yield Words(f"未知的门槛对象 {sorted(unknown)}", f"gates of unknown things {sorted(unknown)}")
        return
    for gate in body.gates:
        for above in body.gates:
            is_softer = above.bound > gate.bound if gate.is_upper else above.bound < gate.bound
            if above.of == gate.of and above.level > gate.level and is_softer:
                yield Words(
                    f"{gate.of} 在 L{above.level} 的门槛低于 L{gate.level}",
                    f"{gate.of} asks less of L{above.level} than of L{gate.level}",
                )


def _faults_of_bounds(body: PolicyBody) -> Iterator[Words]:
    bounds = [gate.bound for gate in (*body.gates, *body.label_gates)] + [line.bound for line in body.red_lines]
    if not all(isfinite(bound) for bound in bounds):
        yield Words("门槛和红线应为有限的数", "bounds of gates and red lines must be finite")
    if strange := sorted({gate.level for gate in body.gates} - set(PLACED)):
        yield Words(f"等级 {strange} 没有门槛，只有 L2 至 L5 有", f"levels {strange} have no gates, only L2 to L5")
    if not all(0 <= least <= WHOLE for least in body.thresholds.values()):
        yield Words("分数线应在 0 与 100 之间", "thresholds must lie between 0 and 100")
    if not all(0 < cap <= WHOLE for cap in (body.day_cap_bp, body.creator_cap_bp)) or body.lines_per_buyer < 1:
        yield Words("单日、单达人、单买家的上限应为正且不超过全部", "caps must be positive and at most the whole")
    if body.least_peers < 2:
        yield Words("同类至少 2 件", "a peer group needs two products at least")


def default_policy() -> PolicyBody:
    """Version 1: what a fresh installation grades by."""
    return PolicyBody(
        powers={"brand": 1_000, "price": 1_500, "distribution": 2_000, "service": 3_000, "sales": 2_500},
        indicators={
            "brand_standing": 6_000,
            "brand_share": 4_000,
            "price_position": 5_000,
            "price_honesty": 5_000,
            "active_promoters": 6_000,
            "commission_appeal": 4_000,
            "review_score": 4_000,
            "quality_refund_rate": 3_500,
            "on_time_rate": 2_500,
            "gmv_30d": 6_000,
            "conversion": 4_000,
        },
        strengths={code: one.strength for code, one in INDICATORS.items() if one.strength},
        thresholds={2: 0, 3: 5_400, 4: 6_200, 5: 7_000},
        gates=(
            Gate(level=2, of=ORDERS, bound=1),
            Gate(level=3, of=ORDERS, bound=5),
            Gate(level=3, of="service", bound=4_000),
            Gate(level=3, of="quality_refund_rate", bound=0.06),
            Gate(level=4, of=ORDERS, bound=20),
            Gate(level=4, of="sales", bound=6_500),
            Gate(level=4, of="distribution", bound=5_500),
            Gate(level=5, of="brand", bound=5_000),
            Gate(level=5, of="price", bound=5_000),
            Gate(level=5, of="distribution", bound=6_500),
            Gate(level=5, of="service", bound=6_000),
            Gate(level=5, of="sales", bound=7_500),
        ),
        label_gates=(
            Gate(level=3, of="review_score", bound=4.2),
            Gate(level=3, of="quality_refund_rate", bound=0.03),
        ),
        red_lines=(RedLine(of="quality_refund_rate", bound=0.10, least_evidence=20),),
    )
