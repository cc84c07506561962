"""What the deals floor refuses."""

from fenxiao.kernel.errors import Refused


class ProductNotOffered(Refused):
    """Only admitted products that are not L0, of active merchants, are promoted."""

    code, status = "product_not_offered", 409
    zh = "商品「{title}」尚未准入、已下架、未达标（L0）或商家已停用，不能推广"
    en = "“{title}” may not be promoted: it is not admitted, off shelf, L0, or its merchant is suspended"


class PlanStandsOpen(Refused):
    """A plan that is open, or is about to open or to end, is not opened again."""

    code, status = "plan_stands_open", 409
    zh = "该计划尚未结束（{from_at:%Y-%m-%d %H:%M} 起生效），无需重新开启；已申请关闭的计划到次日零点后可重新开启"
    en = (
        "This plan has not ended (in force from {from_at:%Y-%m-%d %H:%M}); one that was closed may be opened "
        "after midnight"
    )


class PlanAlreadyOpen(PlanStandsOpen):
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
    zh = "每日 23:50 至 24:00 不能下调佣金或服务费、关闭计划或活动、结束合作，请在零点后操作（次日零点生效）"
    en = (
        "From 23:50 to 24:00 no rate or fee is cut, no plan or activity closed and no cooperation ended: "
        "come back after midnight (cuts begin the next day)"
    )


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


class MerchantWouldOwe(Refused):
    """Commission and service fee together never exceed the price."""

    code, status = "merchant_would_owe", 409
    zh = (
        "商品「{title}」一单最高应付将达 {total}（佣金 {rate} + 达人等级加佣 {differential} + 阶梯加佣 {step}，"
        "佣金合计按 {commission} 计，另加团长服务费 {fee}），超过成交价的 100%。"
        "请将佣金各项合计降到 {room} 以内，或先下调服务费"
    )
    en = (
        "One sale of “{title}” could cost {total} of its price: commission {rate} + tier differential {differential} + "
        "step {step}, together {commission}, and a service fee of {fee}. "
        "Keep the commission with all its parts within {room}, or lower the service fee first"
    )


class NobodyNamed(Refused):
    """A plan for named creators names at least one."""

    code, status = "nobody_named", 422
    zh = "请至少填写一位达人"
    en = "Name one creator at least"


class TooManyNamed(Refused):
    """One act names so many creators at most."""

    code, status = "too_many_named", 422
    zh = "一次最多填写 {most} 位达人，收到 {count} 位，请分批添加"
    en = "{count} creators are too many at once: name {most} at most, and the rest after that"


class CreatorsNamedTwice(Refused):
    """Each creator is named once."""

    code, status = "creators_named_twice", 422
    zh = "以下达人重复填写：{names}。每位达人只保留一行"
    en = "These creators are named more than once: {names}. Keep one row each"


class CreatorsUnfit(Refused):
    """Named creators must exist, be active and be of a kind that promotes."""

    code, status = "creators_unfit", 422
    zh = "以下达人不能添加：{names_zh}。请移除后重试"
    en = "These cannot be named: {names_en}. Take them out and try again"


class CreatorsInPlanAlready(Refused):
    """A creator has one row in a plan."""

    code, status = "creators_in_plan_already", 409
    zh = "以下达人已在该计划中：{names}。请直接修改其佣金率"
    en = "These creators are in the plan already: {names}. Change their rates instead"


class ProductNotOwn(Refused):
    """Plans are made on the merchant's own goods."""

    code, status = "product_not_own", 404
    zh = "商品 {product_id} 不存在，或不属于当前商家"
    en = "There is no product {product_id} of this merchant"


class RowsUnknown(Refused):
    """The rows are not there, or belong to another merchant."""

    code, status = "rows_unknown", 404
    zh = "以下佣金记录不存在，或不属于当前商家：{ids}"
    en = "There are no such commission rows of this merchant: {ids}"


