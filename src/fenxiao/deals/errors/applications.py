"""What is refused about applications to activities, what is asked of the other side, and share tokens."""

from fenxiao.kernel.errors import Refused


class NoGoodsNamed(Refused):
    """An application names goods."""

    code, status = "no_goods_named", 422
    zh = "请至少选择一件商品"
    en = "Choose one product at least"


class TooManyGoods(Refused):
    """One act takes so many goods at most."""

    code, status = "too_many_goods", 422
    zh = "一次最多报名 {most} 件商品，收到 {count} 件，请分批报名"
    en = "{count} products are too many at once: apply with {most} at most, and with the rest after that"


class MerchantsNotTaken(Refused):
    """A cooperative activity is for other leaders."""

    code, status = "merchants_not_taken", 409
    zh = "活动「{title}」是合作活动，仅限其他团长报名。商家请选择普通或专属活动"
    en = "“{title}” is a cooperative activity, for other leaders only: choose a normal or an exclusive one"


class FeeBelowFloor(Refused):
    """The service fee meets the activity's floor."""

    code, status = "fee_below_floor", 422
    zh = "团长服务费率 {fee} 低于活动要求的 {floor}，请提高到 {floor} 或以上"
    en = "A service fee of {fee} lies below this activity's floor of {floor}: offer {floor} or more"


class TermsExceedPrice(Refused):
    """Commission and service fee together stay within the price."""

    code, status = "terms_exceed_price", 422
    zh = "佣金率 {rate} 与服务费率 {fee} 合计 {total}，超过成交价的 100%。服务费率请控制在 {room} 以内"
    en = "Commission {rate} and service fee {fee} make {total}, more than the price: keep the fee within {room}"


class FeeOutOfBounds(Refused):
    """A service fee lies between 0 % and 100 %."""

    code, status = "fee_out_of_bounds", 422
    zh = "团长服务费率须在 0% 到 100% 之间，收到 {fee}"
    en = "A service fee lies between 0% and 100%, not at {fee}"


class WindowOutsideActivity(Refused):
    """The cooperation lies within the activity's time and has length."""

    code, status = "window_outside_activity", 422
    zh = (
        "合作时间 {from_at:%Y-%m-%d %H:%M} 至 {until_at:%Y-%m-%d %H:%M} 有误：须在活动时间 "
        "{begins_at:%Y-%m-%d %H:%M} 至 {ends_at:%Y-%m-%d %H:%M} 之内，结束须晚于开始和当前时间"
    )
    en = (
        "The cooperation from {from_at:%Y-%m-%d %H:%M} to {until_at:%Y-%m-%d %H:%M} is not right: it lies within the "
        "activity, {begins_at:%Y-%m-%d %H:%M} to {ends_at:%Y-%m-%d %H:%M}, and ends after it begins and after now"
    )


class GuaranteeOutOfBounds(Refused):
    """A guaranteed number of orders is a count."""

    code, status = "guarantee_out_of_bounds", 422
    zh = "基础单量须为 0 到 {most} 的整数，收到 {count}"
    en = "A guaranteed number of orders lies between 0 and {most}, not at {count}"


class GoodsRefused(Refused):
    """Goods apply all together or not at all; `goods` names each that may not, with the reason."""

    code, status = "goods_refused", 409
    zh = "以下 {count} 件商品不能报名，本次未提交任何商品：{goods_zh}。请移除或调整后重试"
    en = "{count} products may not apply, so none did: {goods_en}. Take them out or change the terms, then try again"


class ApplicationsUnknown(Refused):
    """The applications are not there, or not of this activity."""

    code, status = "applications_unknown", 404
    zh = "以下报名记录不存在，或不属于当前机构：{ids}"
    en = "There are no such applications of this organisation: {ids}"


class NoApplicationsNamed(Refused):
    """An audit names applications."""

    code, status = "no_applications_named", 422
    zh = "请至少选择一条报名记录"
    en = "Choose one application at least"


class RejectionNeedsReason(Refused):
    """Who is rejected is told why."""

    code, status = "rejection_needs_reason", 422
    zh = "拒绝报名须填写理由（最多 200 字），商家会看到"
    en = "Say why it is rejected, in 200 characters at most: the other side will read it"


class ReasonTooLong(Refused):
    """A reason is short."""

    code, status = "reason_too_long", 422
    zh = "理由最多 {most} 字，收到 {count} 字，请精简"
    en = "A reason has {most} characters at most, this one {count}: shorten it"


class ApplicationNotPending(Refused):
    """Only what waits is audited, once."""

    code, status = "application_not_pending", 409
    zh = "以下报名不在待审核状态，本次未做任何审核：{applications_zh}。请刷新列表后重试"
    en = "These are not waiting for audit, so none was audited: {applications_en}. Reload the list and try again"


