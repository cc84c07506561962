"""Drafting, editing, publishing, closing and deleting activities, and their named creators."""

from typing import Any

import pytest

from fenxiao.catalog.models import Category, Product
from fenxiao.deals import errors, queries, services
from fenxiao.deals.models import (
    Activity,
    ActivityCreator,
    ActivityState,
    Application,
    ApplicationState,
    ExpiredBy,
)
from fenxiao.deals.rules import ActivityKind, Floor, Floors, LeadersLetIn, Scope
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.errors import OrganisationSuspended, WrongKind
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_category, make_organisation, make_product
from tests.deals.activity_cast import DAY, END, HOUR, MIDNIGHT, apply, audit, draft, passed, publish

LATE = MIDNIGHT - HOUR / 12  # 23:55


def floors(scope: Scope, *pairs: tuple[str, int]) -> Floors:
    return Floors(scope=scope, by_category=tuple(Floor(category_id=pk, commission_bp=bp) for pk, bp in pairs))


def exclusive(leader: Organisation, *creators: Organisation, **fields: Any) -> Activity:
    return publish(leader, type=ActivityKind.EXCLUSIVE, creator_ids=frozenset(each.pk for each in creators), **fields)


def named_at(activity: Activity, moment: Any) -> list[str]:
    return [each.name for each in queries.creators_of(activity, moment=moment)]


def test_a_draft_keeps_all_that_its_leader_says(lao_wu: Organisation, chen: Organisation) -> None:
    make_category()
    other = make_organisation(Kind.LEADER, "Old Li")
    said = draft(
        type=ActivityKind.EXCLUSIVE,
        floors=floors(Scope.LEAF, ("ap-2-1", 1_500)),
        creator_ids=frozenset({chen.pk}),
        leader_entry=LeadersLetIn.NAMED,
        leader_ids=frozenset({other.pk}),
        contact_phone="138 0000 0000",
        contact_wechat="laowu",
    )

    activity = services.draft_activity(lao_wu, draft=said, by=BY, now=NOON)

    assert queries.draft_of(Activity.objects.get()) == said
    assert (activity.state, activity.published_at) == (ActivityState.DRAFT, None)
    assert list(OutboxEvent.objects.values_list("name", "payload")) == [("activity.drafted", {"activity": activity.pk})]
    assert AuditRow.objects.get().after["floors"] == {"ap-2-1": 1_500}


UNFIT: list[tuple[dict[str, Any], type[Refused]]] = [
    ({"title": "  "}, BadInput),
    ({"title": "x" * 61}, BadInput),
    ({"contact_phone": "1" * 21}, BadInput),
    ({"type": 4}, BadInput),
    ({"leader_entry": 9}, BadInput),
    ({"floors": Floors(scope=7)}, BadInput),
    ({"ends_at": NOON}, errors.ActivityTimesBad),
    ({"begins_at": NOON - 2 * DAY, "ends_at": NOON - DAY}, errors.ActivityTimesBad),
    ({"type": ActivityKind.EXCLUSIVE}, errors.NobodyNamed),
    ({"creator_ids": frozenset({1})}, errors.CreatorsNotTaken),
    ({"type": ActivityKind.EXCLUSIVE, "creator_ids": frozenset({999_999})}, errors.ActivityCreatorsUnfit),
    ({"leader_entry": LeadersLetIn.ALL}, errors.LeaderEntryMisplaced),
    ({"floors": Floors(commission_bp=9_001)}, errors.FloorOutOfBounds),
    ({"floors": Floors(service_fee_bp=10_001)}, errors.FloorOutOfBounds),
    ({"floors": Floors(commission_bp=6_000, service_fee_bp=4_001)}, errors.FloorsLeaveNothing),
    ({"floors": floors(Scope.LEAF)}, errors.FloorsMissing),
    ({"floors": floors(Scope.ALL, ("ap-2-1", 1_000))}, errors.FloorsSuperfluous),
    ({"floors": floors(Scope.LEAF, ("ap-2", 1_000))}, errors.FloorOfUnfitCategories),
    ({"floors": floors(Scope.LEAF, ("none", 1_000))}, errors.FloorOfUnfitCategories),
    ({"floors": floors(Scope.SECOND_LEVEL, ("ap-2-1", 1_000))}, errors.FloorOfUnfitCategories),
    ({"floors": floors(Scope.SECOND_LEVEL, ("ap", 1_000))}, errors.FloorOfUnfitCategories),
    ({"floors": floors(Scope.LEAF, ("ap-2-1", 1_000), ("ap-2-1", 2_000))}, errors.FloorTwice),
    ({"floors": floors(Scope.LEAF, ("ap-2-1", 9_001))}, errors.FloorOutOfBounds),
]


