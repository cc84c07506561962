"""Every way in which an application ends, what is listed of it, and share tokens."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product
from fenxiao.deals import errors, queries, services
from fenxiao.deals.models import Application, ApplicationState, ExpiredBy, ShareToken
from fenxiao.kernel import outbox
from fenxiao.kernel.clock import next_midnight
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.deals.activity_cast import (
    DAY,
    HOUR,
    MIDNIGHT,
    apply,
    news,
    passed,
    publish,
    second_of,
    standing_at,
)

LATE = MIDNIGHT - HOUR / 12  # 23:55


def ends() -> list[tuple[int, int | None, datetime | None]]:
    return list(Application.objects.order_by("id").values_list("state", "expired_by", "ends_at"))


def test_what_waits_is_withdrawn_at_once(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    application = apply(publish(lao_wu), cup)[0]

    services.withdraw_application(application, merchant=mei, by=BY, now=LATE)  # no cut: nobody relied on it

    assert ends() == [(ApplicationState.EXPIRED, ExpiredBy.MERCHANT, LATE)]


def test_what_was_passed_is_withdrawn_from_midnight_with_all_that_hangs_on_it(
    lao_wu: Organisation, old_li: Organisation, mei: Organisation, cup: Product
) -> None:
    first = passed(publish(lao_wu), cup)
    second = second_of(first, old_li)
    waiting = second_of(first, old_li, state=ApplicationState.PENDING, passed_at=None)

    services.withdraw_application(first, merchant=mei, reason="停产", by=BY, now=NOON + HOUR)

    assert ends() == [
        (ApplicationState.EXPIRED, ExpiredBy.MERCHANT, MIDNIGHT),
        (ApplicationState.EXPIRED, ExpiredBy.MERCHANT, MIDNIGHT),
        (ApplicationState.EXPIRED, ExpiredBy.MERCHANT, NOON + HOUR),
    ]
    assert [standing_at(moment) for moment in (MIDNIGHT - HOUR, MIDNIGHT)] == [[first.pk, second.pk], []]
    assert [each["applications"] for each in news("application.ended")] == [[waiting.pk], [first.pk, second.pk]]
    assert AuditRow.objects.latest("id").after["ended"] == [first.pk, second.pk, waiting.pk]


def test_that_it_has_ended_is_told_at_that_midnight_and_that_it_will_at_once(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    now = next_midnight(datetime.now(UTC)) - 12 * HOUR  # the outbox stamps its rows by the clock
    activity = publish(lao_wu, ends_at=now + 9 * DAY)
    application = passed(activity, cup, now=now)
    services.withdraw_application(application, merchant=mei, by=BY, now=now)

    due = dict(OutboxEvent.objects.filter(name__startswith="application.end").values_list("name", "due_at"))

    assert due["application.ended"] == next_midnight(now)
    assert due["application.ending"] < next_midnight(now)


def test_nothing_that_stands_ends_in_the_last_ten_minutes_of_a_day(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup)

    with pytest.raises(errors.TooLateToCut):
        services.withdraw_application(application, merchant=mei, by=BY, now=LATE)
    with pytest.raises(errors.TooLateToCut):
        services.end_application(application, leader=lao_wu, by=BY, now=LATE)

    assert ends() == [(ApplicationState.PASSED, None, None)]


def test_the_leader_ends_what_it_passed_and_rejects_what_waits(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    application = passed(activity, cup)
    waiting = apply(activity, make_product(mei, "Bowl"))[0]
    with pytest.raises(errors.ApplicationNotPassed):
        services.end_application(waiting, leader=lao_wu, by=BY, now=NOON)

    services.end_application(application, leader=lao_wu, reason="违规", by=BY, now=NOON)

    assert ends()[0] == (ApplicationState.EXPIRED, ExpiredBy.LEADER, MIDNIGHT)
    with pytest.raises(errors.ApplicationEnding):
        services.end_application(application, leader=lao_wu, by=BY, now=NOON)
    with pytest.raises(errors.ApplicationEnded):
        services.end_application(application, leader=lao_wu, by=BY, now=MIDNIGHT)


def test_strangers_neither_withdraw_nor_end(
    lao_wu: Organisation, old_li: Organisation, stranger: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup)

    with pytest.raises(errors.ApplicationsUnknown):
        services.withdraw_application(application, merchant=stranger, by=BY, now=NOON)
    with pytest.raises(errors.NotASide):
        services.end_application(application, leader=old_li, by=BY, now=NOON)

    assert standing_at(MIDNIGHT) == [application.pk]


def test_news_of_goods_taken_down_end_their_applications(lao_wu: Organisation, cup: Product) -> None:
    passed(publish(lao_wu), cup)
    catalog.take_off_shelf(cup, by=BY, now=NOON)
    OutboxEvent.objects.update(due_at=NOON)  # written by the database's own clock

    outbox.deliver_all(now=NOON + HOUR)

    assert ends() == [(ApplicationState.EXPIRED, ExpiredBy.OFF_SHELF, MIDNIGHT)]


def test_off_shelf_goods_expire_at_midnight_even_late_in_the_day(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity, bowl, plate = publish(lao_wu), make_product(mei, "Bowl"), make_product(mei, "Plate")
    passed(activity, cup)
    apply(activity, bowl)
    apply(activity, plate)
    for product in (cup, bowl):
        catalog.take_off_shelf(product, by=BY, now=NOON)

    ended = services.expire_off_shelf([cup.pk, bowl.pk, plate.pk], now=LATE)

    assert ended == 2
    assert ends() == [
        (ApplicationState.EXPIRED, ExpiredBy.OFF_SHELF, MIDNIGHT),
        (ApplicationState.EXPIRED, ExpiredBy.OFF_SHELF, LATE),
        (ApplicationState.PENDING, None, None),
    ]
    assert services.expire_off_shelf([cup.pk, bowl.pk], now=LATE) == 0


def test_a_window_that_ran_out_is_noted_once_and_makes_room(lao_wu: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    passed(activity, cup, until_at=NOON + DAY)
    assert services.expire_run_out(now=NOON + DAY - HOUR) == 0

    assert [services.expire_run_out(now=NOON + 2 * DAY) for _ in range(2)] == [1, 0]

    assert ends() == [(ApplicationState.EXPIRED, ExpiredBy.WINDOW_OVER, NOON + DAY)]
    assert apply(activity, cup, now=NOON + 2 * DAY)[0].state == ApplicationState.PENDING


def test_one_whose_window_ran_out_a_moment_ago_makes_room_before_anyone_noted_it(
    lao_wu: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    over = passed(activity, cup, until_at=NOON + DAY)

    again = apply(activity, cup, now=NOON + DAY)[0]

    assert ends()[0] == (ApplicationState.EXPIRED, ExpiredBy.WINDOW_OVER, NOON + DAY)
    assert over.pk < again.pk


def test_ended_ones_are_listed_with_their_cause_and_counts(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity, bowl = publish(lao_wu), make_product(mei, "Bowl")
    by_merchant, by_leader = passed(activity, cup), passed(activity, bowl)
    services.withdraw_application(by_merchant, merchant=mei, by=BY, now=NOON)
    services.end_application(by_leader, leader=lao_wu, by=BY, now=NOON + DAY)

    ended = queries.invalid_applications(lao_wu, now=NOON + 2 * DAY)

    assert [row.pk for row in ended.rows] == [by_leader.pk, by_merchant.pk]
    assert (ended.today, ended.thirty_days) == (1, 2)
    mine = queries.invalid_applications(lao_wu, now=NOON + 2 * DAY, expired_by=2)
    assert [row.pk for row in mine.rows] == [by_merchant.pk]


def test_lists_take_as_many_statements_for_three_rows_as_for_one(
    lao_wu: Organisation, mei: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    counts = []
    for goods in ([cup], [make_product(mei, "Bowl"), make_product(mei, "Plate")]):
        for product in goods:
            passed(activity, product)
        with CaptureQueriesContext(connection) as statements:
            rows = list(queries.applications_of(activity, now=NOON))
            assert {row.activity.leader.name + row.merchant.name + row.product.category.name_zh for row in rows}
            queries.usable_products(mei, activity)
            list(queries.applied_activities(mei))
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_an_application_is_found_by_product_and_first_activity(
    lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    first = passed(publish(lao_wu), cup)
    second = second_of(first, old_li)

    assert queries.applications_for(first.activity, keys=[(cup.pk, None)]) == [first]
    assert queries.applications_for(second.activity, keys=[(cup.pk, first.activity_id)]) == [second]
    with pytest.raises(errors.ApplicationsUnknown):
        queries.applications_for(second.activity, keys=[(cup.pk, None)])


def test_the_same_words_give_the_same_token_and_others_another(lao_wu: Organisation, cup: Product) -> None:
    application = passed(publish(lao_wu), cup)

    codes = [
        services.share_token(application, leader=lao_wu, title=title, words="hi", by=BY, now=NOON).code
        for title in ("杯子", "杯子", "Cup")
    ]

    assert codes[0] == codes[1] != codes[2]
    assert ShareToken.objects.count() == 2
    assert queries.application_of_token(f" {codes[0].lower()} ", now=NOON) == application


def test_a_token_dies_with_its_application(lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    application = passed(publish(lao_wu), cup)
    code = services.share_token(application, leader=lao_wu, by=BY, now=NOON).code
    services.withdraw_application(application, merchant=mei, by=BY, now=NOON)

    assert queries.application_of_token(code, now=MIDNIGHT - HOUR) == application
    with pytest.raises(errors.TokenDead):
        queries.application_of_token(code, now=MIDNIGHT)
    with pytest.raises(errors.TokenUnknown):
        queries.application_of_token("NOSUCHCODE", now=NOON)


def test_a_token_is_the_leaders_for_what_it_passed(lao_wu: Organisation, old_li: Organisation, cup: Product) -> None:
    application = apply(publish(lao_wu), cup)[0]

    with pytest.raises(errors.NotASide):
        services.share_token(application, leader=old_li, by=BY, now=NOON)
    with pytest.raises(errors.ApplicationNotPassed):
        services.share_token(application, leader=lao_wu, by=BY, now=NOON)

    assert not ShareToken.objects.exists()
