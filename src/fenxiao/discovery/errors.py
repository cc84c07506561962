"""What discovery refuses."""

from fenxiao.kernel.errors import Refused


class IndexMissing(Refused):
    """There is no selection index of this version's layout. The worker makes one within a minute."""

    code, status = "index_missing", 503
    zh = "选品索引尚未建立。后台进程会在一分钟内自动建立；也可立即运行 fenxiao index"
    en = "There is no selection index yet. The worker makes one within a minute; or run: fenxiao index"


class IndexBeingBuilt(Refused):
    """Another process is building the index; what it builds will have all that stands now."""

    code, status = "index_being_built", 409
    zh = "另一个进程正在重建选品索引，请等它完成后再试"
    en = "The selection index is being rebuilt by another process; try again when it is done"


class NothingToLearn(Refused):
    """Matches are to be made of no interactions at all."""

    code, status = "nothing_to_learn", 409
    zh = "还没有任何订单、点击或货架记录，暂时无法匹配"
    en = "There are no orders, clicks or shelves yet to match by"


class MatchesMissing(Refused):
    """No matches were made yet, or only in an older form."""

    code, status = "matches_missing", 503
    zh = "尚未生成匹配结果。每晚自动生成；也可立即运行 fenxiao match"
    en = "There are no matches yet. They are made every night; or run: fenxiao match"


class MatchesBeingMade(Refused):
    """Another process makes them."""

    code, status = "matches_being_made", 409
    zh = "另一个进程正在生成匹配结果，请等它完成后再试"
    en = "Matches are being made by another process; try again when it is done"


class TopicNotShown(Refused):
    """There is no such topic, or it is not shown at this moment."""

    code, status = "topic_not_shown", 404
    zh = "没有这个专题，或它目前不在展示期内"
    en = "There is no such topic, or it is not shown at this moment"


class TopicEmpty(Refused):
    """A topic without goods and without a rule would show nothing."""

    code, status = "topic_empty", 409
    zh = "专题还没有商品：请先挑选商品或设置规则"
    en = "The topic has no goods yet: pick some, or set a rule"


class TopicOver(Refused):
    """A topic whose last day is past would show nothing."""

    code, status = "topic_over", 409
    zh = "专题的结束日期已过，请先修改日期"
    en = "The topic's last day is past: change its dates first"


class TopicStateWrong(Refused):
    """The topic is not in a state in which this can be done."""

    code, status = "topic_state", 409
    zh = "专题当前状态为「{state_zh}」，无法执行此操作"
    en = "The topic is {state_en}: this cannot be done now"


class BoostsBegun(Refused):
    """Boosts were to begin in the past: what was shown by then was shown under others."""

    code, status = "boosts_begun", 422
    zh = "生效时间已过，请选择现在或以后的时间"
    en = "The start is in the past: choose now or later"


class BoostsTaken(Refused):
    """Another version begins at the same moment."""

    code, status = "boosts_taken", 409
    zh = "已有另一个版本在同一时间生效，请换一个时间"
    en = "Another version begins at that very moment: choose another"


class BoostsUnchanged(Refused):
    """The version says what the one before it says."""

    code, status = "boosts_unchanged", 409
    zh = "与该时间生效中的版本相同，没有需要保存的改动"
    en = "It says what the version in force by then says: nothing would change"


class NothingShown(Refused):
    """No creator was shown a list of his own in that time."""

    code, status = "nothing_shown", 409
    zh = "{since} 至 {until} 之间没有向达人展示过个性化推荐，无法评估"
    en = "No creator was shown a list of his own from {since} to {until}: there is nothing to tell by"


class AlreadyShortlisted(Refused):
    """A creator is on the shortlist already."""

    code, status = "already_shortlisted", 409
    zh = "「{name}」已在候选名单中"
    en = "“{name}” is on the shortlist already"


class NotShortlisted(Refused):
    """A creator is not on the shortlist, or not any more."""

    code, status = "not_shortlisted", 409
    zh = "「{name}」不在候选名单中，可能刚被移除"
    en = "“{name}” is not on the shortlist; perhaps just taken off"


class ShortlistFull(Refused):
    """A shortlist holds as many as it may."""

    code, status = "shortlist_full", 409
    zh = "候选名单最多 {most} 位达人，请先移除一些"
    en = "A shortlist holds {most} creators at most: take some off first"


class SearchNameTaken(Refused):
    """A search of this name is kept already."""

    code, status = "search_name_taken", 409
    zh = "已有名为「{name}」的搜索，请换个名称"
    en = "A search called “{name}” is kept already; choose another name"


class SearchesFull(Refused):
    """As many searches are kept as may be."""

    code, status = "searches_full", 409
    zh = "最多保存 {most} 个搜索，请先删除一些"
    en = "{most} searches at most can be kept: forget some first"


class SearchForgotten(Refused):
    """A kept search was forgotten meanwhile."""

    code, status = "search_forgotten", 409
    zh = "「{name}」已被删除"
    en = "“{name}” was forgotten already"