class RowIsClosed(Refused):
    """A closed row is opened before its rate is changed."""

    code, status = "row_is_closed", 409
    zh = "佣金记录 {row} 已关闭或即将关闭，请先重新开启"
    en = "Commission row {row} is closed, or closes at midnight: open it first"


class RowIsOpen(Refused):
    """The row is open already."""

    code, status = "row_is_open", 409
    zh = "佣金记录 {row} 已开启，无需重复操作"
    en = "Commission row {row} is open already"


class RowIsRemoved(Refused):
    """A creator who was taken out is added again, not changed."""

    code, status = "row_is_removed", 409
    zh = "佣金记录 {row} 的达人已移出计划，如需恢复请重新添加该达人"
    en = "The creator of commission row {row} was taken out of the plan: add the creator again"


class RowOfEverybody(Refused):
    """The row of a normal plan holds for everybody and cannot be taken out."""

    code, status = "row_of_everybody", 409
    zh = "佣金记录 {row} 属于普通计划，面向全部达人，不能移除；如需停止请关闭计划"
    en = "Commission row {row} is a normal plan's and holds for everybody: close the plan instead"


class DifferentialUnchanged(Refused):
    """The tier has this extra rate already."""

    code, status = "differential_unchanged", 409
    zh = "{tier_zh}牌达人的加佣已是 {extra}，无需修改"
    en = "The extra commission of {tier} creators is {extra} already"


class LadderNotRising(Refused):
    """A ladder rises in orders and in extra commission."""

    code, status = "ladder_not_rising", 422
    zh = (
        "阶梯须逐级递增：第 {rung} 级（满 {orders} 单加 {extra}）须高于上一级（满 {orders_before} 单加 {extra_before}）"
    )
    en = (
        "A ladder rises rung by rung: rung {rung} (after {orders} orders, {extra} more) must lie above the one "
        "before it (after {orders_before} orders, {extra_before} more)"
    )


class LadderOutOfBounds(Refused):
    """A ladder has one to ten rungs, each after one order or more and within 90 %."""

    code, status = "ladder_out_of_bounds", 422
    zh = "阶梯须有 1 到 {most} 级，单量为 1 到 {most_orders} 的整数，加佣大于 0% 且不超过 90%；收到 {got}"
    en = (
        "A ladder has 1 to {most} rungs, after 1 to {most_orders} orders, each with more than 0% and at most 90% "
        "on top; this one says {got}"
    )


class LadderMayOnlyRise(Refused):
    """Once a window is live, its ladder gives at every count of orders what it gave before, or more."""

    code, status = "ladder_may_only_rise", 409
    zh = "阶梯已生效，只能提高：满 {orders} 单后现加佣 {old}，新阶梯仅 {new}。请将该处提高到 {old} 或以上"
    en = (
        "This ladder is live and may only rise: after {orders} orders it gives {old} on top, the new one only {new}. "
        "Give {old} or more there"
    )


class StepWindowBad(Refused):
    """A window begins now or later and has length; a begun one only grows longer."""

    code, status = "step_window_bad", 422
    zh = "阶梯活动时间有误：须从当前或将来开始、结束晚于开始，已开始的只能延长（现结束于 {until_at}）"
    en = (
        "The window's times are not right: it begins now or later and ends after it begins, and a begun one may only "
        "be made longer (it ends {until_at})"
    )


class StepWindowsOverlap(Refused):
    """The windows of one plan do not overlap."""

    code, status = "step_windows_overlap", 409
    zh = "与已有阶梯活动（{from_at:%Y-%m-%d %H:%M} 至 {until_at:%Y-%m-%d %H:%M}）时间重叠，请错开或先取消未开始的活动"
    en = (
        "There is a window from {from_at:%Y-%m-%d %H:%M} to {until_at:%Y-%m-%d %H:%M} already: choose another time, "
        "or cancel it if it has not begun"
    )


