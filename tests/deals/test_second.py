"""A first leader hands its goods on; the second audits; both end it together; nothing hangs deeper than two."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.deals.errors import ProductNotOffered
from fenxiao.deals.errors import second as errors
from fenxiao.deals.models import (
    Activity,
    ActivityLeader,
    ActivityState,
    ActivityType,
    Application,
    ApplicationState,
    ApplicationTerms,
    ExpiredBy,
    LeaderEntry,
    Wish,
)
from fenxiao.deals.queries import second as queries
from fenxiao.deals.services import second as services
from fenxiao.deals.services import second_ends as ends
from fenxiao.kernel.clock import next_midnight
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.chains import make_activity, make_application

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + HOUR


@pytest.fixture
def hua(db: None) -> Organisation:
    """The second leader."""
    return make_organisation(Kind.LEADER, "Hua")


@pytest.fixture
def first(lao_wu: Organisation, cup: Product) -> Application:
    """The cup in Lao Wu's activity at a fee of 10 %."""
    return make_application(make_activity(lao_wu), cup, fee_bp=1_000)


@pytest.fixture
def invitation(hua: Organisation) -> Activity:
    """Hua's invitation to leaders, with a floor of 3 %, until in 20 days."""
    return make_activity(hua, kind=ActivityType.COOPERATIVE, floor_service_fee_bp=300, ends_at=NOON + 20 * DAY)


@pytest.fixture
def applied(first: Application, invitation: Activity, lao_wu: Organisation) -> Application:
    """The cup handed on at 4 %, waiting."""
    return hand_on(first, invitation)


@pytest.fixture
def passed(applied: Application, hua: Organisation) -> Application:
    """The same, let in."""
    audit(applied)
    applied.refresh_from_db()
    return applied


def hand_on(
    first: Application, activity: Activity, *, fee_bp: int = 400, now: object = NOON, **rest: object
) -> Application:
    leader = rest.pop("leader", first.activity.leader)
    return services.apply_to_second(
        [first.pk], activity=activity, fee_bp=fee_bp, leader=leader, by=BY, now=now, **rest
    )[0]  # type: ignore[arg-type]  # the service's own


def audit(application: Application, *, pass_: bool = True, reason: str = "", now: object = LATER) -> None:
    activity = application.activity
    services.audit_second(
        activity,
        ids=[application.pk],
        pass_=pass_,
        reason=reason,
        leader=activity.leader,
        by=BY,
        now=now,  # type: ignore[arg-type]  # a moment
    )


def fee_of(application: Application) -> int:
    return queries.fees_to_come(application.pk, now=LATER)[-1]


def refused(refusal: type[Refused], act: Callable[[], object]) -> None:
    """The act is refused in both languages and leaves nothing behind."""
    before = (Application.objects.count(), ApplicationTerms.objects.count(), AuditRow.objects.count())
    with pytest.raises(refusal) as caught:
        act()
    assert caught.value.message("zh") != caught.value.message("en")
    assert (Application.objects.count(), ApplicationTerms.objects.count(), AuditRow.objects.count()) == before


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
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    ends.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER)

    services.edit_second(passed, fee_bp=800, leader=lao_wu, by=BY, now=LATER)

    assert queries.fees_to_come(passed.pk, now=LATER) == [400, 800]
    assert queries.fees_to_come(passed.pk, now=next_midnight(NOON)) == [800]
    assert fee_of(services.apply_again(passed, leader=lao_wu, by=BY, now=LATER)) == 800


# --- audits


def test_the_second_lets_in(applied: Application, hua: Organisation) -> None:
    audit(applied)

    applied.refresh_from_db()
    assert (applied.state, applied.passed_at, applied.decided_at) == (ApplicationState.PASSED, LATER, LATER)
    assert Application.objects.filter(pk=applied.pk).standing_at(LATER).exists()


def test_a_rejection_says_why(applied: Application) -> None:
    refused(errors.ReasonMissing, lambda: audit(applied, pass_=False, reason="  "))
    audit(applied, pass_=False, reason="no room")

    applied.refresh_from_db()
    assert (applied.state, applied.reason, applied.passed_at) == (ApplicationState.REJECTED, "no room", None)


