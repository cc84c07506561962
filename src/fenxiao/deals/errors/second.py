"""What is refused about second leaders."""

from fenxiao.kernel.errors import Refused


class NotTheFirstLeader(Refused):
    """A first leader hands on what stands in its own activities."""

    code, status = "not_the_first_leader", 403
    zh = "报名 {applications} 不属于「{leader}」的活动，只有该商品的一级团长可以操作"
    en = "Applications {applications} are not in an activity of “{leader}”: only their first leader may do this"


class NotTheSecondLeader(Refused):
    """A second leader decides on what was applied to its own activity."""

    code, status = "not_the_second_leader", 403
    zh = "报名 {applications} 不是报到「{leader}」活动的二级合作，不能处理"
    en = "Applications {applications} were not made to an activity of “{leader}” by a first leader"


class NothingHandedOn(Refused):
    """An application to a second leader names at least one product."""

    code, status = "nothing_handed_on", 422
    zh = "请至少选择一件商品"
    en = "Choose one product at least"


class ChainOfThree(Refused):
    """A chain has two leaders at most: it splits one service fee, it pays for no recruiting."""

    code, status = "chain_of_three", 422
    zh = "报名 {application} 已是二级合作，不能再报给下一级团长（最多两级）"
    en = "Application {application} is a second leader's already; a chain has two leaders at most"


class OwnActivity(Refused):
    """A leader is not its own second."""

    code, status = "own_activity", 422
    zh = "活动「{title}」是您自己的活动，不能作为二级活动报名"
    en = "“{title}” is your own activity: a leader is not its own second"


class TakesNoSeconds(Refused):
    """Seconds are taken by cooperative activities and by those open to other leaders."""

    code, status = "takes_no_seconds", 409
    zh = "活动「{title}」不接受团长报名（未发布、已结束、未开放给团长，或未指定您）"
    en = "“{title}” takes no applications of yours: not published, over, closed to leaders, or naming others"


class FirstNotStanding(Refused):
    """What is handed on has passed with the merchant's first leader and has not ended."""

    code, status = "first_not_standing", 409
    zh = "报名 {application}（{title}）在一级活动中未通过或已结束，不能再报给二级团长"
    en = "Application {application} ({title}) has not passed in the first activity, or has ended: it is not handed on"


class SecondStandsAlready(Refused):
    """One application per product, activity and first activity stands or waits."""

    code, status = "second_stands_already", 409
    zh = "「{title}」已报名该二级活动，待审核或合作中，无需重复报名"
    en = "“{title}” waits or stands in this second activity already"


class CededFeeBelowFloor(Refused):
    """The ceded fee meets the floor of the second's activity."""

    code, status = "ceded_fee_below_floor", 422
    zh = "出让服务费率 {fee} 低于二级活动要求的 {floor}，请提高到 {floor} 或以上"
    en = "A ceded fee of {fee} lies below the second activity's floor of {floor}: cede {floor} or more"


class CededFeeAboveFirst(Refused):
    """What is ceded comes out of the first leader's fee, as it stands and as it is coming."""

    code, status = "ceded_fee_above_first", 422
    zh = "出让服务费率 {fee} 高于您对「{title}」的服务费率 {highest}（含已登记的下调），请降到 {highest} 或以下"
    en = "A ceded fee of {fee} is more than your own of {highest} for “{title}” (as it stands and is coming): cede less"


class SecondFloorNotMet(Refused):
    """The commission meets the floor of the second's activity for its category, as a merchant's own would have to."""

    code, status = "second_floor_not_met", 409
    zh = "「{title}」不能报名活动「{activity}」：{why_zh}。请移除该商品，或由商家以更高佣金重新报名您的活动"
    en = (
        "“{title}” may not go into “{activity}”: {why_en}. Take it out, or let its merchant apply to you again with a "
        "higher commission"
    )


class SecondWindowTooLong(Refused):
    """The second's window lies within the first's and the second's activity."""

    code, status = "second_window_too_long", 422
    zh = (
        "「{title}」的合作时间须在 {from_at:%Y-%m-%d %H:%M} 至 {until_at:%Y-%m-%d %H:%M} 之内"
        "（一级合作与二级活动的交集），且未过期"
    )
    en = (
        "“{title}” may be handed on from {from_at:%Y-%m-%d %H:%M} to {until_at:%Y-%m-%d %H:%M} only (within the first "
        "cooperation and the second activity), and not in the past"
    )


class SecondNotPassed(Refused):
    """A cooperation that has not begun needs no end."""

    code, status = "second_not_passed", 409
    zh = "报名 {application} 尚未通过审核，没有可取消的合作"
    en = "Application {application} has not passed: there is nothing to cancel"


class SecondOver(Refused):
    """What has ended is applied for again."""

    code, status = "second_over", 409
    zh = "报名 {application} 已失效、已拒绝或即将到期，如需继续请再次报名"
    en = "Application {application} has ended, is ending, or was rejected: apply again to go on"


class SecondFeeStands(Refused):
    """The fee of a passed application is agreed."""

    code, status = "second_fee_stands", 409
    zh = "报名 {application} 已通过，服务费率不能修改；请先取消合作，再以新费率报名"
    en = (
        "Application {application} has passed and its fee is agreed: cancel it first, then apply again with the new fee"
    )


class SecondStillRuns(Refused):
    """What waits or stands is not applied for again."""

    code, status = "second_still_runs", 409
    zh = "报名 {application} 仍在待审核或合作中，不能再次报名"
    en = "Application {application} waits or stands: there is no need to apply again"


class CancellationAsked(Refused):
    """One request at a time."""

    code, status = "cancellation_asked", 409
    zh = "报名 {application} 的取消申请正在等待二级团长处理"
    en = "The second leader has been asked to end application {application} and has not answered yet"


class NoCancellationAsked(Refused):
    """An answer needs a question."""

    code, status = "no_cancellation_asked", 409
    zh = "报名 {application} 没有待处理的取消申请（可能已处理或已撤回）"
    en = "Nobody asks to end application {application}: it was answered or taken back"
