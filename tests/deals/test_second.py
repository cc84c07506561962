"""A first leader hands its goods on, edits what it cedes and applies again; nothing hangs deeper than two."""

import pytest
from django.db import IntegrityError, transaction

from fenxiao.catalog.models import Product
from fenxiao.deals import services
from fenxiao.deals.errors import ProductNotOffered
from fenxiao.deals.errors import second as errors
from fenxiao.deals.models import (
    Activity,
    ActivityFloor,
    ActivityLeader,
    ActivityState,
    ActivityType,
    Application,
    ApplicationState,
    ApplicationTerms,
    ExpiredBy,
    FloorScope,
    LeaderEntry,
)
from fenxiao.deals.queries import second as queries
from fenxiao.kernel.clock import next_midnight
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import OutboxEvent
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_category, make_organisation, make_product
from tests.deals.chains import make_activity, make_application
from tests.deals.second_cast import DAY, HOUR, LATER, audit, fee_of, hand_on, refused

pytestmark = pytest.mark.django_db


# --- applying


def test_goods_are_handed_on(first: Application, invitation: Activity, cup: Product) -> None:
    application = hand_on(first, invitation)

    assert (application.depth, application.first_id, application.state) == (2, first.pk, ApplicationState.PENDING)
    assert (application.from_at, application.until_at) == (NOON, NOON + 20 * DAY)
    assert fee_of(application) == 400
    assert ApplicationTerms.objects.get(application=application).commission_rate_bp is None
    assert OutboxEvent.objects.get().payload == {"applications": [application.pk], "products": [cup.pk]}


def test_many_goods_are_handed_on_at_once_or_none(
    first: Application, invitation: Activity, lao_wu: Organisation, mei: Organisation
) -> None:
    second = make_application(first.activity, make_product(mei, "Hat"), fee_bp=300)

    def act(fee_bp: int) -> list[Application]:
        return services.apply_to_second(
            [first.pk, second.pk], activity=invitation, fee_bp=fee_bp, leader=lao_wu, by=BY, now=NOON
        )

    refused(errors.CededFeeAboveFirst, lambda: act(400))
    assert len(act(300)) == 2


@pytest.mark.parametrize(("fee_bp", "refusal"), [(299, errors.CededFeeBelowFloor), (1_001, errors.CededFeeAboveFirst)])
def test_a_fee_outside_floor_and_the_firsts_is_refused(
    first: Application, invitation: Activity, fee_bp: int, refusal: type[Refused]
) -> None:
    refused(refusal, lambda: hand_on(first, invitation, fee_bp=fee_bp))


@pytest.mark.parametrize("fee_bp", [300, 1_000])
def test_floor_and_the_firsts_own_fee_are_allowed(first: Application, invitation: Activity, fee_bp: int) -> None:
    assert fee_of(hand_on(first, invitation, fee_bp=fee_bp)) == fee_bp


def test_a_fee_above_what_the_firsts_is_coming_to_is_refused(first: Application, invitation: Activity) -> None:
    ApplicationTerms.objects.create(
        application=first, commission_rate_bp=2_000, service_fee_rate_bp=350, entered_at=NOON, from_at=NOON + DAY
    )

    refused(errors.CededFeeAboveFirst, lambda: hand_on(first, invitation, fee_bp=400))


def test_a_window_lies_within_both(first: Application, invitation: Activity) -> None:
    asked = hand_on(first, invitation, from_at=NOON - DAY, until_at=NOON + 5 * DAY)

    assert (asked.from_at, asked.until_at) == (NOON, NOON + 5 * DAY)


@pytest.mark.parametrize("days", [21, -1, 0])
def test_a_window_that_does_not_fit_is_refused(first: Application, invitation: Activity, days: int) -> None:
    refused(errors.SecondWindowTooLong, lambda: hand_on(first, invitation, until_at=NOON + days * DAY))


def test_a_repetition_is_refused_and_a_lapsed_one_is_none(first: Application, invitation: Activity) -> None:
    lapsing = hand_on(first, invitation, until_at=NOON + DAY)
    refused(errors.SecondStandsAlready, lambda: hand_on(first, invitation))

    again = hand_on(first, invitation, now=NOON + DAY)

    lapsing.refresh_from_db()
    assert (lapsing.state, lapsing.expired_by) == (ApplicationState.EXPIRED, ExpiredBy.WINDOW_OVER)
    assert again.pk != lapsing.pk


def test_one_product_stands_in_the_activities_of_several_seconds(first: Application, invitation: Activity) -> None:
    other = make_activity(make_organisation(Kind.LEADER, "Qian"), leader_entry=LeaderEntry.ALL)

    assert {hand_on(first, invitation).first_id, hand_on(first, other).first_id} == {first.pk}