@pytest.mark.parametrize(("fields", "refusal"), UNFIT)
def test_an_unfit_draft_is_refused_and_leaves_nothing(
    lao_wu: Organisation, fields: dict[str, Any], refusal: type[Refused]
) -> None:
    make_category()

    with pytest.raises(refusal) as refused:
        services.draft_activity(lao_wu, draft=draft(**fields), by=BY, now=NOON)

    assert refused.value.message("zh") != refused.value.message("en")
    assert (Activity.objects.count(), AuditRow.objects.count(), OutboxEvent.objects.count()) == (0, 0, 0)


def test_a_floor_of_the_wrong_depth_is_named_with_its_depth(lao_wu: Organisation) -> None:
    make_category(name="鸟笼")

    with pytest.raises(errors.FloorOfUnfitCategories) as refused:
        publish(lao_wu, floors=floors(Scope.SECOND_LEVEL, ("ap-2-1", 1_000)))

    assert "鸟笼（是第 3 级类目）" in refused.value.message("zh")
    assert "ap-2-1 (on level 3)" in refused.value.message("en")


def test_a_floor_of_a_category_out_of_use_is_refused(lao_wu: Organisation) -> None:
    make_category()
    Category.objects.filter(pk="ap-2-1").update(is_active=False)

    with pytest.raises(errors.FloorOfUnfitCategories):
        publish(lao_wu, floors=floors(Scope.LEAF, ("ap-2-1", 1_000)))


def test_only_active_leaders_draft(mei: Organisation, lao_wu: Organisation) -> None:
    with pytest.raises(WrongKind):
        publish(mei)
    Organisation.objects.filter(pk=lao_wu.pk).update(is_active=False)

    with pytest.raises(OrganisationSuspended):
        publish(lao_wu)


def test_a_leader_does_not_name_itself_or_a_suspended_one(lao_wu: Organisation, chen: Organisation) -> None:
    gone = make_organisation(Kind.LEADER, "Gone")
    Organisation.objects.filter(pk=gone.pk).update(is_active=False)

    with pytest.raises(errors.ActivityLeadersUnfit) as refused:
        exclusive(lao_wu, chen, leader_entry=LeadersLetIn.NAMED, leader_ids=frozenset({lao_wu.pk, gone.pk}))

    assert refused.value.details["names_en"] == "Lao Wu (runs this activity), Gone (suspended)"


def test_a_draft_is_edited_freely(lao_wu: Organisation, chen: Organisation) -> None:
    activity = services.draft_activity(lao_wu, draft=draft(), by=BY, now=NOON)
    changed = draft(
        type=ActivityKind.EXCLUSIVE, creator_ids=frozenset({chen.pk}), begins_at=NOON + DAY, ends_at=NOON + 2 * DAY
    )

    services.edit_activity(activity, leader=activity.leader, draft=changed, by=BY, now=NOON + HOUR)

    assert queries.draft_of(Activity.objects.get()) == changed
    assert AuditRow.objects.latest("id").before["type"] == ActivityKind.NORMAL


def test_a_published_activity_changes_in_what_hurts_nobody(lao_wu: Organisation) -> None:
    activity = publish(lao_wu)
    changed = draft(title="New", ends_at=END + DAY, floors=Floors(commission_bp=3_000, service_fee_bp=0))

    services.edit_activity(activity, leader=activity.leader, draft=changed, by=BY, now=NOON + HOUR)

    assert queries.draft_of(Activity.objects.get()) == changed


@pytest.mark.parametrize(
    "fields",
    [
        {"begins_at": NOON + DAY},
        {"ends_at": END - DAY},
        {"type": ActivityKind.COOPERATIVE},
    ],
)
def test_what_others_relied_on_is_fixed_once_published(lao_wu: Organisation, fields: dict[str, Any]) -> None:
    activity = publish(lao_wu)

    with pytest.raises(errors.PublishedFieldFixed):
        services.edit_activity(
            activity, leader=activity.leader, draft=draft(title="New", **fields), by=BY, now=NOON + HOUR
        )

    assert queries.draft_of(Activity.objects.get()) == draft()


def test_an_edit_that_changes_nothing_is_refused(lao_wu: Organisation) -> None:
    with pytest.raises(errors.ActivityUnchanged):
        services.edit_activity(publish(lao_wu), leader=lao_wu, draft=draft(), by=BY, now=NOON)


def test_a_draft_whose_time_is_up_is_not_published(lao_wu: Organisation) -> None:
    activity = services.draft_activity(lao_wu, draft=draft(), by=BY, now=NOON)

    with pytest.raises(errors.ActivityTimesBad):
        services.publish_activity(activity, leader=activity.leader, by=BY, now=END)

    assert Activity.objects.get().state == ActivityState.DRAFT