class StepWindowBegun(Refused):
    """A window that has begun runs to its end."""

    code, status = "step_window_begun", 409
    zh = "阶梯活动已于 {from_at:%Y-%m-%d %H:%M} 开始，不能取消，将持续到 {until_at:%Y-%m-%d %H:%M}"
    en = "This window began {from_at:%Y-%m-%d %H:%M} and cannot be cancelled: it runs until {until_at:%Y-%m-%d %H:%M}"


class StepWindowOver(Refused):
    """A window that is over or was cancelled is not changed."""

    code, status = "step_window_over", 409
    zh = "该阶梯活动已结束或已取消，请新建一个"
    en = "This window is over or was cancelled: open another"


class NotOpenToRequests(Refused):
    """Only a targeted plan that takes requests may be asked into."""

    code, status = "not_open_to_requests", 409
    zh = "该计划仅限受邀达人，不接受申请，请联系商家"
    en = "This plan is by invitation only and takes no requests: ask the merchant"


class EntryNeedsRate(Refused):
    """A plan that takes requests says which rate those get whom it lets in."""

    code, status = "entry_needs_rate", 422
    zh = "开放申请的定向计划须填写申请通过后的佣金率"
    en = "A plan that takes requests must say which rate it gives to those it lets in"


class FloorNotMet(Refused):
    """A request meets the plan's floors of tier and score."""

    code, status = "floor_not_met", 409
    zh = (
        "未达到申请门槛：要求达人等级不低于{floor_tier_zh}、带货口碑分不低于 {floor_score_zh}；"
        "当前等级{tier_zh}、口碑分 {score_zh}。达到后可再申请"
    )
    en = (
        "The floors are not met: tier {floor_tier} and score {floor_score} at least; now tier {tier}, score {score}. "
        "Ask again when they are"
    )


class RequestPending(Refused):
    """One request at a time."""

    code, status = "request_pending", 409
    zh = "您在 {asked_at:%Y-%m-%d %H:%M} 的申请仍在等待商家审核；如需修改，请先撤回"
    en = "Your request of {asked_at:%Y-%m-%d %H:%M} still waits for the merchant: withdraw it first to ask anew"


class RequestsDecided(Refused):
    """Only pending requests are decided or withdrawn."""

    code, status = "requests_decided", 409
    zh = "以下申请已处理或已撤回，不能再次操作：{ids}"
    en = "These requests were answered or withdrawn already: {ids}"


class RequestsUnknown(Refused):
    """The requests are not there, or belong to someone else."""

    code, status = "requests_unknown", 404
    zh = "以下申请不存在，或不属于当前机构：{ids}"
    en = "There are no such requests of this organisation: {ids}"


class PlanFileUnreadable(Refused):
    """The file is no sheet that can be read as plans."""

    code, status = "plan_file_unreadable", 422
    zh = "无法读取该文件：{reason_zh}。请下载模板，填写后以 .xlsx 格式上传"
    en = "This file cannot be read: {reason_en}. Download the template, fill it in and upload it as .xlsx"


class PlanFileRefused(Refused):
    """A file is applied whole or not at all."""

    code, status = "plan_file_refused", 422
    zh = "文件中有 {count} 处错误，未做任何修改。首个错误：第 {row} 行「{column}」：{first_zh}"
    en = "The file has {count} errors and nothing was changed. The first: row {row}, “{column}”: {first_en}"


class NormalPlanIsForAll(Refused):
    """A normal plan holds for everybody and names nobody."""

    code, status = "normal_plan_is_for_all", 409
    zh = "普通计划面向全部达人，不能添加指定达人；请为该商品新建定向计划"
    en = "A normal plan holds for every creator and names none: make a targeted plan for this product"


class MerchantSuspended(Refused):
    """A suspended merchant makes no plans."""

    code, status = "merchant_suspended", 409
    zh = "商家「{name}」已停用，不能新建或开启计划"
    en = "“{name}” is suspended: no plan is made or opened"
