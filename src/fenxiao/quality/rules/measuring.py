"""The eleven indicators of one product, counted again from its raw facts. Imports nothing of the engine.

Each indicator has a numerator and an evidence. Shrunk ones are (numerator + strength × prior) ÷ (evidence + strength);
the others are the numerator, or the prior where there is no evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor
from typing import NamedTuple

from fenxiao.quality.rules.gates import WHOLE
from fenxiao.quality.rules.indicators import INDICATORS, Indicator
from fenxiao.quality.rules.peers import Peers
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.raw import RawDay, RawFacts

WEEK = 7
LEAST_RATIO, MOST_RATIO = 0.2, 5.0  # of a paid price to the median: winsorised
HAIR = 0.000_001  # so that a whole number that came out a hair short is not floored away


class Part(NamedTuple):
    """What an indicator is made of."""

    numerator: float
    evidence: float


@dataclass(frozen=True, kw_only=True)
class Window:
    """Sums of some days."""

    units: int
    gmv: int
    refunds: int
    lines: int

    @property
    def unit_price(self) -> float | None:
        """What one unit was paid with on average."""
        return self.gmv / self.units if self.units else None


def window_of(days: Iterable[RawDay]) -> Window:
    """The sums of these days."""
    some = list(days)
    return Window(
        units=sum(day.units for day in some),
        gmv=sum(day.gmv_fen for day in some),
        refunds=sum(day.refund_fen for day in some),
        lines=sum(day.paid_lines for day in some),
    )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A product's parts, its paid lines and the average price paid for it in whole fen."""

    parts: dict[str, Part]
    orders: int
    unit_fen: int | None


def count(raw: RawFacts, *, policy: PolicyBody) -> Counted:
    """Count the parts of the eleven indicators."""
    long = [day for day in raw.days if day.age <= policy.long_days]
    short = [day for day in long if day.age <= policy.short_days]
    whole = window_of(long)
    parts = {
        **_brand(raw, policy),
        **_price(long, short, [day for day in long if day.age > policy.short_days]),
        **_distribution(raw, long, policy),
        **_service(long, whole),
        **_sales(raw, long, short, policy),
    }
    unit = whole.unit_price
    return Counted(parts=parts, orders=whole.lines, unit_fen=None if unit is None else floor(unit))


def _brand(raw: RawFacts, policy: PolicyBody) -> dict[str, Part]:
    points = _at(policy.standing_points, raw.standing) + _at(policy.tier_points, raw.brand_tier)
    totals = raw.category
    if raw.brand_id is None or totals.gmv <= 0:
        share = Part(0.0, 0.0)
    else:
        share = Part((totals.brand_gmv or 0.0) / totals.gmv * totals.orders, totals.orders)
    return {"brand_standing": Part(float(points if raw.standing > 0 else 0), 1.0), "brand_share": share}


def _at(points: tuple[int, ...], number: int) -> int:
    return points[number] if 0 <= number < len(points) else 0


def _price(long: list[RawDay], short: list[RawDay], earlier: list[RawDay]) -> dict[str, Part]:
    days = sum(day.paid_lines > 0 for day in long)
    honest = floor(_honesty(long, short, earlier) * WHOLE + HAIR)
    units = sum(day.units for day in long)
    return {
        "price_position": Part(0.0, float(units)),  # made with the group's median, below
        "price_honesty": Part(float(honest * days), float(days)),
    }


def _honesty(long: list[RawDay], short: list[RawDay], earlier: list[RawDay]) -> float:
    """1 less the mean of how far the price paid now is above its lows, less a raise that a discount followed."""
    week = window_of(day for day in short if day.age <= WEEK)
    candidates = (week.unit_price, window_of(short).unit_price, window_of(long).unit_price)
    now = next((price for price in candidates if price is not None), None)
    before = window_of(earlier).unit_price
    low_short = min((d.lowest_unit_fen for d in short if d.lowest_unit_fen is not None), default=None)
    low_long = min((d.lowest_unit_fen for d in long if d.lowest_unit_fen is not None), default=None)
    high = max((d.highest_unit_fen for d in short if d.highest_unit_fen is not None), default=None)
    raised = 0.0
    if high is not None and before is not None and now is not None and before < high and now < high:
        if before == 0:
            return 0.0
        raised = high / before - 1
    return max(0.0, 1 - (_above(now, low_short) + _above(now, low_long)) / 2 - raised)


def _above(price: float | None, low: int | None) -> float:
    return price / low - 1 if price is not None and low else 0.0


