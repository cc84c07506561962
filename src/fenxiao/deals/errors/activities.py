"""What is refused about leaders' activities."""

from fenxiao.kernel.errors import Refused


class NotOwnActivity(Refused):
    """Only the leader who runs an activity acts on it."""

    code, status = "not_own_activity", 404
    zh = "活动 {activity} 不存在，或不属于当前团长"
    en = "There is no activity {activity} of this leader"


class ActivityTimesBad(Refused):
    """An activity begins, and ends after that and after now."""

    code, status = "activity_times_bad", 422
    zh = (
        "活动时间有误：开始 {begins_at:%Y-%m-%d %H:%M}，结束 {ends_at:%Y-%m-%d %H:%M}。"
        "结束须晚于开始，也须晚于当前时间 {now:%Y-%m-%d %H:%M}"
    )
    en = (
        "These times are not right: from {begins_at:%Y-%m-%d %H:%M} to {ends_at:%Y-%m-%d %H:%M}. "
        "The end lies after the beginning and after now, {now:%Y-%m-%d %H:%M}"
    )


class FloorsMissing(Refused):
    """Floors by category name one category at least."""

    code, status = "floors_missing", 422
    zh = "按类目设置佣金门槛时，请至少添加一个类目；或改为全部类目统一门槛"
    en = "Floors by category name one category at least: add one, or set one floor for all categories"


class FloorsSuperfluous(Refused):
    """One floor for all categories lists none."""

    code, status = "floors_superfluous", 422
    zh = "已选择全部类目统一门槛，无需填写类目列表（收到 {count} 个类目）。请清空列表，或改为按类目设置"
    en = "One floor for all categories takes no list of categories ({count} given): empty it, or set floors by category"


class FloorsTooMany(Refused):
    """One activity has so many floors at most."""

    code, status = "floors_too_many", 422
    zh = "类目门槛最多 {most} 个，收到 {count} 个。请合并为二级类目，或改为全部类目统一门槛"
    en = "{count} floors are too many, {most} is the most: use second-level categories, or one floor for all"


class FloorOfUnfitCategories(Refused):
    """Floors are set on active categories of the depth that the activity chose."""

    code, status = "floor_of_unfit_categories", 422
    zh = "以下类目不能设置门槛（本活动按{wanted_zh}设置）：{categories_zh}。请更换类目或更换设置方式"
    en = "No floor may be set here (floors of this activity are for {wanted_en}): {categories_en}. Choose others"


class FloorTwice(Refused):
    """Each category has one floor."""

    code, status = "floor_twice", 422
    zh = "以下类目重复填写：{categories}。每个类目只保留一个门槛"
    en = "These categories have more than one floor: {categories}. Keep one each"


class FloorOutOfBounds(Refused):
    """A floor of commission lies between 0 % and 90 %, one of service fee between 0 % and what is left."""

    code, status = "floor_out_of_bounds", 422
    zh = "门槛超出范围：{what_zh} {rate}，须在 0% 到 {most} 之间"
    en = "This floor is out of bounds: {what_en} {rate}; it lies between 0% and {most}"


class FloorsLeaveNothing(Refused):
    """Nobody could meet floors which together exceed the price."""

    code, status = "floors_leave_nothing", 422
    zh = "佣金门槛 {commission} 与服务费门槛 {fee} 合计 {total}，超过成交价的 100%，没有商品能够报名。请下调其中一项"
    en = "Commission floor {commission} and fee floor {fee} make {total}, more than the price: lower one of them"


class CreatorsNotTaken(Refused):
    """Only an exclusive activity names creators."""

    code, status = "creators_not_taken", 422
    zh = "{type_zh}活动面向全部达人，不能指定达人（收到 {count} 位）。请清空，或改为专属活动"
    en = "A {type_en} activity names no creators ({count} given): take them out, or make it exclusive"


class ActivityCreatorsUnfit(Refused):
    """Named creators exist, are creators and are active."""

    code, status = "activity_creators_unfit", 422
    zh = "以下达人不能指定：{names_zh}。请移除后重试"
    en = "These cannot be named: {names_en}. Take them out and try again"


class CreatorsAlreadyNamed(Refused):
    """A creator is named once at a time."""

    code, status = "creators_already_named", 409
    zh = "以下达人已在专属名单中：{names}。请从本次添加中移除"
    en = "These creators are named already: {names}. Take them out of this act"


class CreatorsNotNamed(Refused):
    """Only those who are named can be taken out."""

    code, status = "creators_not_named", 409
    zh = "以下达人不在专属名单中，或已移出：{names}。请从本次删减中移除"
    en = "These creators are not named, or were taken out already: {names}. Take them out of this act"


class LastCreators(Refused):
    """An exclusive activity keeps one creator at least."""

    code, status = "last_creators", 409
    zh = "专属活动须至少保留一位达人，现有 {count} 位。如不再推广，请关闭活动"
    en = "An exclusive activity keeps one creator at least ({count} named now): close it instead if it is to end"


class LeaderEntryMisplaced(Refused):
    """Only an exclusive activity says which other leaders may apply."""

    code, status = "leader_entry_misplaced", 422
    zh = "仅专属活动可设置其他团长的报名范围。请恢复为默认，或改为专属活动"
    en = "Only an exclusive activity says which other leaders may apply: leave this out, or make it exclusive"


class ActivityLeadersUnfit(Refused):
    """Named leaders exist, are other leaders and are active; they are named where the activity names its leaders."""

    code, status = "activity_leaders_unfit", 422
    zh = "指定团长有误：{names_zh}"
    en = "The named leaders are not right: {names_en}"


