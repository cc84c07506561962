"""Why one order earns what it earns, sentence by sentence, in both languages and with the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fenxiao.deals.rules.precedence import TYPES, Candidate
from fenxiao.deals.rules.split import Split, split
from fenxiao.deals.rules.terms import Terms
from fenxiao.kernel.money import Rate, amount


class Code(StrEnum):
    """What a sentence is about."""

    EARNS = "earns"  # what the creator gets of one order
    PLAN = "plan"  # which plan gives the rate
    TIER = "tier"  # what the creator's tier adds
    PLATFORM_FEE = "platform_fee"  # what the platform takes of it
    STEP = "step"  # what it will be after so many orders
    SERVICE_FEE = "service_fee"  # what the leaders get, which is not the creator's loss
    NOTHING = "nothing"  # there are no terms
    WHY_NOT = "why_not"  # the reason that an offer lost


SAYINGS: dict[Code, tuple[str, str]] = {
    Code.EARNS: ("每单预计赚 {earned} {currency}", "You earn {earned} {currency} on one order"),
    Code.PLAN: (
        "按{type_zh}佣金率 {rate}，{base} 元货款计佣 {commission}",
        "the {type_en} gives {rate} of {base}, which is {commission}",
    ),
    Code.TIER: (
        "其中{tier_zh}牌达人等级加佣 {extra}，多得 {part}",
        "of that your {tier} tier adds {extra}, which is {part}",
    ),
    Code.PLATFORM_FEE: (
        "平台技术服务费为佣金的 {rate}，即 {fee}",
        "the platform takes {rate} of the commission, which is {fee}",
    ),
    Code.STEP: (
        "本期有效订单满 {after} 单后，之后每单佣金率 {rate}，每单赚 {earned}",
        "after {after} valid orders of yours in this window each further one brings {rate}, which is {earned}",
    ),
    Code.SERVICE_FEE: (
        "商家另付团长服务费 {fee}，不影响你的佣金",
        "the merchant pays the leader {fee} besides; it does not come out of your commission",
    ),
    Code.NOTHING: ("当前没有对你生效的佣金计划", "There are no terms for you at this moment"),
    Code.WHY_NOT: ("{reason_zh}", "{reason_en}"),
}
TIERS_ZH = {"gold": "金", "silver": "银", "bronze": "铜"}


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One sentence: its code, and the figures in it as they are shown."""

    code: Code
    figures: dict[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """The sentence in `language` ("zh…" or anything else for English)."""
        return SAYINGS[self.code][0 if language.startswith("zh") else 1].format(**self.figures)


def sayings_of(terms: Terms, parts: Split) -> list[Saying]:
    """What one sale earns the creator, and because of what."""
    currency = parts.base.currency
    zh, en = TYPES[terms.plan_type]
    told = [
        Saying(code=Code.EARNS, figures={"earned": amount(parts.creator_net.fen), "currency": currency}),
        Saying(
            code=Code.PLAN,
            figures={
                "type_zh": zh,
                "type_en": en,
                "rate": str(Rate(terms.commission_rate_bp)),
                "base": amount(parts.base.fen),
                "commission": amount(parts.commission.fen),
            },
        ),
    ]
    if terms.differential_bp:
        told.append(_of_tier(terms, parts))
    if terms.platform_fee_rate_bp:
        told.append(_of_platform(terms, parts))
    if parts.service_fee.fen:
        told.append(Saying(code=Code.SERVICE_FEE, figures={"fee": amount(parts.service_fee.fen)}))
    return told + [_of_step(terms, parts, after=after, extra_bp=extra_bp) for after, extra_bp in terms.steps]


def silence_of(candidates: Sequence[Candidate]) -> list[Saying]:
    """Why there are no terms: the offers that come nearest, with what stands against them."""
    told = [Saying(code=Code.NOTHING)]
    return told + [
        Saying(code=Code.WHY_NOT, figures={"reason_zh": each.words("zh"), "reason_en": each.words("en")})
        for each in candidates
    ]


def tier_part_fen(terms: Terms, parts: Split) -> int:
    """What of the commission the tier's differential brings."""
    without = Rate(terms.commission_rate_bp - terms.differential_bp).of(parts.base)
    return Rate(terms.commission_rate_bp).of(parts.base).fen - without.fen


def _of_tier(terms: Terms, parts: Split) -> Saying:
    figures = {
        "tier": terms.tier,
        "tier_zh": TIERS_ZH.get(terms.tier, terms.tier),
        "extra": str(Rate(terms.differential_bp)),
        "part": amount(tier_part_fen(terms, parts)),
    }
    return Saying(code=Code.TIER, figures=figures)


def _of_platform(terms: Terms, parts: Split) -> Saying:
    fee = parts.commission.fen - parts.creator_net.fen
    return Saying(code=Code.PLATFORM_FEE, figures={"rate": str(Rate(terms.platform_fee_rate_bp)), "fee": amount(fee)})


def _of_step(terms: Terms, parts: Split, *, after: int, extra_bp: int) -> Saying:
    earned = split(parts.base, terms, step_bp=extra_bp).creator_net
    figures = {"after": f"{after:,}", "rate": str(Rate(terms.rate_with(extra_bp))), "earned": amount(earned.fen)}
    return Saying(code=Code.STEP, figures=figures)