class ApplicationNotPassed(Refused):
    """This is for applications that were passed."""

    code, status = "application_not_passed", 409
    zh = "以下报名尚未通过审核：{applications_zh}。通过后再操作；无需保留的可撤回或拒绝"
    en = "These were not passed yet: {applications_en}. Wait for the audit; withdraw or reject what is not wanted"


class ApplicationEnding(Refused):
    """It ends at midnight as it is."""

    code, status = "application_ending", 409
    zh = "以下报名已申请结束，到期即失效：{applications_zh}。如需继续合作，请重新报名"
    en = "These were ended and run out: {applications_en}. Apply again to go on"


class ApplicationEnded(Refused):
    """What was rejected or is over is not changed any more."""

    code, status = "application_ended", 409
    zh = "以下报名已失效或被拒绝，不能再操作：{applications_zh}。如需继续，请重新报名"
    en = "These were rejected or are over: {applications_en}. Apply again to go on"


class AuditRefused(Refused):
    """What waits may be passed only while it keeps the rules; one or many, all or none."""

    code, status = "audit_refused", 409
    zh = "以下报名不能通过，本次未做任何审核：{applications_zh}。请拒绝，或请对方调整后重新报名"
    en = "These may not be passed, so none was audited: {applications_en}. Reject them, or have them applied anew"


class NotASide(Refused):
    """Only the two sides of a cooperation ask and answer."""

    code, status = "not_a_side", 403
    zh = "「{organisation}」不是该合作的{side_zh}，不能执行此操作"
    en = "“{organisation}” is not the {side_en} of this cooperation and may not do this"


class WishStands(Refused):
    """One of a kind at a time."""

    code, status = "wish_stands", 409
    zh = "该合作已有一个待处理的{kind_zh}请求（{asked_at:%Y-%m-%d %H:%M} 发起）。请等待对方答复，或由发起方先撤回"
    en = "A request for a {kind_en} waits since {asked_at:%Y-%m-%d %H:%M}: wait for the answer, or have it withdrawn"


class WishDecided(Refused):
    """A request is answered or withdrawn once."""

    code, status = "wish_decided", 409
    zh = "该请求{state_zh}，不能再次操作"
    en = "This request {state_en} and is not answered again"


class ExtensionOutOfBounds(Refused):
    """A longer cooperation ends later than now agreed and within the activity."""

    code, status = "extension_out_of_bounds", 422
    zh = (
        "延期至 {wanted_until:%Y-%m-%d %H:%M} 有误：须晚于现结束时间 {until_at:%Y-%m-%d %H:%M}，"
        "且不晚于 {latest:%Y-%m-%d %H:%M}"
    )
    en = (
        "{wanted_until:%Y-%m-%d %H:%M} is not right: it lies after the present end, {until_at:%Y-%m-%d %H:%M}, "
        "and no later than {latest:%Y-%m-%d %H:%M}"
    )


class FeeCutNoCut(Refused):
    """A lower fee is asked for, not the same or a higher one."""

    code, status = "fee_cut_no_cut", 422
    zh = "期望服务费率 {wanted} 须低于现服务费率 {fee}"
    en = "The wanted fee of {wanted} must lie below the present one, {fee}"


class SecondHoldsHigherFee(Refused):
    """A fee is not cut below what its leader has ceded to a second leader."""

    code, status = "second_holds_higher_fee", 409
    zh = (
        "不能将服务费降至 {wanted}：团长已在二级活动「{title}」（活动 {activity}）中出让 {ceded} 服务费。"
        "期望费率请不低于 {ceded}，或请团长先取消该二级合作"
    )
    en = (
        "The fee cannot be cut to {wanted}: its leader has ceded {ceded} to a second leader in “{title}” "
        "(activity {activity}). Ask for {ceded} or more, or have that cooperation cancelled first"
    )


class FeeCutOfSecond(Refused):
    """A ceded fee is not the merchant's to cut."""

    code, status = "fee_cut_of_second", 409
    zh = "二级合作的出让服务费由一级团长约定，商家不能申请下调；请对一级活动中的报名提出"
    en = "The fee of a second leader is ceded by the first: ask for a cut of the application in the first's activity"


class TokenUnknown(Refused):
    """There is no such code."""

    code, status = "token_unknown", 404
    zh = "口令「{token}」不存在，请核对后重新输入"
    en = "There is no token “{token}”: check it and enter it again"


class TokenDead(Refused):
    """The cooperation that the code names does not stand."""

    code, status = "token_dead", 409
    zh = "口令「{token}」已失效：商品「{product}」在活动「{title}」中的合作已结束或未生效。请向团长索取新口令"
    en = "Token “{token}” is dead: “{product}” does not stand in “{title}” (any more). Ask the leader for another"
