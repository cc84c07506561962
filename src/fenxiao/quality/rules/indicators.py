"""The eleven indicators behind the five powers: what each is, its unit, direction, evidence and window."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from fenxiao.quality.rules.words import Words


class Power(StrEnum):
    """The five powers."""

    BRAND = "brand"
    PRICE = "price"
    DISTRIBUTION = "distribution"
    SERVICE = "service"
    SALES = "sales"


POWER_WORDS: Final[Mapping[Power, Words]] = MappingProxyType(
    {
        Power.BRAND: Words("品牌力", "Brand"),
        Power.PRICE: Words("价格力", "Price"),
        Power.DISTRIBUTION: Words("分销力", "Distribution"),
        Power.SERVICE: Words("服务力", "Service"),
        Power.SALES: Words("销售力", "Sales"),
    }
)


class Unit(StrEnum):
    """What an indicator's value counts."""

    POINTS = "points"  # 0 to 100
    SHARE = "share"  # 0 to 1, shown in per cent
    RATIO = "ratio"  # 1 is the peers' median
    CREATORS = "creators"
    FEN = "fen"
    STARS = "stars"  # 1 to 5


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One measured fact. `strength`: the default weight of the prior, in units of evidence; 0 where none is shrunk."""

    code: str
    power: Power
    words: Words
    unit: Unit
    higher_is_better: bool
    evidence: Words  # what its evidence counts
    formula: Words
    strength: int = 0
    fallback: float = 0.0  # the prior of a market in which nobody has evidence


_LINES = Words("件成交", "paid lines")
_DAYS = Words("天在架", "days on offer")

INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        indicator.code: indicator
        for indicator in (
            Indicator(
                code="brand_standing",
                power=Power.BRAND,
                words=Words("品牌资质", "Brand standing"),
                unit=Unit.POINTS,
                higher_is_better=True,
                evidence=Words("份资质档案", "record of qualifications"),
                formula=Words(
                    "资质分（旗舰/自有/授权）加品牌知名度分；无资质为 0",
                    "Points of the qualification (flagship, own, authorised) and of the brand's tier; 0 without one",
                ),
            ),
            Indicator(
                code="brand_share",
                power=Power.BRAND,
                words=Words("品牌类目份额", "Brand's share of its category"),
                unit=Unit.SHARE,
                higher_is_better=True,
                evidence=Words("笔类目成交", "paid lines of the category"),
                formula=Words(
                    "品牌在三级类目近 90 天净成交额中的占比，向各品牌平均份额收缩",
                    "Brand's part of its third-level category's net GMV of 90 days, shrunk to an even share",
                ),
                strength=20,
            ),
            Indicator(
                code="price_position",
                power=Power.PRICE,
                words=Words("价格位置", "Price position"),
                unit=Unit.RATIO,
                higher_is_better=False,
                evidence=Words("件售出", "units sold"),
                formula=Words(
                    "近 90 天成交均价 ÷ 同类同价商品成交均价的中位数（限 0.2 至 5），向 1 收缩",
                    "Paid unit price of 90 days over the peers' median (within 0.2 and 5), shrunk to 1",
                ),
                strength=5,
                fallback=1.0,
            ),
            Indicator(
                code="price_honesty",
                power=Power.PRICE,
                words=Words("价格诚信", "Price honesty"),
                unit=Unit.SHARE,
                higher_is_better=True,
                evidence=Words("天有成交", "days with sales"),
                formula=Words(
                    "1 减去现价高出自身 30 天、90 天最低价的平均幅度，再减去先涨后降的涨幅",
                    "1 less how far the price paid now is above its own 30- and 90-day lows on average, "
                    "less any raise that a discount followed",
                ),
                strength=5,
                fallback=1.0,
            ),
            Indicator(
                code="active_promoters",
                power=Power.DISTRIBUTION,
                words=Words("动销达人数", "Active promoters"),
                unit=Unit.CREATORS,
                higher_is_better=True,
                evidence=_DAYS,
                formula=Words("近 30 天带出成交的达人数", "Creators with a paid line in 30 days"),
            ),
            Indicator(
                code="commission_appeal",
                power=Power.DISTRIBUTION,
                words=Words("佣金吸引力", "Commission appeal"),
                unit=Unit.FEN,
                higher_is_better=True,
                evidence=Words("个生效计划", "plan in force"),
                formula=Words("推广一件可得的佣金：标价 × 佣金率", "What one order earns: price by commission rate"),
            ),
            Indicator(
                code="review_score",
                power=Power.SERVICE,
                words=Words("评价得分", "Review score"),
                unit=Unit.STARS,
                higher_is_better=True,
                evidence=Words("条评价", "reviews"),
                formula=Words(
                    "近 90 天评价的平均星级，向同类均值收缩", "Mean stars of 90 days, shrunk to the peers' mean"
                ),
                strength=10,
                fallback=4.0,
            ),
            Indicator(
                code="quality_refund_rate",
                power=Power.SERVICE,
                words=Words("品质退款率", "Quality refund rate"),
                unit=Unit.SHARE,
                higher_is_better=False,
                evidence=_LINES,
                formula=Words(
                    "近 90 天品质退款行数 ÷ 成交行数，向同类均值收缩",
                    "Lines refunded for quality over paid lines of 90 days, shrunk to the peers' mean",
                ),
                strength=50,
            ),
            Indicator(
                code="on_time_rate",
                power=Power.SERVICE,
                words=Words("准时送达率", "On-time rate"),
                unit=Unit.SHARE,
                higher_is_better=True,
                evidence=Words("件有承诺送达日", "received lines with a promised date"),
                formula=Words(
                    "近 90 天按承诺日送达的占比，向同类均值收缩",
                    "Part of the received lines of 90 days that came by the promised date, shrunk to the peers' mean",
                ),
                strength=20,
                fallback=0.9,
            ),
            Indicator(
                code="gmv_30d",
                power=Power.SALES,
                words=Words("30 天净成交额", "Net GMV of 30 days"),
                unit=Unit.FEN,
                higher_is_better=True,
                evidence=_DAYS,
                formula=Words(
                    "近 30 天成交额减退款；单日、单个达人、单个买家的贡献有上限",
                    "GMV of 30 days less refunds; what one day, one creator or one buyer brings is capped",
                ),
            ),
            Indicator(
                code="conversion",
                power=Power.SALES,
                words=Words("点击转化率", "Conversion"),
                unit=Unit.SHARE,
                higher_is_better=True,
                evidence=Words("次点击", "clicks"),
                formula=Words(
                    "近 30 天推广成交 ÷ 点击，向同类均值收缩",
                    "Promoted paid lines per click of 30 days, shrunk to the peers' rate",
                ),
                strength=100,
            ),
        )
    }
)


def of_power(power: str) -> tuple[Indicator, ...]:
    """The indicators behind a power, in their order."""
    return tuple(indicator for indicator in INDICATORS.values() if indicator.power == power)
