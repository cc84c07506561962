"""What one side asks of the other, and rates entered by a trusted leader."""

from datetime import datetime
from typing import Any

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import errors, queries, services
from fenxiao.deals.models import Application, ApplicationTerms, Trusteeship, Wish
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_plan, make_product
from tests.deals.activity_cast import DAY, END, HOUR, MIDNIGHT, apply, passed, publish
from tests.deals.chains import make_application

LATE = MIDNIGHT - HOUR / 12  # 23:55
SOON = NOON + 10 * DAY


@pytest.fixture
def standing(lao_wu: Organisation, cup: Product) -> Application:
    """Mei's cup in Lao Wu's activity for ten days, at 20 % and a fee of 10 %."""
    return passed(publish(lao_wu), cup, until_at=SOON)


def second_of(first: Application, leader: Organisation, **fields: Any) -> Application:
    given = {"fee_bp": 700, "since": NOON, "until_at": first.until_at, **fields}
    return make_application(publish(leader), first.product, first=first, **given)


def extend(application: Application, side: Organisation, until: datetime, **fields: Any) -> Wish:
    return services.ask_extension(application, side=side, wanted_until=until, by=BY, **{"now": NOON, **fields})


def cut(application: Application, fee_bp: int, **fields: Any) -> Wish:
    given = {"merchant": application.merchant, "now": NOON, **fields}
    return services.ask_fee_cut(application, wanted_fee_bp=fee_bp, by=BY, **given)


def answer(wish: Wish, side: Organisation, *, grant: bool = True, **fields: Any) -> Wish:
    return services.answer_wish(wish, side=side, grant=grant, by=BY, **{"now": NOON + HOUR, **fields})


def fee_at(application: Application, moment: datetime) -> int:
    return queries.with_terms(Application.objects.filter(pk=application.pk), moment).get().service_fee_rate_bp


def test_either_side_asks_for_longer_and_the_other_grants(
    standing: Application, mei: Organisation, lao_wu: Organisation
) -> None:
    answer(extend(standing, mei, SOON + DAY), lao_wu)
    answer(extend(standing, lao_wu, SOON + 2 * DAY), mei)

    assert Application.objects.get().until_at == SOON + 2 * DAY
    assert list(Wish.objects.values_list("state", flat=True)) == ["granted", "granted"]
    after = AuditRow.objects.filter(act="grant_wish").latest("id").after
    assert after == {
        "state": "granted",
        "was_until": (SOON + DAY).isoformat(),
        "until_at": (SOON + 2 * DAY).isoformat(),
    }


@pytest.mark.parametrize("wanted", [SOON, SOON - HOUR, END + HOUR])
def test_an_end_that_is_no_later_or_after_the_activity_is_refused(
    standing: Application, mei: Organisation, wanted: datetime
) -> None:
    with pytest.raises(errors.ExtensionOutOfBounds):
        extend(standing, mei, wanted)

    assert not Wish.objects.exists()


def test_a_seconds_cooperation_extends_within_its_first(
    standing: Application, lao_wu: Organisation, old_li: Organisation, mei: Organisation
) -> None:
    second = second_of(standing, old_li, until_at=SOON - DAY)

    with pytest.raises(errors.ExtensionOutOfBounds):
        extend(second, lao_wu, SOON + HOUR)
    with pytest.raises(errors.NotASide):
        extend(second, mei, SOON)
    answer(extend(second, lao_wu, SOON), old_li)

    assert Application.objects.get(pk=second.pk).until_at == SOON


def test_a_fee_cut_that_is_granted_begins_at_midnight(
    standing: Application, mei: Organisation, lao_wu: Organisation
) -> None:
    answer(cut(standing, 600), lao_wu)

    assert [fee_at(standing, moment) for moment in (MIDNIGHT - HOUR, MIDNIGHT)] == [1_000, 600]


def test_a_second_cut_before_midnight_takes_the_place_of_the_first(standing: Application, lao_wu: Organisation) -> None:
    answer(cut(standing, 800), lao_wu)
    with pytest.raises(errors.FeeCutNoCut):
        cut(standing, 900)

    answer(cut(standing, 600, now=NOON + 2 * HOUR), lao_wu, now=NOON + 3 * HOUR)

    assert [fee_at(standing, moment) for moment in (MIDNIGHT - HOUR, MIDNIGHT)] == [1_000, 600]
    assert ApplicationTerms.objects.get(service_fee_rate_bp=800).superseded_at == NOON + 3 * HOUR


def test_a_fee_is_not_cut_below_what_was_ceded_to_a_second(
    standing: Application, lao_wu: Organisation, old_li: Organisation
) -> None:
    second = second_of(standing, old_li)

    with pytest.raises(errors.SecondHoldsHigherFee) as refused:
        cut(standing, 699)

    assert refused.value.details["activity"] == second.activity_id
    assert "7.00%" in refused.value.message("zh")
    answer(cut(standing, 700), lao_wu)
    assert fee_at(standing, MIDNIGHT) == 700


