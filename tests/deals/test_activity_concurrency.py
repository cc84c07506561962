"""Acts on activities and applications at the same instant, on real connections: one legal state is left."""

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import errors, services
from fenxiao.deals.models import Activity, Application, ApplicationState, ExpiredBy, ShareToken, Trusteeship, Wish
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.activity_cast import DAY, END, MIDNIGHT, apply, audit, passed, publish
from tests.deals.chains import make_application
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = range(4)


def only() -> tuple[int, int | None]:
    return Application.objects.values_list("state", "expired_by").get()


@pytest.mark.parametrize("_", TIMES)
def test_two_audits(lao_wu: Organisation, cup: Product, _: int) -> None:
    activity = publish(lao_wu)
    application = apply(activity, cup)[0]

    let_in, turned_away = at_once(
        lambda: audit(activity, application), lambda: audit(activity, application, pass_=False)
    )

    assert {let_in, turned_away} == {None, errors.ApplicationNotPending}
    wanted = ApplicationState.PASSED if let_in is None else ApplicationState.REJECTED
    assert only() == (wanted, None)
    assert AuditRow.objects.filter(act__in=["pass_applications", "reject_applications"]).count() == 1


@pytest.mark.parametrize("_", TIMES)
def test_a_withdrawal_and_an_audit(lao_wu: Organisation, mei: Organisation, cup: Product, _: int) -> None:
    activity = publish(lao_wu)
    application = apply(activity, cup)[0]

    withdrawn, let_in = at_once(
        lambda: services.withdraw_application(application, merchant=mei, by=BY, now=NOON),
        lambda: audit(activity, application),
    )

    assert withdrawn is None  # before the audit it ends at once, after it at midnight
    assert only() == (ApplicationState.EXPIRED, ExpiredBy.MERCHANT)
    application.refresh_from_db()
    standing = (NOON, MIDNIGHT) if let_in is None else (None, NOON)
    assert (application.passed_at, application.ends_at) == standing
    assert let_in in {None, errors.ApplicationNotPending}


@pytest.mark.parametrize("_", TIMES)
def test_a_close_and_an_audit(lao_wu: Organisation, cup: Product, _: int) -> None:
    activity = publish(lao_wu)
    application = apply(activity, cup)[0]

    closed, let_in = at_once(
        lambda: services.close_activity(activity, leader=activity.leader, by=BY, now=NOON),
        lambda: audit(activity, application),
    )

    assert closed is None
    assert let_in in {None, errors.ActivityClosing}
    application.refresh_from_db()
    assert only() == (ApplicationState.EXPIRED, ExpiredBy.LEADER)
    assert application.ends_at == (MIDNIGHT if let_in is None else NOON)


@pytest.mark.parametrize("_", TIMES)
def test_a_close_and_an_application(lao_wu: Organisation, cup: Product, _: int) -> None:
    activity = publish(lao_wu)

    closed, applied = at_once(
        lambda: services.close_activity(activity, leader=activity.leader, by=BY, now=NOON), lambda: apply(activity, cup)
    )

    assert closed is None
    assert applied in {None, errors.ActivityClosing}
    assert not Application.objects.live().exists()
    assert Application.objects.count() == (applied is None)


@pytest.mark.parametrize("_", TIMES)
def test_two_applications_of_one_product(lao_wu: Organisation, cup: Product, _: int) -> None:
    activity = publish(lao_wu)

    outcomes = at_once(*[lambda: apply(activity, cup)] * 4)

    assert sorted(outcomes, key=str).count(errors.GoodsRefused) == 3
    assert Application.objects.count() == 1


@pytest.mark.parametrize("_", TIMES)
def test_two_closes(lao_wu: Organisation, cup: Product, _: int) -> None:
    activity = publish(lao_wu)
    passed(activity, cup)

    outcomes = at_once(*[lambda: services.close_activity(activity, leader=activity.leader, by=BY, now=NOON)] * 3)

    assert outcomes.count(errors.ActivityClosing) == 2
    assert Activity.objects.get().closes_at == MIDNIGHT
    assert AuditRow.objects.filter(act="close_activity", subject_type="deals.activity").count() == 1