def test_only_the_first_leader_hands_on(first: Application, invitation: Activity) -> None:
    qian = make_organisation(Kind.LEADER, "Qian")

    refused(errors.NotTheFirstLeader, lambda: hand_on(first, invitation, leader=qian))


def test_nobody_is_its_own_second(first: Application, lao_wu: Organisation) -> None:
    refused(errors.OwnActivity, lambda: hand_on(first, make_activity(lao_wu, leader_entry=LeaderEntry.ALL)))


def test_what_is_a_seconds_is_not_handed_on(passed: Application, hua: Organisation) -> None:
    third = make_activity(make_organisation(Kind.LEADER, "Qian"), leader_entry=LeaderEntry.ALL)

    refused(errors.ChainOfThree, lambda: hand_on(passed, third, leader=hua))


def test_the_database_refuses_a_third_level(passed: Application) -> None:
    third = make_activity(make_organisation(Kind.LEADER, "Qian"))

    with pytest.raises(IntegrityError, match="application_hangs_on_a_first"), transaction.atomic():
        make_application(third, passed.product, fee_bp=300, first=passed)


def test_the_database_refuses_to_hang_on_another_product(first: Application, hua: Organisation) -> None:
    hat = make_product(first.merchant, "Hat")

    with pytest.raises(IntegrityError, match="application_hangs_on_a_first"), transaction.atomic():
        make_application(make_activity(hua), hat, fee_bp=300, first=first)


@pytest.mark.parametrize(
    ("kind", "entry", "named", "takes"),
    [
        (ActivityType.COOPERATIVE, LeaderEntry.NONE, False, True),
        (ActivityType.COOPERATIVE, LeaderEntry.NAMED, False, False),
        (ActivityType.COOPERATIVE, LeaderEntry.NAMED, True, True),
        (ActivityType.NORMAL, LeaderEntry.NONE, False, False),
        (ActivityType.NORMAL, LeaderEntry.ALL, False, True),
        (ActivityType.EXCLUSIVE, LeaderEntry.NONE, True, False),
        (ActivityType.EXCLUSIVE, LeaderEntry.ALL, False, True),
        (ActivityType.EXCLUSIVE, LeaderEntry.NAMED, True, True),
        (ActivityType.EXCLUSIVE, LeaderEntry.NAMED, False, False),
    ],
)
def test_who_takes_seconds(  # noqa: PLR0917  the columns of the table above
    first: Application, lao_wu: Organisation, hua: Organisation, kind: int, entry: int, named: bool, takes: bool
) -> None:
    activity = make_activity(hua, kind=ActivityType(kind), leader_entry=entry)
    if named:
        ActivityLeader.objects.create(activity=activity, leader=lao_wu)

    assert queries.second_activities_open_to(lao_wu, now=NOON).exists() is takes
    if takes:
        hand_on(first, activity)
    else:
        refused(errors.TakesNoSeconds, lambda: hand_on(first, activity))


@pytest.mark.parametrize("fault", ["draft", "closed", "over"])
def test_an_activity_that_is_not_on_takes_nothing(first: Application, invitation: Activity, fault: str) -> None:
    fields = {
        "draft": {"state": ActivityState.DRAFT, "published_at": None},
        "closed": {"state": ActivityState.INVALID, "closes_at": NOON + DAY},
        "over": {"ends_at": NOON},
    }
    Activity.objects.filter(pk=invitation.pk).update(**fields[fault])

    refused(errors.TakesNoSeconds, lambda: hand_on(first, invitation))


@pytest.mark.parametrize("fault", ["pending", "ending", "window", "activity"])
def test_a_first_that_does_not_stand_is_not_handed_on(first: Application, invitation: Activity, fault: str) -> None:
    fields = {
        "pending": {"state": ApplicationState.PENDING, "passed_at": None},
        "ending": {"state": ApplicationState.EXPIRED, "expired_by": 2, "ends_at": NOON + HOUR},
        "window": {"until_at": NOON},
    }
    if fault == "activity":
        Activity.objects.filter(pk=first.activity_id).update(state=ActivityState.INVALID, closes_at=NOON + DAY)
    else:
        Application.objects.filter(pk=first.pk).update(**fields[fault])

    refused(errors.FirstNotStanding, lambda: hand_on(first, invitation))


def test_goods_that_are_not_offered_are_not_handed_on(first: Application, invitation: Activity) -> None:
    Product.objects.filter(pk=first.product_id).update(level=0)

    refused(ProductNotOffered, lambda: hand_on(first, invitation))


# --- editing and applying again


def test_a_waiting_fee_is_edited_at_once(applied: Application, lao_wu: Organisation) -> None:
    services.edit_second(applied, fee_bp=900, leader=lao_wu, by=BY, now=LATER)

    assert queries.fees_to_come(applied.pk, now=LATER) == [900]