def _distribution(raw: RawFacts, long: list[RawDay], policy: PolicyBody) -> dict[str, Part]:
    promoters = sum(one.paid_lines > 0 for one in raw.promotions) if long else 0
    can_be_promoted = raw.rate_bp is not None or promoters > 0
    earned = floor(raw.price_fen * (raw.rate_bp or 0) / WHOLE)
    return {
        "active_promoters": Part(float(promoters), _days_seen(raw, long, policy) if can_be_promoted else 0.0),
        "commission_appeal": Part(float(earned), float(raw.rate_bp is not None)),
    }


def _days_seen(raw: RawFacts, long: list[RawDay], policy: PolicyBody) -> float:
    """Days on offer within the short window; an imported product was on offer when it first sold."""
    oldest = max((day.age for day in long), default=0)
    return float(min(max(raw.days_admitted, oldest, 0), policy.short_days))


def _service(long: list[RawDay], whole: Window) -> dict[str, Part]:
    refunds = sum(day.quality_refunds for day in long)
    return {
        "review_score": Part(float(sum(day.stars for day in long)), float(sum(day.reviews for day in long))),
        "quality_refund_rate": Part(float(min(refunds, whole.lines)), float(whole.lines)),
        "on_time_rate": Part(
            float(sum(day.on_time_lines for day in long)), float(sum(day.promised_lines for day in long))
        ),
    }


def _sales(raw: RawFacts, long: list[RawDay], short: list[RawDay], policy: PolicyBody) -> dict[str, Part]:
    clicks, promoted = sum(day.clicks for day in short), sum(day.promoted_lines for day in short)
    return {
        "gmv_30d": Part(_capped_gmv(raw, long, short, policy), _days_seen(raw, long, policy)),
        "conversion": Part(float(min(promoted, clicks)), float(clicks)),
    }


def _capped_gmv(raw: RawFacts, long: list[RawDay], short: list[RawDay], policy: PolicyBody) -> float:
    """GMV less refunds; what one day, one creator or one buyer brings is capped."""
    whole = window_of(short)
    most_of_day = floor(whole.gmv * policy.day_cap_bp / WHOLE)
    by_day = sum(min(_of_buyers(day, policy), most_of_day) for day in short if day.paid_lines > 0)
    most_of_creator = floor(whole.gmv * policy.creator_cap_bp / WHOLE)
    promotions = raw.promotions if long else ()
    by_creator = whole.gmv - sum(max(one.gmv_fen - most_of_creator, 0) for one in promotions)
    return float(max(min(by_day, by_creator) - whole.refunds, 0))


def _of_buyers(day: RawDay, policy: PolicyBody) -> int:
    return floor(day.gmv_fen * min(1.0, policy.lines_per_buyer * day.buyers / day.paid_lines))


def strength_of(one: Indicator, *, policy: PolicyBody) -> float:
    """How much evidence the prior is worth."""
    return float(policy.strengths.get(one.code, one.strength))


def prior_of(one: Indicator, *, peers: Peers, brands: float) -> float:
    """What the indicator is drawn to, in its numerator's unit."""
    if one.code == "price_position":
        return 1.0
    return 1.0 / max(brands, 1.0) if one.code == "brand_share" else peers.priors[one.code]


def value_of(one: Indicator, part: Part, *, prior: float, policy: PolicyBody) -> float:
    """The indicator's value, drawn to the prior as far as evidence is short."""
    if not one.strength:
        return part.numerator if part.evidence > 0 else prior
    strength = strength_of(one, policy=policy)
    value = (part.numerator + prior * strength) / (part.evidence + strength)
    return value / scale_of(one)


def scale_of(one: Indicator) -> int:
    """How many units of the numerator make one of the value."""
    return WHOLE if one.code == "price_honesty" else 1


def values_of(counted: Counted, *, peers: Peers, brands: float, policy: PolicyBody) -> dict[str, float]:
    """The values of the eleven indicators among these peers."""
    found = {}
    for code, one in INDICATORS.items():
        part = counted.parts[code]
        if code == "price_position":
            part = Part(_price_ratio(counted.unit_fen, peers.median_unit) * part.evidence, part.evidence)
        found[code] = value_of(one, part, prior=prior_of(one, peers=peers, brands=brands), policy=policy)
    return found


def _price_ratio(unit_fen: int | None, median: float | None) -> float:
    if unit_fen is None or not median:
        return LEAST_RATIO
    return min(max(unit_fen / median, LEAST_RATIO), MOST_RATIO)
