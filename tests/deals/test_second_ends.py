"""The second leader audits what was handed on; both end it together, or it ends with what it hangs on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.deals import errors, services
from fenxiao.deals.models import (
    Activity,
    Application,
    ApplicationState,
    ApplicationTerms,
    ExpiredBy,
    LeaderEntry,
    Wish,
)
from fenxiao.deals.queries import second as queries
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.deals.chains import make_activity, make_application
from tests.deals.second_cast import DAY, HOUR, LATER, audit, hand_on, refused
from tests.races import at_once

pytestmark = pytest.mark.django_db


def test_the_second_lets_in(applied: Application, hua: Organisation) -> None:
    audit(applied)

    applied.refresh_from_db()
    assert (applied.state, applied.passed_at, applied.decided_at) == (ApplicationState.PASSED, LATER, LATER)
    assert Application.objects.filter(pk=applied.pk).standing_at(LATER).exists()


def test_a_rejection_says_why(applied: Application) -> None:
    refused(errors.RejectionNeedsReason, lambda: audit(applied, pass_=False, reason="  "))
    audit(applied, pass_=False, reason="no room")

    applied.refresh_from_db()
    assert (applied.state, applied.reason, applied.passed_at) == (ApplicationState.REJECTED, "no room", None)


def test_nobody_else_audits(applied: Application, lao_wu: Organisation, first: Application) -> None:
    def act(leader: Organisation, ids: list[int]) -> None:
        services.audit_applications(applied.activity, ids=ids, pass_=True, leader=leader, by=BY, now=LATER)

    refused(errors.NotOwnActivity, lambda: act(lao_wu, [applied.pk]))
    refused(errors.ApplicationsUnknown, lambda: act(applied.activity.leader, [applied.pk, first.pk]))
    refused(errors.NoApplicationsNamed, lambda: act(applied.activity.leader, []))


def test_what_passed_is_not_audited_again(passed: Application) -> None:
    refused(errors.ApplicationNotPending, lambda: audit(passed))


def test_what_may_not_stand_any_more_is_not_let_in_but_may_be_rejected(
    applied: Application, first: Application
) -> None:
    ApplicationTerms.objects.create(
        application=first, commission_rate_bp=2_000, service_fee_rate_bp=350, entered_at=NOON, from_at=NOON + DAY
    )

    refused(errors.AuditRefused, lambda: audit(applied))
    audit(applied, pass_=False, reason="the first fee falls")


# --- ends


def test_the_first_asks_and_the_second_consents(passed: Application, lao_wu: Organisation, hua: Organisation) -> None:
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER, reason="stock is out")

    wish = services.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER)

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
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    services.answer_cancellation(passed, consent=False, leader=hua, by=BY, now=LATER, reason="still sells")

    passed.refresh_from_db()
    assert (passed.state, passed.ends_at) == (ApplicationState.PASSED, None)
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)


def test_a_request_is_taken_back(passed: Application, lao_wu: Organisation, hua: Organisation) -> None:
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    refused(errors.CancellationAsked, lambda: services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER))
    services.withdraw_cancellation(passed, leader=lao_wu, by=BY, now=LATER)

    refused(
        errors.NoCancellationAsked,
        lambda: services.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER),
    )


def test_only_the_first_asks_and_only_the_second_answers(
    passed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    refused(errors.NotTheFirstLeader, lambda: services.ask_cancellation(passed, leader=hua, by=BY, now=LATER))
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    refused(
        errors.NotTheSecondLeader,
        lambda: services.answer_cancellation(passed, consent=True, leader=lao_wu, by=BY, now=LATER),
    )


def test_what_has_not_passed_has_no_end_to_ask_for(applied: Application, lao_wu: Organisation) -> None:
    refused(errors.SecondNotPassed, lambda: services.ask_cancellation(applied, leader=lao_wu, by=BY, now=LATER))


def test_seconds_end_with_their_first(
    passed: Application, first: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    waiting = hand_on(first, make_activity(hua, leader_entry=LeaderEntry.ALL))
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    services.withdraw_application(first, merchant=first.merchant, by=BY, now=LATER)

    midnight = next_midnight(NOON)
    told = dict(Application.objects.filter(depth=2).values_list("pk", "ends_at"))
    assert told == {passed.pk: midnight, waiting.pk: LATER}
    assert set(Application.objects.filter(depth=2).values_list("state", "expired_by")) == {(5, ExpiredBy.MERCHANT)}
    assert Wish.objects.get().state == Wish.State.VOID


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


@pytest.mark.django_db(transaction=True)
def test_two_cancellations_at_once_are_one(passed: Application, lao_wu: Organisation) -> None:
    def ask() -> None:
        services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)

    assert set(at_once(ask, ask)) == {None, errors.CancellationAsked}
    assert Wish.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(passed: Application, lao_wu: Organisation, hua: Organisation) -> None:
    services.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)

    outcomes = at_once(
        lambda: services.answer_cancellation(passed, consent=True, leader=hua, by=BY, now=LATER),
        lambda: services.answer_cancellation(passed, consent=False, leader=hua, by=BY, now=LATER),
    )

    passed.refresh_from_db()
    assert set(outcomes) == {None, errors.NoCancellationAsked}
    granted = Wish.objects.get().state == Wish.State.GRANTED
    assert (passed.state == ApplicationState.EXPIRED) is granted is (outcomes[0] is None)


@pytest.mark.django_db(transaction=True)
def test_an_audit_and_the_firsts_end_at_once_leave_nothing_standing(applied: Application, first: Application) -> None:
    outcomes = at_once(
        lambda: audit(applied),
        lambda: services.withdraw_application(first, merchant=first.merchant, by=BY, now=LATER),
    )

    applied.refresh_from_db()
    assert outcomes[1] is None
    assert outcomes[0] in {None, errors.AuditRefused, errors.ApplicationNotPending}
    assert applied.state == ApplicationState.EXPIRED
    assert applied.ends_at == (next_midnight(NOON) if outcomes[0] is None else LATER)


@pytest.mark.django_db(transaction=True)
def test_two_applications_at_once_are_one(first: Application, invitation: Activity) -> None:
    outcomes = at_once(lambda: hand_on(first, invitation), lambda: hand_on(first, invitation))

    assert set(outcomes) == {None, errors.SecondStandsAlready}
    assert Application.objects.filter(depth=2).count() == 1
