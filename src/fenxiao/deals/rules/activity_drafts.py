"""What a leader says of an activity, and which acts an edit of it comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from fenxiao.deals.errors import ActivityTimesBad, CreatorsNotTaken, LeaderEntryMisplaced, NobodyNamed, TooManyNamed
from fenxiao.deals.rules.activity_states import ActivityAct
from fenxiao.deals.rules.floors import Floors, Scope
from fenxiao.deals.rules.windows import local
from fenxiao.kernel.errors import BadInput

LONGEST_TITLE, LONGEST_PHONE, LONGEST_WECHAT = 60, 20, 40
MOST_CREATORS = 1_000
IN_WORDS = {1: ("普通", "normal"), 2: ("专属", "exclusive"), 3: ("合作", "cooperative")}

# What a published activity keeps, in words, and what to do instead.
FIXED: dict[ActivityAct, tuple[tuple[str, str], tuple[str, str]]] = {
    ActivityAct.SHORTEN: (
        ("提前结束时间", "an earlier end"),
        ("如需提前结束，请关闭活动（次日零点失效）", "To end it earlier, close it (it stands until midnight)"),
    ),
    ActivityAct.MOVE_BEGINNING: (
        ("开始时间", "its beginning"),
        ("如需更改，请关闭后新建活动", "Close it and open another instead"),
    ),
    ActivityAct.CHANGE_TYPE: (
        ("活动类型", "its type"),
        ("如需更改，请关闭后新建活动", "Close it and open another instead"),
    ),
    ActivityAct.REDRAW_CREATORS: (
        ("专属达人名单", "its list of creators"),
        ("请使用「增减达人」", "Name or take out single creators instead"),
    ),
    ActivityAct.CHANGE_LEADERS: (
        ("其他团长的报名范围", "which leaders may apply"),
        ("如需更改，请关闭后新建活动", "Close it and open another instead"),
    ),
}


class ActivityKind(IntEnum):
    """Types of activity as the trade numbers them."""

    NORMAL = 1
    EXCLUSIVE = 2
    COOPERATIVE = 3


class LeadersLetIn(IntEnum):
    """Which other leaders may apply to an exclusive activity, as the trade numbers it."""

    NONE = 1
    ALL = 2
    NAMED = 3


@dataclass(frozen=True, kw_only=True)
class ActivityDraft:
    """Everything that a leader says of an activity."""

    type: int
    title: str
    begins_at: datetime
    ends_at: datetime
    floors: Floors = field(default_factory=Floors)
    creator_ids: frozenset[int] = frozenset()  # of an exclusive one
    leader_entry: int = LeadersLetIn.NONE
    leader_ids: frozenset[int] = frozenset()  # where leaders are named
    contact_phone: str = ""
    contact_wechat: str = ""


def check_draft(draft: ActivityDraft) -> None:
    """Refuses unfit words, a type without its creators or with strange ones, and leaders let in where none can be."""
    _check_words(draft)
    if len(draft.creator_ids) > MOST_CREATORS:
        raise TooManyNamed(most=MOST_CREATORS, count=len(draft.creator_ids))
    if draft.type == ActivityKind.EXCLUSIVE:
        if not draft.creator_ids:
            raise NobodyNamed()
        return
    type_zh, type_en = IN_WORDS[draft.type]
    if draft.creator_ids:
        raise CreatorsNotTaken(type_zh=type_zh, type_en=type_en, count=len(draft.creator_ids))
    if draft.leader_entry != LeadersLetIn.NONE or draft.leader_ids:
        raise LeaderEntryMisplaced()


def _check_words(draft: ActivityDraft) -> None:
    for field_name, text, longest in (
        ("title", draft.title, LONGEST_TITLE),
        ("contact_phone", draft.contact_phone, LONGEST_PHONE),
        ("contact_wechat", draft.contact_wechat, LONGEST_WECHAT),
    ):
        if len(text) > longest or not text.isprintable():
            reason_zh, reason_en = f"最多 {longest} 个可见字符", f"at most {longest} characters, none of them invisible"
            raise BadInput(field=field_name, reason_zh=reason_zh, reason_en=reason_en)
    if not draft.title.strip():
        raise BadInput(field="title", reason_zh="不能为空", reason_en="it is empty")
    for field_name, number, known in (
        ("type", draft.type, ActivityKind),
        ("leader_entry", draft.leader_entry, LeadersLetIn),
        ("floor_scope", draft.floors.scope, Scope),
    ):
        if number not in {int(each) for each in known}:
            wanted = " / ".join(str(int(each)) for each in known)
            raise BadInput(field=field_name, reason_zh=f"须为 {wanted}", reason_en=f"it is one of {wanted}")


def check_times(*, begins_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuses an activity without length, and one that is over before it is made."""
    if ends_at <= max(begins_at, now):
        raise ActivityTimesBad(begins_at=local(begins_at), ends_at=local(ends_at), now=local(now))


def acts_of_edit(old: ActivityDraft, new: ActivityDraft) -> Iterator[ActivityAct]:
    """The acts that an edit comes to; none where nothing changes."""
    words = (old.title, old.contact_phone, old.contact_wechat), (new.title, new.contact_phone, new.contact_wechat)
    differs = {
        ActivityAct.REWORD: words[0] != words[1],
        ActivityAct.SET_FLOORS: _plain(old.floors) != _plain(new.floors),
        ActivityAct.PROLONG: new.ends_at > old.ends_at,
        ActivityAct.SHORTEN: new.ends_at < old.ends_at,
        ActivityAct.MOVE_BEGINNING: new.begins_at != old.begins_at,
        ActivityAct.CHANGE_TYPE: new.type != old.type,
        ActivityAct.REDRAW_CREATORS: new.creator_ids != old.creator_ids,
        ActivityAct.CHANGE_LEADERS: (new.leader_entry, new.leader_ids) != (old.leader_entry, old.leader_ids),
    }
    return (act for act, is_done in differs.items() if is_done)


def _plain(floors: Floors) -> tuple[int, int, int, frozenset[tuple[str, int]]]:
    by_category = frozenset((floor.category_id, floor.commission_bp) for floor in floors.by_category)
    return int(floors.scope), floors.commission_bp, floors.service_fee_bp, by_category