def test_closing_ends_what_stands_at_midnight_and_what_waits_at_once(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity, bowl = publish(lao_wu), make_product(mei, "Bowl")
    standing = passed(activity, cup)
    waiting = apply(activity, bowl)[0]

    services.close_activity(activity, leader=activity.leader, by=BY, now=NOON + HOUR)

    assert list(Application.objects.order_by("id").values_list("pk", "state", "expired_by", "ends_at")) == [
        (standing.pk, ApplicationState.EXPIRED, ExpiredBy.LEADER, MIDNIGHT),
        (waiting.pk, ApplicationState.EXPIRED, ExpiredBy.LEADER, NOON + HOUR),
    ]
    assert list(queries.standing_applications(MIDNIGHT - HOUR).values_list("pk", flat=True)) == [standing.pk]
    assert not queries.standing_applications(MIDNIGHT).exists()
    assert queries.state_of(Activity.objects.get(), now=MIDNIGHT - HOUR) == 3
    assert queries.state_of(Activity.objects.get(), now=MIDNIGHT) == 4


def test_nothing_is_closed_in_the_last_ten_minutes_of_a_day(lao_wu: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    passed(activity, cup)

    with pytest.raises(errors.TooLateToCut):
        services.close_activity(activity, leader=activity.leader, by=BY, now=LATE)

    assert Activity.objects.get().state == ActivityState.PUBLISHED
    assert Application.objects.get().state == ApplicationState.PASSED


def test_what_stands_is_closed_before_it_is_deleted(lao_wu: Organisation) -> None:
    activity = publish(lao_wu)
    with pytest.raises(errors.ActivityStillStands):
        services.delete_activity(activity, leader=activity.leader, by=BY, now=NOON)
    services.close_activity(activity, leader=activity.leader, by=BY, now=NOON)
    with pytest.raises(errors.ActivityStillStands):
        services.delete_activity(activity, leader=activity.leader, by=BY, now=MIDNIGHT - HOUR)

    services.delete_activity(activity, leader=activity.leader, by=BY, now=MIDNIGHT)

    assert Activity.objects.get().state == ActivityState.DELETED
    assert not queries.activities_of(lao_wu, now=MIDNIGHT).exists()


def test_an_activity_that_ran_out_takes_nothing_and_may_be_deleted(lao_wu: Organisation) -> None:
    activity = publish(lao_wu)
    with pytest.raises(errors.ActivityOver):
        services.close_activity(activity, leader=activity.leader, by=BY, now=END)

    services.delete_activity(activity, leader=activity.leader, by=BY, now=END)

    assert Activity.objects.get().deleted_at == END


def test_creators_come_at_once_and_go_at_midnight(lao_wu: Organisation, chen: Organisation) -> None:
    ling = make_organisation(Kind.CREATOR, "Ling")
    activity = exclusive(lao_wu, chen)

    services.name_creators(activity, leader=activity.leader, creator_ids=[ling.pk], by=BY, now=NOON + HOUR)
    services.unname_creators(activity, leader=activity.leader, creator_ids=[chen.pk], by=BY, now=NOON + 2 * HOUR)

    moments = (NOON, NOON + HOUR, MIDNIGHT - HOUR, MIDNIGHT)
    assert [named_at(activity, moment) for moment in moments] == [
        ["Chen"],
        ["Chen", "Ling"],
        ["Chen", "Ling"],
        ["Ling"],
    ]
    assert [(each.creator.name, each.is_added, each.at, each.by) for each in queries.creator_adjustments(activity)] == [
        ("Chen", False, MIDNIGHT, "test"),
        ("Ling", True, NOON + HOUR, "test"),
        ("Chen", True, NOON, "test"),
    ]


def test_a_creator_named_again_before_midnight_stays_without_a_break(lao_wu: Organisation, chen: Organisation) -> None:
    ling = make_organisation(Kind.CREATOR, "Ling")
    activity = exclusive(lao_wu, chen, ling)
    services.unname_creators(activity, leader=activity.leader, creator_ids=[chen.pk], by=BY, now=NOON)

    services.name_creators(activity, leader=activity.leader, creator_ids=[chen.pk], by=BY, now=NOON + HOUR)
    services.unname_creators(activity, leader=activity.leader, creator_ids=[ling.pk], by=BY, now=NOON + HOUR)

    assert named_at(activity, MIDNIGHT) == ["Chen"]
    assert ActivityCreator.objects.filter(creator=chen).count() == 2


def test_an_exclusive_activity_keeps_one_creator(lao_wu: Organisation, chen: Organisation) -> None:
    activity = exclusive(lao_wu, chen)

    with pytest.raises(errors.LastCreators):
        services.unname_creators(activity, leader=activity.leader, creator_ids=[chen.pk], by=BY, now=NOON)

    assert named_at(activity, MIDNIGHT) == ["Chen"]


def test_who_is_named_is_not_named_again_and_who_is_not_is_not_taken_out(
    lao_wu: Organisation, chen: Organisation, mei: Organisation
) -> None:
    activity = exclusive(lao_wu, chen)

    with pytest.raises(errors.CreatorsAlreadyNamed):
        services.name_creators(activity, leader=activity.leader, creator_ids=[chen.pk], by=BY, now=NOON)
    with pytest.raises(errors.CreatorsNotNamed):
        services.unname_creators(activity, leader=activity.leader, creator_ids=[mei.pk], by=BY, now=NOON)
    with pytest.raises(errors.ActivityCreatorsUnfit):
        services.name_creators(activity, leader=activity.leader, creator_ids=[mei.pk], by=BY, now=NOON)
    with pytest.raises(errors.CreatorsNotTaken):
        services.name_creators(publish(lao_wu), leader=lao_wu, creator_ids=[chen.pk], by=BY, now=NOON)
    with pytest.raises(errors.NobodyNamed):
        services.name_creators(activity, leader=activity.leader, creator_ids=[], by=BY, now=NOON)


def test_leaders_list_their_activities_by_the_state_that_time_tells(lao_wu: Organisation, cup: Product) -> None:
    waiting_to_begin = publish(lao_wu, begins_at=NOON + DAY)
    promoting = publish(lao_wu, title="Now")
    closed = publish(lao_wu)
    services.close_activity(closed, leader=closed.leader, by=BY, now=NOON)
    services.draft_activity(lao_wu, draft=draft(), by=BY, now=NOON)
    audit(promoting, *apply(promoting, cup))

    found = {
        state: list(queries.activities_of(lao_wu, now=MIDNIGHT, state=state).values_list("pk", flat=True))
        for state in (2, 3, 4)
    }

    assert found == {2: [waiting_to_begin.pk], 3: [promoting.pk], 4: [closed.pk]}
    row = queries.activities_of(lao_wu, now=NOON, title="now").get()
    assert (row.applied, row.waiting, row.passed) == (1, 0, 1)


def test_merchants_find_what_takes_their_goods(lao_wu: Organisation, mei: Organisation, chen: Organisation) -> None:
    make_category()
    normal = publish(lao_wu, floors=floors(Scope.LEAF, ("ap-2-1", 1_000)))
    named = exclusive(lao_wu, chen, ends_at=END + DAY)
    publish(lao_wu, type=ActivityKind.COOPERATIVE)
    services.draft_activity(lao_wu, draft=draft(), by=BY, now=NOON)
    services.close_activity(publish(lao_wu), leader=lao_wu, by=BY, now=NOON)

    assert list(queries.activities_open_to(mei, now=NOON)) == [normal, named]
    assert list(queries.activities_open_to(mei, now=NOON, category_id="other")) == [named]
    assert list(queries.activities_open_to(mei, now=END)) == [named]


def test_a_leaders_record_counts_what_was_passed(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    passed(activity, cup)
    passed(activity, make_product(mei, "Bowl", price_fen=5_001))
    apply(activity, make_product(mei, "Plate"))

    record = queries.leader_record(lao_wu)

    assert (record.activities, record.products, record.merchants, record.average_price_fen) == (1, 2, 1, 7_500)


def test_nobody_acts_on_another_leaders_activity(
    lao_wu: Organisation, old_li: Organisation, chen: Organisation
) -> None:
    activity = publish(lao_wu, type=ActivityKind.EXCLUSIVE, creator_ids=(chen.pk,))
    drafted = services.draft_activity(lao_wu, draft=draft(), by=BY, now=NOON)
    given = {"leader": old_li, "by": BY, "now": NOON}

    for act in (
        lambda: services.edit_activity(drafted, draft=draft(title="Mine"), **given),
        lambda: services.publish_activity(drafted, **given),
        lambda: services.delete_activity(drafted, **given),
        lambda: services.close_activity(activity, **given),
        lambda: services.name_creators(activity, creator_ids=[chen.pk], **given),
        lambda: services.unname_creators(activity, creator_ids=[chen.pk], **given),
    ):
        with pytest.raises(errors.NotOwnActivity):
            act()

    assert set(Activity.objects.values_list("state", "title")) == {(1, draft().title), (2, draft().title)}
