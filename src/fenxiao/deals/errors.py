"""What the deals floor refuses."""

from fenxiao.kernel.errors import Refused


class ProductNotOffered(Refused):
    """Only admitted products that are not L0, of active merchants, are promoted."""

    code, status = "product_not_offered", 409
    zh = "商品「{title}」尚未准入、已下架、未达标（L0）或商家已停用，不能推广"
    en = "“{title}” may not be promoted: it is not admitted, off shelf, L0, or its merchant is suspended"


class PlanAlreadyOpen(Refused):
    """A product has one normal plan at a time."""

    code, status = "plan_already_open", 409
    zh = "商品「{title}」已有生效中的普通计划，请直接修改佣金率；已关闭的计划到次日零点后可重新开启"
    en = "“{title}” has a normal plan in force: change its rate; one that was closed makes room at midnight"


class PlanClosed(Refused):
    """The plan has ended, or ends at the next midnight, and is not changed any more."""

    code, status = "plan_closed", 409
    zh = "该计划已关闭（{closes_at:%Y-%m-%d %H:%M} 失效），不能再修改"
    en = "This plan is closed (it ends {closes_at:%Y-%m-%d %H:%M}) and cannot be changed"


class RateOutOfBounds(Refused):
    """A commission rate lies between 0 % and 90 %."""

    code, status = "rate_out_of_bounds", 422
    zh = "佣金率须在 0% 到 90% 之间，收到 {rate}"
    en = "A commission rate lies between 0% and 90%, not at {rate}"


class RateUnchanged(Refused):
    """The plan has this rate already, and nothing is pending."""

    code, status = "rate_unchanged", 409
    zh = "佣金率已是 {rate}，无需修改"
    en = "The commission rate is {rate} already"


class TooLateToCut(Refused):
    """A cut may not be entered in the last ten minutes of a day."""

    code, status = "too_late_to_cut", 409
    zh = "每日 23:50 至 24:00 不能下调佣金或关闭计划，请在零点后操作（次日零点生效）"
    en = "From 23:50 to 24:00 no rate is cut and no plan closed: come back after midnight (cuts begin the next day)"


class PlatformFeeOutOfBounds(Refused):
    """The platform's share of what others earn lies between 0 % and 100 %."""

    code, status = "platform_fee_out_of_bounds", 422
    zh = "技术服务费率须在 0% 到 100% 之间，收到 {rate}"
    en = "The platform fee lies between 0% and 100%, not at {rate}"


class PlatformFeeInThePast(Refused):
    """Terms of the past are agreed: a fee begins now or later."""

    code, status = "platform_fee_in_the_past", 409
    zh = "技术服务费率不能从过去的时间开始生效"
    en = "A platform fee cannot begin in the past"
