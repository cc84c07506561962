"""What the tracking floor refuses."""

from fenxiao.kernel.errors import Refused


class MayNotPromote(Refused):
    """Only active creators, affiliates and clip agencies have places and links."""

    code, status = "may_not_promote", 403
    zh = "「{name}」不是可推广的账号（需为启用中的达人、快赚客或二创机构）"
    en = "“{name}” may not promote: it must be an active creator, affiliate or clip agency"


class PlaceNameTaken(Refused):
    """A creator's places have different names."""

    code, status = "place_name_taken", 409
    zh = "已有名为「{name}」的推广位，请换一个名称"
    en = "There is a place named “{name}” already; choose another name"


class NotYourPlace(Refused):
    """A link stands at a place of its own creator."""

    code, status = "not_your_place", 403
    zh = "该推广位不属于当前达人"
    en = "This place belongs to another creator"


class NoPlan(Refused):
    """No plan gives this creator terms for the product."""

    code, status = "no_plan", 409
    zh = "商品「{title}」目前没有适用于你的佣金计划，暂不能取链"
    en = "“{title}” has no commission plan for you at the moment, so there is nothing to link to"


class ClickOfNoLink(Refused):
    """A click was told that does not fit any link."""

    code, status = "click_of_no_link", 422
    zh = "点击 {click} 与所称的推广链接不符（达人或商品不一致）"
    en = "Click {click} does not fit the link it names: there is no such link, or its creator or product differs"
