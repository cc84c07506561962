"""How values, places and peer groups are said in words."""

from typing import Final

from fenxiao.quality.rules.gates import ORDERS, Gate
from fenxiao.quality.rules.grades import Grade, Measure
from fenxiao.quality.rules.indicators import INDICATORS, POWER_WORDS, Indicator, Power, Unit
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.words import Words

GROUPS: Final = (
    Words("同类同价", "in its category and price band"),
    Words("上级类目同价", "in its parent category and price band"),
    Words("同价小类目", "among goods of its price band in small categories"),
    Words("其余小类目", "among the other goods of small categories"),
)
ORDER_WORDS: Final = Words("90 天成交行数", "order lines paid in 90 days")


def value_words(one: Indicator, value: float) -> Words:
    """An indicator's value with its unit."""
    match one.unit:
        case Unit.SHARE:
            return Words(f"{value:.1%}", f"{value:.1%}")
        case Unit.POINTS:
            return Words(f"{value:.0f} 分", f"{value:.0f} points")
        case Unit.RATIO:
            return Words(f"中位价的 {value:.2f} 倍", f"{value:.2f} × the median")
        case Unit.CREATORS:
            return Words(f"{value:.1f} 位" if value % 1 else f"{value:.0f} 位", f"{value:.1f}".removesuffix(".0"))
        case Unit.FEN:
            return Words(f"{value / 100:,.2f}", f"{value / 100:,.2f}")
        case Unit.STARS:
            return Words(f"{value:.2f} 星", f"{value:.2f} stars")


def evidence_words(one: Indicator, evidence: float) -> Words:
    """How much evidence a value rests on."""
    if evidence <= 0:
        return Words("暂无证据，取同类均值", "no evidence: the peers' mean is taken")
    return Words(f"{evidence:,.0f} {one.evidence.zh}", f"{evidence:,.0f} {one.evidence.en}")


def place_words(place: int, among: int, *, kind: int) -> Words:
    """A place among peers: 同类同价 214 件中第 3."""
    group = GROUPS[kind]
    return Words(f"{group.zh} {among:,} 件中第 {place:,}", f"{ordinal(place)} of {among:,} {group.en}")


def measure_place(measure: Measure, *, kind: int) -> Words | None:
    """The place in one indicator; None without evidence or known peers."""
    return place_words(measure.place, measure.among, kind=kind) if measure.place else None


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, …"""
    last = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{last}"


def group_words(grade: Grade, *, category: Words | None, policy: PolicyBody) -> Words:
    """The peer group by name: its category and band."""
    if grade.peer_kind == 3:
        return Words("小类目商品", "goods of small categories")
    band = band_words(grade.band, policy=policy)
    if grade.peer_kind == 2 or category is None:
        return Words(f"小类目商品 · {band}", f"goods of small categories · {band}")
    return Words(f"{category.zh} · {band}", f"{category.en} · {band}")


def band_words(band: int, *, policy: PolicyBody) -> str:
    """A price band as a range of prices."""
    edges = policy.price_bands_fen
    low = f"{edges[band - 1] / 100:g}" if band else "0"
    return f"{low}–{edges[band] / 100:g}" if band < len(edges) else f"{low}+"


def name_of(subject: str) -> Words:
    """The name of a power, an indicator or the count of orders."""
    if subject == ORDERS:
        return ORDER_WORDS
    return INDICATORS[subject].words if subject in INDICATORS else POWER_WORDS[Power(subject)]


def subject_words(subject: str, value: float | None) -> Words:
    """The value of what a gate looks at."""
    if value is None:
        return Words("无证据", "no evidence")
    if subject in INDICATORS:
        return value_words(INDICATORS[subject], value)
    shown = f"{value:,.0f}" if subject == ORDERS else f"{value / 100:.0f}"
    return Words(shown, shown)


def gate_words(gate: Gate) -> Words:
    """What a gate asks for: 销售力 ≥ 65."""
    sign, name, bound = "≤" if gate.is_upper else "≥", name_of(gate.of), subject_words(gate.of, gate.bound)
    return Words(f"{name.zh} {sign} {bound.zh}", f"{name.en} {sign} {bound.en}")