def test_nobody_else_audits(applied: Application, lao_wu: Organisation, first: Application) -> None:
    def act(leader: Organisation, ids: list[int]) -> None:
        services.audit_second(applied.activity, ids=ids, pass_=True, leader=leader, by=BY, now=LATER)

    refused(errors.NotTheSecondLeader, lambda: act(lao_wu, [applied.pk]))
    refused(errors.NotTheSecondLeader, lambda: act(applied.activity.leader, [applied.pk, first.pk]))
    refused(errors.NotTheSecondLeader, lambda: act(applied.activity.leader, []))


def test_what_passed_is_not_audited_again(passed: Application) -> None:
    refused(errors.SecondNotPending, lambda: audit(passed))


def test_what_may_not_stand_any_more_is_not_let_in_but_may_be_rejected(
    applied: Application, first: Application
) -> None:
    ApplicationTerms.objects.create(
        application=first, commission_rate_bp=2_000, service_fee_rate_bp=350, entered_at=NOON, from_at=NOON + DAY
    )

    refused(errors.CededFeeAboveFirst, lambda: audit(applied))
    audit(applied, pass_=False, reason="the first fee falls")


# --- ends


def test_the_first_asks_and_the_second_consents(passed: Application, lao_wu: Organisation, hua: Organisation) -> None:
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER, reason="stock is out")

    wish = ends.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER)

    passed.refresh_from_db()
    midnight = next_midnight(NOON)
    assert (wish.state, wish.reason) == (Wish.State.GRANTED, "stock is out")
    assert (passed.state, passed.expired_by, passed.ends_at) == (5, ExpiredBy.LEADER, midnight)
    standing = Application.objects.filter(pk=passed.pk)
    assert standing.standing_at(midnight - HOUR).exists()
    assert not standing.standing_at(midnight).exists()


def test_the_second_may_decline_and_be_asked_again(
    passed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    ends.answer_cancellation(passed, consent=False, leader=hua, by=BY, now=LATER, reason="still sells")

    passed.refresh_from_db()
    assert (passed.state, passed.ends_at) == (ApplicationState.PASSED, None)
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)


def test_a_request_is_taken_back(passed: Application, lao_wu: Organisation, hua: Organisation) -> None:
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    refused(errors.CancellationAsked, lambda: ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER))
    ends.withdraw_cancellation(passed, leader=lao_wu, by=BY, now=LATER)

    refused(
        errors.NoCancellationAsked,
        lambda: ends.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER),
    )