class ActivityNotPublished(Refused):
    """A draft is published before anybody applies to it, and deleted instead of closed."""

    code, status = "activity_not_published", 409
    zh = "活动「{title}」尚未发布。请先发布；不需要的草稿可直接删除"
    en = "“{title}” is a draft: publish it first, or delete it if it is not wanted"


class ActivityPublished(Refused):
    """It is published once."""

    code, status = "activity_published", 409
    zh = "活动「{title}」已发布，无需重复发布"
    en = "“{title}” is published already"


class ActivityStillStands(Refused):
    """What stands is closed before it is deleted."""

    code, status = "activity_still_stands", 409
    zh = "活动「{title}」仍在进行（{until_at:%Y-%m-%d %H:%M} 结束）。请先关闭，失效后再删除"
    en = "“{title}” stands until {until_at:%Y-%m-%d %H:%M}: close it first, and delete it when it is over"


class ActivityClosing(Refused):
    """A closed activity stands until midnight and takes nothing more."""

    code, status = "activity_closing", 409
    zh = "活动「{title}」已关闭，{until_at:%Y-%m-%d %H:%M} 失效，不再接受报名、审核和修改。可新建一个活动"
    en = "“{title}” was closed and ends {until_at:%Y-%m-%d %H:%M}: it takes no applications, audits or changes any more"


class ActivityOver(Refused):
    """What is over is not changed any more."""

    code, status = "activity_over", 409
    zh = "活动「{title}」已于 {until_at:%Y-%m-%d %H:%M} 失效，不能再操作。可新建一个活动"
    en = "“{title}” ended {until_at:%Y-%m-%d %H:%M}: open another activity"


class ActivityDeleted(Refused):
    """A deleted activity is gone."""

    code, status = "activity_deleted", 409
    zh = "活动「{title}」已删除，不能再操作"
    en = "“{title}” was deleted and is not changed any more"


class PublishedFieldFixed(Refused):
    """What those who applied relied on is not changed once the activity is published."""

    code, status = "published_field_fixed", 409
    zh = "活动「{title}」已发布，只能修改标题、联系方式、今后报名的门槛和推迟结束时间；不能修改：{fields_zh}。{way_zh}"
    en = (
        "“{title}” is published: only its title, contacts, floors for future applications and a later end may be "
        "changed, not {fields_en}. {way_en}"
    )


class ActivityUnchanged(Refused):
    """An edit changes something."""

    code, status = "activity_unchanged", 409
    zh = "活动「{title}」没有任何改动"
    en = "Nothing of “{title}” was changed"


class TrusteeshipStands(Refused):
    """One at a time between a merchant and a leader."""

    code, status = "trusteeship_stands", 409
    zh = (
        "与团长「{leader}」已有托管（{lowest} 至 {highest}，{until_at:%Y-%m-%d %H:%M} 到期）。"
        "如需调整，请先结束再重新发起"
    )
    en = (
        "A trusteeship with “{leader}” stands already (from {lowest} to {highest}, until {until_at:%Y-%m-%d %H:%M}): "
        "end it before proposing another"
    )


class TrusteeshipBad(Refused):
    """Bounds are in order and within 0–90 %, and the time has length and an end to come."""

    code, status = "trusteeship_bad", 422
    zh = (
        "托管条件有误：佣金率范围 {lowest} 至 {highest}（须在 0% 到 90% 之间且下限不高于上限），"
        "时间 {from_at:%Y-%m-%d %H:%M} 至 {until_at:%Y-%m-%d %H:%M}（结束须晚于开始和当前时间）"
    )
    en = (
        "This trusteeship is not right: rates from {lowest} to {highest} (in order, within 0% and 90%), "
        "from {from_at:%Y-%m-%d %H:%M} until {until_at:%Y-%m-%d %H:%M} (ends after it begins and after now)"
    )


class TrusteeshipAccepted(Refused):
    """It is accepted once."""

    code, status = "trusteeship_accepted", 409
    zh = "该托管已接受，无需重复操作"
    en = "This trusteeship was accepted already"


class TrusteeshipNotBegun(Refused):
    """A leader acts from the agreed beginning on."""

    code, status = "trusteeship_not_begun", 409
    zh = "商家「{merchant}」的托管 {from_at:%Y-%m-%d %H:%M} 起生效，目前不能代改佣金率"
    en = "The trusteeship of “{merchant}” begins {from_at:%Y-%m-%d %H:%M}: no rate may be changed before"


class TrusteeshipNotAccepted(Refused):
    """A leader acts after accepting."""

    code, status = "trusteeship_not_accepted", 409
    zh = "商家「{merchant}」发起的托管尚未接受，请先接受再代改佣金率"
    en = "The trusteeship that “{merchant}” proposed was not accepted: accept it first"


class TrusteeshipOver(Refused):
    """What is over or was ended gives no rights."""

    code, status = "trusteeship_over", 409
    zh = "商家「{merchant}」的托管已于 {until_at:%Y-%m-%d %H:%M} 结束。如需继续，请商家重新发起"
    en = "The trusteeship of “{merchant}” ended {until_at:%Y-%m-%d %H:%M}: ask the merchant to propose another"


class NoTrusteeship(Refused):
    """A leader changes rates only of merchants who trusted it with them."""

    code, status = "no_trusteeship", 403
    zh = "商家「{merchant}」没有将佣金计划托管给团长「{leader}」，不能代改。请商家先发起托管"
    en = "“{merchant}” has not trusted “{leader}” with its plans: ask the merchant to propose a trusteeship"


class RateOutsideTrust(Refused):
    """A trustee stays within the merchant's bounds."""

    code, status = "rate_outside_trust", 409
    zh = "佣金率 {rate} 超出托管范围 {lowest} 至 {highest}。请在范围内填写，或请商家调整托管范围"
    en = "{rate} lies outside the bounds of this trusteeship, {lowest} to {highest}: stay within, or ask the merchant"