@pytest.mark.parametrize("_", TIMES)
def test_two_wishes_of_one_kind(lao_wu: Organisation, mei: Organisation, cup: Product, _: int) -> None:
    application = passed(publish(lao_wu), cup, until_at=NOON + DAY)

    def ask(side: Organisation) -> Wish:
        return services.ask_extension(application, side=side, wanted_until=END, by=BY, now=NOON)

    outcomes = at_once(lambda: ask(mei), lambda: ask(lao_wu))

    assert set(outcomes) == {None, errors.WishStands}
    assert Wish.objects.count() == 1


@pytest.mark.parametrize("_", TIMES)
def test_a_grant_and_an_end(lao_wu: Organisation, mei: Organisation, cup: Product, _: int) -> None:
    application = passed(publish(lao_wu), cup, until_at=NOON + DAY)
    wish = services.ask_extension(application, side=mei, wanted_until=END, by=BY, now=NOON)

    granted, ended = at_once(
        lambda: services.answer_wish(wish, side=lao_wu, grant=True, by=BY, now=NOON),
        lambda: services.withdraw_application(application, merchant=mei, by=BY, now=NOON),
    )

    assert ended is None
    assert granted in {None, errors.WishDecided}
    assert only() == (ApplicationState.EXPIRED, ExpiredBy.MERCHANT)
    assert Wish.objects.get().state == (Wish.State.GRANTED if granted is None else Wish.State.VOID)


@pytest.mark.parametrize("_", TIMES)
def test_a_withdrawn_first_and_an_audit_of_what_hangs_on_it(
    lao_wu: Organisation, mei: Organisation, cup: Product, _: int
) -> None:
    first = passed(publish(lao_wu), cup)
    activity = publish(make_organisation(Kind.LEADER, "Old Li"))
    second = make_application(
        activity,
        cup,
        first=first,
        fee_bp=500,
        since=NOON,
        until_at=END,
        state=ApplicationState.PENDING,
        passed_at=None,
    )

    withdrawn, let_in = at_once(
        lambda: services.withdraw_application(first, merchant=mei, by=BY, now=NOON),
        lambda: audit(activity, second),
    )

    assert withdrawn is None
    assert let_in in {None, errors.ApplicationNotPending}
    second.refresh_from_db()
    assert (second.state, second.expired_by) == (ApplicationState.EXPIRED, ExpiredBy.MERCHANT)
    assert second.ends_at == (MIDNIGHT if let_in is None else NOON)


@pytest.mark.parametrize("_", TIMES)
def test_closes_and_ends_across_each_other_wait_and_do_not_lock_up(
    lao_wu: Organisation, mei: Organisation, cup: Product, _: int
) -> None:
    activity = publish(lao_wu)
    goods = [cup, *(make_product(mei, f"Cup {number}") for number in range(5))]
    firsts = [passed(activity, product) for product in goods]
    other = publish(make_organisation(Kind.LEADER, "Old Li"))
    for first in reversed(firsts):
        make_application(other, first.product, first=first, fee_bp=500, since=NOON, until_at=END)

    at_once(
        lambda: services.close_activity(activity, leader=activity.leader, by=BY, now=NOON),
        lambda: services.close_activity(other, leader=other.leader, by=BY, now=NOON),
        lambda: services.expire_off_shelf([product.pk for product in goods], now=NOON),
        lambda: services.withdraw_application(firsts[3], merchant=mei, by=BY, now=NOON),
    )

    assert not Application.objects.live().exists()
    assert set(Application.objects.values_list("ends_at", flat=True)) == {MIDNIGHT}


@pytest.mark.parametrize("_", TIMES)
def test_tokens_and_trusteeships_of_the_same_words(
    lao_wu: Organisation, mei: Organisation, cup: Product, _: int
) -> None:
    application = passed(publish(lao_wu), cup)
    terms = {"lowest_rate_bp": 0, "highest_rate_bp": 9_000, "from_at": NOON, "until_at": END, "by": BY, "now": NOON}

    tokens = at_once(*[lambda: services.share_token(application, leader=lao_wu, by=BY, now=NOON)] * 3)
    trusts = at_once(*[lambda: services.propose_trusteeship(mei, leader=lao_wu, **terms)] * 3)

    assert (tokens, ShareToken.objects.count()) == ([None] * 3, 1)
    assert (trusts.count(errors.TrusteeshipStands), Trusteeship.objects.count()) == (2, 1)