def test_only_the_first_asks_and_only_the_second_answers(
    passed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    refused(errors.NotTheFirstLeader, lambda: ends.ask_cancellation(passed, leader=hua, by=BY, now=LATER))
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    refused(
        errors.NotTheSecondLeader,
        lambda: ends.answer_cancellation(passed, consent=True, leader=lao_wu, by=BY, now=LATER),
    )


def test_what_has_not_passed_has_no_end_to_ask_for(applied: Application, lao_wu: Organisation) -> None:
    refused(errors.SecondNotPassed, lambda: ends.ask_cancellation(applied, leader=lao_wu, by=BY, now=LATER))


def test_seconds_end_with_their_first(
    passed: Application, first: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    waiting = hand_on(first, make_activity(hua, leader_entry=LeaderEntry.ALL))
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    midnight = next_midnight(NOON)

    def fall() -> list[int]:
        with transaction.atomic():
            return ends.end_seconds_of([first.pk], ends_at=midnight, expired_by=ExpiredBy.MERCHANT, by=BY, now=LATER)

    assert fall() == [passed.pk, waiting.pk]

    told = dict(Application.objects.filter(depth=2).values_list("pk", "ends_at"))
    assert told == {passed.pk: midnight, waiting.pk: LATER}
    assert set(Application.objects.filter(depth=2).values_list("state", "expired_by")) == {(5, ExpiredBy.MERCHANT)}
    assert Wish.objects.get().state == Wish.State.VOID
    assert fall() == []  # once


# --- lists


def test_the_lists_of_first_and_second_leader(
    applied: Application, first: Application, lao_wu: Organisation, hua: Organisation, mei: Organisation
) -> None:
    hat = make_application(first.activity, make_product(mei, "Hat"), fee_bp=300)
    make_application(first.activity, make_product(mei, "Too cheap"), fee_bp=299)

    assert [(each.pk, each.fee_bp) for each in queries.products_for_second(lao_wu, applied.activity, now=NOON)] == [
        (hat.pk, 300)
    ]
    handed_on = queries.applied_second(lao_wu, now=NOON).get()
    assert (handed_on.pk, handed_on.fee_bp, handed_on.end_is_asked) == (applied.pk, 400, False)
    assert queries.seconds_of(hua, now=NOON).get().pk == applied.pk
    assert queries.highest_ceded_fee(first, now=NOON) == 400
    assert queries.second_activities_open_to(hua, now=NOON).count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_is_one_statement(
    first: Application, invitation: Activity, lao_wu: Organisation, mei: Organisation, rows: int
) -> None:
    for number in range(rows):
        hand_on(make_application(first.activity, make_product(mei, f"P{number}"), fee_bp=500), invitation)

    with CaptureQueriesContext(connection) as asked:
        named = [
            (each.product.title, each.activity.leader.name, each.first)
            for each in queries.applied_second(lao_wu, now=NOON)
        ]

    assert (len(named), len(asked)) == (rows, 1)


# --- at once


def race(*acts: Callable[[], object]) -> list[str]:
    """Run the acts at one instant; what each came to: "done", or the refusal's name."""
    barrier, outcomes = Barrier(len(acts)), ["" for _ in acts]

    def run(number: int) -> None:
        try:
            barrier.wait(5)
            acts[number]()
            outcomes[number] = "done"
        except Refused as refusal:
            outcomes[number] = type(refusal).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_cancellations_at_once_are_one(passed: Application, lao_wu: Organisation) -> None:
    def ask() -> None:
        ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)

    assert sorted(race(ask, ask)) == ["CancellationAsked", "done"]
    assert Wish.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(passed: Application, lao_wu: Organisation, hua: Organisation) -> None:
    ends.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)

    outcomes = race(
        lambda: ends.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER),
        lambda: ends.answer_cancellation(passed, consent=False, leader=hua, by=BY, now=LATER),
    )

    passed.refresh_from_db()
    assert sorted(outcomes) == ["NoCancellationAsked", "done"]
    granted = Wish.objects.get().state == Wish.State.GRANTED
    assert (passed.state == ApplicationState.EXPIRED) is granted is (outcomes[0] == "done")


@pytest.mark.django_db(transaction=True)
def test_an_audit_and_the_firsts_end_at_once_leave_nothing_standing(applied: Application, first: Application) -> None:
    midnight = next_midnight(NOON)

    @transaction.atomic
    def end_first() -> None:
        Product.objects.select_for_update(no_key=True).get(pk=first.product_id)
        Application.objects.filter(pk=first.pk).update(state=5, expired_by=ExpiredBy.LEADER, ends_at=midnight)
        ends.end_seconds_of([first.pk], ends_at=midnight, expired_by=ExpiredBy.LEADER, by=BY, now=LATER)

    outcomes = race(lambda: audit(applied), end_first)

    applied.refresh_from_db()
    assert outcomes[1] == "done"
    assert outcomes[0] in {"done", "SecondNotPending"}
    assert applied.state == ApplicationState.EXPIRED
    assert applied.ends_at == (midnight if outcomes[0] == "done" else LATER)


@pytest.mark.django_db(transaction=True)
def test_two_applications_at_once_are_one(first: Application, invitation: Activity) -> None:
    outcomes = race(lambda: hand_on(first, invitation), lambda: hand_on(first, invitation))

    assert sorted(outcomes) == ["SecondStandsAlready", "done"]
    assert Application.objects.filter(depth=2).count() == 1
