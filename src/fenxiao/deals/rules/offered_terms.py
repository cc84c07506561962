"""What a merchant offers with an application, and why a product may not apply on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fenxiao.deals.errors import (
    FeeBelowFloor,
    FeeOutOfBounds,
    GoodsRefused,
    GuaranteeOutOfBounds,
    NoGoodsNamed,
    TermsExceedPrice,
    TooManyGoods,
)
from fenxiao.deals.rules.ceiling import Heights
from fenxiao.deals.rules.schedule import check_rate
from fenxiao.kernel.money import BP, Rate

MOST_GOODS = 200  # of one act: a page of a form, and two statements whatever the count
MOST_ORDERS = 1_000_000
MOST_SHOWN = 20  # refused goods that a message names; `details` has all


class Finding(NamedTuple):
    """Why one product may not apply."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class RefusedGoods:
    """A product that may not apply, and why."""

    product_id: int
    title: str
    finding: Finding


NOT_OWN = Finding("not_own", "不存在或不属于当前商家", "not one of this merchant's goods")
NOT_OFFERED = Finding(
    "not_offered",
    "尚未准入、已下架、未达标（L0）或商家已停用",
    "not admitted, off shelf, L0, or its merchant is suspended",
)
APPLIED = Finding("applied", "已报名本活动，正在审核或已通过", "it has applied already, and waits or was passed")
NO_FLOOR = Finding("no_floor", "所属类目不在本活动招商范围内", "its category is not recruited by this activity")


def below_floor(rate_bp: int, *, floor_bp: int) -> Finding:
    """The commission does not meet the floor of the product's category."""
    rate, floor = Rate(rate_bp), Rate(floor_bp)
    return Finding(
        "below_floor",
        f"佣金率 {rate} 低于其类目要求的 {floor}",
        f"a commission of {rate} lies below its category's floor of {floor}",
    )


def above_ceiling(heights: Heights) -> Finding:
    """Commission and service fee could cost more than the price."""
    total, commission, fee = Rate(heights.total_bp), Rate(heights.commission_bp), Rate(heights.service_fee_bp)
    room = Rate(BP - heights.commission_bp)
    return Finding(
        "above_ceiling",
        f"一单最高应付将达 {total}（现有计划最高佣金 {commission} + 服务费 {fee}），服务费请控制在 {room} 以内",
        f"one sale could cost {total} (highest commission of its plans {commission} + fee {fee}): "
        f"offer a fee within {room}",
    )


def check_offer(*, rate_bp: int, service_fee_bp: int, floor_fee_bp: int, guaranteed_orders: int) -> None:
    """Refuses rates out of bounds or together above the price, a fee below the floor, and no count of orders."""
    check_rate(rate_bp)
    if not 0 <= service_fee_bp <= BP:
        raise FeeOutOfBounds(fee=Rate(service_fee_bp))
    if service_fee_bp < floor_fee_bp:
        raise FeeBelowFloor(fee=Rate(service_fee_bp), floor=Rate(floor_fee_bp))
    if (total_bp := rate_bp + service_fee_bp) > BP:
        room = Rate(BP - rate_bp)
        raise TermsExceedPrice(rate=Rate(rate_bp), fee=Rate(service_fee_bp), total=Rate(total_bp), room=room)
    if not 0 <= guaranteed_orders <= MOST_ORDERS:
        raise GuaranteeOutOfBounds(most=MOST_ORDERS, count=guaranteed_orders)


def check_count(count: int) -> None:
    """Refuses no goods, and more than one act takes."""
    if not count:
        raise NoGoodsNamed()
    if count > MOST_GOODS:
        raise TooManyGoods(count=count, most=MOST_GOODS)


def check_goods(refused: Sequence[RefusedGoods]) -> None:
    """Refuses the whole act where a product may not apply, naming each."""
    if refused:
        shown = refused[:MOST_SHOWN]
        more_zh, more_en = ("……", ", …") if len(refused) > MOST_SHOWN else ("", "")
        raise GoodsRefused(
            count=len(refused),
            goods_zh="；".join(f"「{each.title}」{each.finding.zh}" for each in shown) + more_zh,
            goods_en="; ".join(f"“{each.title}”: {each.finding.en}" for each in shown) + more_en,
            goods=[(each.product_id, each.finding.code) for each in refused],
        )