def test_a_fee_ceded_after_the_asking_bars_the_grant(
    standing: Application, lao_wu: Organisation, old_li: Organisation
) -> None:
    wish = cut(standing, 600)
    second_of(standing, old_li)

    with pytest.raises(errors.SecondHoldsHigherFee):
        answer(wish, lao_wu)

    assert (fee_at(standing, MIDNIGHT), Wish.objects.get().state) == (1_000, Wish.State.OPEN)
    answer(wish, lao_wu, grant=False, reason="已出让")
    assert Wish.objects.get().state == Wish.State.DECLINED


def test_a_cut_is_granted_before_the_last_ten_minutes_of_a_day(standing: Application, lao_wu: Organisation) -> None:
    wish = cut(standing, 600)

    with pytest.raises(errors.TooLateToCut):
        answer(wish, lao_wu, now=LATE)

    assert Wish.objects.get().state == Wish.State.OPEN


@pytest.mark.parametrize(
    ("fee_bp", "refusal"),
    [(1_000, errors.FeeCutNoCut), (1_001, errors.FeeCutNoCut), (-1, errors.FeeOutOfBounds)],
)
def test_a_wanted_fee_is_lower_and_no_less_than_nothing(
    standing: Application, fee_bp: int, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        cut(standing, fee_bp)


def test_strangers_neither_ask_nor_answer(
    standing: Application, mei: Organisation, stranger: Organisation, lao_wu: Organisation, old_li: Organisation
) -> None:
    wish = extend(standing, mei, END)

    with pytest.raises(errors.NotASide):
        extend(standing, stranger, END)
    with pytest.raises(errors.NotASide):
        cut(standing, 600, merchant=stranger)
    with pytest.raises(errors.FeeCutOfSecond):
        cut(second_of(standing, old_li), 600)
    for side in (mei, stranger):  # the asker does not answer itself
        with pytest.raises(errors.NotASide):
            answer(wish, side)
    with pytest.raises(errors.NotASide):
        services.withdraw_wish(wish, side=lao_wu, by=BY, now=NOON)

    assert (Wish.objects.get().state, Application.objects.get(pk=standing.pk).until_at) == (Wish.State.OPEN, SOON)


def test_one_of_a_kind_is_asked_at_a_time(standing: Application, mei: Organisation, lao_wu: Organisation) -> None:
    wish = extend(standing, mei, END)
    with pytest.raises(errors.WishStands):
        extend(standing, lao_wu, END)
    cut(standing, 600)

    services.withdraw_wish(wish, side=mei, by=BY, now=NOON)

    assert extend(standing, lao_wu, END).state == Wish.State.OPEN
    with pytest.raises(errors.WishDecided):
        answer(wish, lao_wu)


def test_what_waits_for_audit_is_not_extended(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    with pytest.raises(errors.ApplicationNotPassed):
        extend(apply(publish(lao_wu), cup, until_at=SOON)[0], mei, END)


def test_what_was_asked_is_void_when_the_cooperation_ends(
    standing: Application, mei: Organisation, lao_wu: Organisation
) -> None:
    wish = extend(standing, mei, END)
    services.end_application(standing, leader=lao_wu, by=BY, now=NOON)

    assert Wish.objects.get().state == Wish.State.VOID
    with pytest.raises(errors.WishDecided):
        answer(wish, lao_wu)
    assert Application.objects.get().until_at == SOON


def test_wishes_are_listed_for_both_sides(
    standing: Application, mei: Organisation, lao_wu: Organisation, stranger: Organisation
) -> None:
    wish = extend(standing, mei, END)

    assert [list(queries.wishes_of(each)) for each in (mei, lao_wu, stranger)] == [[wish], [wish], []]


def propose(merchant: Organisation, leader: Organisation, **fields: Any) -> Trusteeship:
    given = {"lowest_rate_bp": 1_000, "highest_rate_bp": 3_000, "from_at": NOON, "until_at": SOON, "now": NOON}
    return services.propose_trusteeship(merchant, leader=leader, by=BY, **{**given, **fields})


def trust(merchant: Organisation, leader: Organisation, **fields: Any) -> Trusteeship:
    return services.accept_trusteeship(propose(merchant, leader, **fields), leader=leader, by=BY, now=NOON)


def test_a_trustee_enters_rates_within_the_bounds_under_its_own_name(
    mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    plan = make_plan(cup, rate_bp=2_000)
    trust(mei, lao_wu)
    member = Actor(name="Wu junior", member_id=7, organisation_id=lao_wu.pk)

    services.change_rate_as_trustee(plan, rate_bp=3_000, leader=lao_wu, by=member, now=NOON)

    assert queries.rates_at([cup.pk], NOON) == {cup.pk: 3_000}
    rows = AuditRow.objects.filter(act__startswith="change_rate").order_by("id")
    assert {(row.actor, row.member_id, row.organisation_id) for row in rows} == {("Wu junior", 7, lao_wu.pk)}
    assert [row.act for row in rows] == ["change_rate", "change_rate_as_trustee"]


@pytest.mark.parametrize("rate_bp", [999, 3_001])
def test_a_rate_outside_the_bounds_is_refused_with_the_figures(
    mei: Organisation, lao_wu: Organisation, cup: Product, rate_bp: int
) -> None:
    plan = make_plan(cup, rate_bp=2_000)
    trust(mei, lao_wu)

    with pytest.raises(errors.RateOutsideTrust) as refused:
        services.change_rate_as_trustee(plan, rate_bp=rate_bp, leader=lao_wu, by=BY, now=NOON)

    assert "10.00%" in refused.value.message("en")
    assert "30.00%" in refused.value.message("zh")
    assert queries.rates_at([cup.pk], NOON) == {cup.pk: 2_000}


def test_trust_holds_only_in_its_time_and_for_its_merchant(
    mei: Organisation, stranger: Organisation, lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    plan = make_plan(cup, rate_bp=2_000)
    theirs = make_plan(make_product(stranger, "Theirs"), rate_bp=2_000)
    trusteeship = propose(mei, lao_wu, from_at=NOON + DAY)

    def change(plan: Any, leader: Organisation, now: datetime) -> None:
        services.change_rate_as_trustee(plan, rate_bp=2_500, leader=leader, by=BY, now=now)

    with pytest.raises(errors.TrusteeshipNotAccepted):
        change(plan, lao_wu, NOON + DAY)
    services.accept_trusteeship(trusteeship, leader=lao_wu, by=BY, now=NOON)
    with pytest.raises(errors.TrusteeshipNotBegun):
        change(plan, lao_wu, NOON)
    with pytest.raises(errors.TrusteeshipOver):
        change(plan, lao_wu, SOON)
    for other, leader in ((theirs, lao_wu), (plan, old_li)):
        with pytest.raises(errors.NoTrusteeship):
            change(other, leader, NOON + DAY)

    services.end_trusteeship(trusteeship, side=mei, by=BY, now=NOON + DAY)
    with pytest.raises(errors.TrusteeshipOver):
        change(plan, lao_wu, NOON + DAY)
    assert queries.rates_at([cup.pk], SOON) == {cup.pk: 2_000}


def test_one_trusteeship_stands_between_two_and_another_follows_when_it_is_over(
    mei: Organisation, lao_wu: Organisation
) -> None:
    trust(mei, lao_wu)
    with pytest.raises(errors.TrusteeshipStands):
        propose(mei, lao_wu)

    again = propose(mei, lao_wu, from_at=SOON, until_at=END, now=SOON)

    assert list(Trusteeship.objects.order_by("id").values_list("ended_at", flat=True)) == [SOON, None]
    assert list(queries.trusteeships_of(lao_wu)) == [again, Trusteeship.objects.get(ended_at=SOON)]


@pytest.mark.parametrize(
    "fields",
    [
        {"lowest_rate_bp": 3_001},
        {"highest_rate_bp": 9_001},
        {"lowest_rate_bp": -1},
        {"until_at": NOON},
        {"from_at": SOON},
    ],
)
def test_bounds_and_times_out_of_order_are_refused(
    mei: Organisation, lao_wu: Organisation, fields: dict[str, Any]
) -> None:
    with pytest.raises(errors.TrusteeshipBad):
        propose(mei, lao_wu, **fields)

    assert (Trusteeship.objects.count(), OutboxEvent.objects.count()) == (0, 0)


def test_only_the_asked_leader_accepts_once_and_either_side_ends(
    mei: Organisation, lao_wu: Organisation, old_li: Organisation
) -> None:
    trusteeship = propose(mei, lao_wu)
    with pytest.raises(errors.NotASide):
        services.accept_trusteeship(trusteeship, leader=old_li, by=BY, now=NOON)
    services.accept_trusteeship(trusteeship, leader=lao_wu, by=BY, now=NOON)
    with pytest.raises(errors.TrusteeshipAccepted):
        services.accept_trusteeship(trusteeship, leader=lao_wu, by=BY, now=NOON)
    with pytest.raises(errors.NotASide):
        services.end_trusteeship(trusteeship, side=old_li, by=BY, now=NOON)

    services.end_trusteeship(trusteeship, side=lao_wu, by=BY, now=NOON)

    with pytest.raises(errors.TrusteeshipOver):
        services.end_trusteeship(trusteeship, side=mei, by=BY, now=NOON)
