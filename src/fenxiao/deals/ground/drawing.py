"""Writing down what a leader says of an activity: words, floors, creators and leaders."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from fenxiao.deals.errors import ActivityCreatorsUnfit, ActivityLeadersUnfit
from fenxiao.deals.models import Activity, ActivityCreator, ActivityFloor, ActivityLeader
from fenxiao.deals.rules.activity_drafts import ActivityDraft, LeadersLetIn
from fenxiao.deals.rules.floors import Scope
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Kind, Organisation


def check_parties(draft: ActivityDraft, *, leader: Organisation) -> None:
    """Refuses creators and leaders that are none, that are suspended, or that cannot be named here."""
    check_creators(draft.creator_ids)
    if draft.leader_entry != LeadersLetIn.NAMED:
        if draft.leader_ids:
            raise ActivityLeadersUnfit(
                names_zh="仅在选择指定团长可报时填写", names_en="leaders are named only where named ones may apply"
            )
        return
    if not draft.leader_ids:
        raise ActivityLeadersUnfit(names_zh="请至少指定一位团长", names_en="name one leader at least")
    unfit = _unfit(draft.leader_ids, kind=Kind.LEADER, itself=leader.pk)
    if unfit:
        raise ActivityLeadersUnfit(names_zh=_join(unfit, 0), names_en=_join(unfit, 1))


def check_creators(creator_ids: Collection[int]) -> None:
    """Refuses ids that are no active creators, naming each."""
    if unfit := _unfit(creator_ids, kind=Kind.CREATOR):
        raise ActivityCreatorsUnfit(names_zh=_join(unfit, 0), names_en=_join(unfit, 1))


def _unfit(ids: Collection[int], *, kind: Kind, itself: int | None = None) -> list[tuple[str, str]]:
    found = {each.pk: each for each in Organisation.objects.filter(pk__in=ids)} if ids else {}
    unfit = []
    for pk in sorted(ids):
        organisation = found.get(pk)
        if organisation is None or organisation.kind != kind:
            kind_zh = "达人" if kind == Kind.CREATOR else "团长"
            unfit.append((f"{pk}（没有这位{kind_zh}）", f"{pk} (no such {kind})"))
        elif not organisation.is_active:
            unfit.append((f"{organisation.name}（已停用）", f"{organisation.name} (suspended)"))
        elif pk == itself:
            unfit.append((f"{organisation.name}（活动发起方）", f"{organisation.name} (runs this activity)"))
    return unfit


def _join(unfit: list[tuple[str, str]], language: int) -> str:
    return ("、", ", ")[language].join(words[language] for words in unfit)


def write_words(activity: Activity, draft: ActivityDraft) -> None:
    """Put a draft's words, times and single floors on the activity's row."""
    activity.type, activity.title = draft.type, draft.title.strip()
    activity.begins_at, activity.ends_at = draft.begins_at, draft.ends_at
    activity.floor_scope = draft.floors.scope
    activity.floor_commission_bp = draft.floors.commission_bp if draft.floors.scope == Scope.ALL else 0
    activity.floor_service_fee_bp = draft.floors.service_fee_bp
    activity.leader_entry = draft.leader_entry
    activity.contact_phone, activity.contact_wechat = draft.contact_phone, draft.contact_wechat
    activity.save()


def write_floors(activity: Activity, draft: ActivityDraft) -> None:
    """Replace an activity's floors by category."""
    ActivityFloor.objects.filter(activity=activity).delete()
    ActivityFloor.objects.bulk_create(
        ActivityFloor(activity=activity, category_id=floor.category_id, commission_bp=floor.commission_bp)
        for floor in draft.floors.by_category
    )


def write_creators(activity: Activity, draft: ActivityDraft, *, by: Actor, now: datetime) -> None:
    """Replace the creators of a draft, on whom nobody has relied yet."""
    ActivityCreator.objects.filter(activity=activity).delete()
    ActivityCreator.objects.bulk_create(
        ActivityCreator(activity=activity, creator_id=pk, from_at=now, added_by=by.name)
        for pk in sorted(draft.creator_ids)
    )


def write_leaders(activity: Activity, draft: ActivityDraft) -> None:
    """Replace the leaders whom a draft names."""
    ActivityLeader.objects.filter(activity=activity).delete()
    ActivityLeader.objects.bulk_create(
        ActivityLeader(activity=activity, leader_id=pk) for pk in sorted(draft.leader_ids)
    )


def facts_of(draft: ActivityDraft) -> dict[str, Any]:
    """What a draft says, for the audit."""
    return {
        "type": int(draft.type),
        "title": draft.title,
        "begins_at": draft.begins_at.isoformat(),
        "ends_at": draft.ends_at.isoformat(),
        "floor_scope": int(draft.floors.scope),
        "floor_commission_bp": draft.floors.commission_bp,
        "floor_service_fee_bp": draft.floors.service_fee_bp,
        "floors": {floor.category_id: floor.commission_bp for floor in draft.floors.by_category},
        "creators": sorted(draft.creator_ids),
        "leader_entry": int(draft.leader_entry),
        "leaders": sorted(draft.leader_ids),
        "contact_phone": draft.contact_phone,
        "contact_wechat": draft.contact_wechat,
    }
