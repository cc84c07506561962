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


class ApplicationOfAnotherProduct(Refused):
    """A link carries an application of its own product."""

    code, status = "application_of_another_product", 422
    zh = "报名 {application} 不是商品「{title}」的报名，请选择该商品的活动"
    en = "Application {application} is not of “{title}”: choose an activity of this product"


class ApplicationNotStanding(Refused):
    """A link carries an application that stands: passed, within its window, in an activity that is on."""

    code, status = "application_not_standing", 409
    zh = "商品「{title}」在该活动中的合作当前未生效（未通过、未开始或已结束），请改用其他活动或不带活动取链"
    en = "“{title}” does not stand in this activity now (not passed, not begun, or over): choose another, or none"


class NotNamedByActivity(Refused):
    """An exclusive activity is for the creators it names."""

    code, status = "not_named_by_activity", 403
    zh = "商品「{title}」所在的专属活动未指定当前达人，不能带该活动取链"
    en = "“{title}” stands in an exclusive activity that does not name you: a link of yours cannot carry it"


class ClickOfNoLink(Refused):
    """A click was told that does not fit any link."""

    code, status = "click_of_no_link", 422
    zh = "点击 {click} 与所称的推广链接不符（达人或商品不一致）"
    en = "Click {click} does not fit the link it names: there is no such link, or its creator or product differs"