def test_a_passed_fee_stands(passed: Application, lao_wu: Organisation) -> None:
    refused(errors.SecondFeeStands, lambda: services.edit_second(passed, fee_bp=900, leader=lao_wu, by=BY, now=LATER))


@pytest.mark.parametrize("fee_bp", [299, 1_001])
def test_an_edited_fee_is_checked(applied: Application, lao_wu: Organisation, fee_bp: int) -> None:
    with pytest.raises((errors.CededFeeBelowFloor, errors.CededFeeAboveFirst)):
        services.edit_second(applied, fee_bp=fee_bp, leader=lao_wu, by=BY, now=LATER)

    assert fee_of(applied) == 400


def test_a_rejected_one_is_applied_for_again_with_the_stored_fee(applied: Application, lao_wu: Organisation) -> None:
    audit(applied, pass_=False, reason="费率太低")
    services.edit_second(applied, fee_bp=500, leader=lao_wu, by=BY, now=LATER)

    again = services.apply_again(applied, leader=lao_wu, by=BY, now=LATER)

    applied.refresh_from_db()
    assert (applied.state, applied.reason) == (ApplicationState.REJECTED, "费率太低")
    assert (again.pk != applied.pk, again.state, fee_of(again)) == (True, ApplicationState.PENDING, 500)


def test_what_waits_or_stands_is_not_applied_for_again(passed: Application, lao_wu: Organisation) -> None:
    refused(errors.SecondStillRuns, lambda: services.apply_again(passed, leader=lao_wu, by=BY, now=LATER))


def test_an_ending_one_keeps_its_fee_until_midnight(
    passed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    services.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER)

    services.edit_second(passed, fee_bp=800, leader=lao_wu, by=BY, now=LATER)

    assert queries.fees_to_come(passed.pk, now=LATER) == [400, 800]
    assert queries.fees_to_come(passed.pk, now=next_midnight(NOON)) == [800]
    assert fee_of(services.apply_again(passed, leader=lao_wu, by=BY, now=LATER)) == 800


# --- what may be handed on, and why not


def floors(activity: Activity, *pairs: tuple[str, int]) -> None:
    """Let an activity take these leaf categories only, each from a commission on."""
    activity.floor_scope = FloorScope.LEAF
    activity.save()
    for category_id, commission_bp in pairs:
        ActivityFloor.objects.create(activity=activity, category_id=category_id, commission_bp=commission_bp)


def test_a_commission_below_the_floor_of_its_category_is_refused(first: Application, invitation: Activity) -> None:
    floors(invitation, (first.product.category_id, 2_001))

    refused(errors.SecondFloorNotMet, lambda: hand_on(first, invitation))
    ActivityFloor.objects.update(commission_bp=2_000)
    assert hand_on(first, invitation).state == ApplicationState.PENDING


def test_a_category_that_the_second_does_not_take_is_refused(first: Application, invitation: Activity) -> None:
    floors(invitation, (make_category("bo-1-1").pk, 0))

    refused(errors.SecondFloorNotMet, lambda: hand_on(first, invitation))


def test_a_floor_for_all_categories_holds_for_seconds_too(first: Application, invitation: Activity) -> None:
    Activity.objects.filter(pk=invitation.pk).update(floor_commission_bp=2_001)

    refused(errors.SecondFloorNotMet, lambda: hand_on(first, invitation))


def test_goods_that_may_not_be_handed_on_say_why(
    first: Application, invitation: Activity, lao_wu: Organisation, mei: Organisation
) -> None:
    def another(title: str, **fields: object) -> Application:
        product = make_product(mei, title, level=fields.pop("level", 2))  # type: ignore[arg-type]  # the factory's own
        return make_application(first.activity, product, **{"fee_bp": 1_000, **fields})  # type: ignore[arg-type]  # the same

    another("Fallen", level=0)
    another("Cheap", fee_bp=299)
    another("Stingy", rate_bp=999)
    another("Late", since=NOON + 21 * DAY)
    hand_on(another("Held"), invitation)
    make_application(first.activity, make_product(mei, "Waiting"), fee_bp=1_000, state=1, passed_at=None)
    Activity.objects.filter(pk=invitation.pk).update(floor_commission_bp=1_000)
    invitation.refresh_from_db()

    rows = queries.goods_for_second(lao_wu, invitation, now=NOON)

    assert [(row.application.product.title, row.finding and row.finding.code) for row in rows[:1]] == [
        (first.product.title, None)
    ]
    assert {row.application.product.title: row.finding.code for row in rows if row.finding} == {
        "Fallen": "not_offered",
        "Cheap": "fee_below_floor",
        "Stingy": "below_floor",
        "Late": "no_common_time",
        "Held": "handed_on",
    }
    assert list(queries.products_for_second(lao_wu, invitation, now=NOON)) == [first]
