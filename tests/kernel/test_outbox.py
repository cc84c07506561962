"""News is delivered to each handler exactly once, whatever fails in between."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from fenxiao.kernel import outbox
from fenxiao.kernel.models import AuditRow, OutboxDelivery, OutboxEvent
from tests.cast import NOON


@pytest.fixture
def handlers() -> Iterator[dict[str, dict[str, outbox.Handler]]]:
    before = {name: dict(known) for name, known in outbox._handlers.items()}
    yield outbox._handlers
    outbox._handlers.clear()
    outbox._handlers.update(before)


def leave_a_mark(news: outbox.News) -> None:
    AuditRow.objects.create(
        at=news.now, act=news.name, subject_type="test", subject_id=str(news.event_id), actor="test"
    )


def leave_a_mark_and_fail(news: outbox.News) -> None:
    leave_a_mark(news)
    raise RuntimeError("out of paper")


@pytest.mark.django_db
def test_news_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        outbox.publish("cup.broken", cup=1)


@pytest.mark.django_db
def test_each_handler_has_the_news_once(handlers: dict[str, dict[str, outbox.Handler]]) -> None:
    outbox.on("cup.broken")(leave_a_mark)
    with transaction.atomic():
        outbox.publish("cup.broken", cup=1)

    outbox.deliver_due(now=NOON + timedelta(days=9_999))
    outbox.deliver_due(now=NOON + timedelta(days=9_999))

    assert AuditRow.objects.filter(act="cup.broken").count() == 1
    assert OutboxEvent.objects.get().delivered_at is not None


@pytest.mark.django_db
def test_a_failing_handler_leaves_nothing_and_does_not_hold_up_the_others(
    handlers: dict[str, dict[str, outbox.Handler]],
) -> None:
    outbox.on("cup.broken")(leave_a_mark)
    outbox.on("cup.broken")(leave_a_mark_and_fail)
    with transaction.atomic():
        outbox.publish("cup.broken", cup=1)
    later = NOON + timedelta(days=9_999)

    outbox.deliver_due(now=later)

    event = OutboxEvent.objects.get()
    assert AuditRow.objects.filter(act="cup.broken").count() == 1
    assert OutboxDelivery.objects.count() == 1
    assert (event.delivered_at, event.attempts) == (None, 1)
    assert "out of paper" in event.error
    assert event.due_at == later + timedelta(seconds=2)


@pytest.mark.django_db
@pytest.mark.parametrize("attempts", [9, 60, 32_767])
def test_news_that_fails_for_ever_does_not_hold_up_later_news(
    attempts: int, handlers: dict[str, dict[str, outbox.Handler]]
) -> None:
    outbox.on("cup.broken")(leave_a_mark_and_fail)
    outbox.on("cup.mended")(leave_a_mark)
    with transaction.atomic():
        outbox.publish("cup.broken", cup=1)
        outbox.publish("cup.mended", cup=1)
    OutboxEvent.objects.filter(name="cup.broken").update(attempts=attempts)
    later = NOON + timedelta(days=9_999)

    outbox.deliver_due(now=later)

    assert AuditRow.objects.filter(act="cup.mended").count() == 1
    assert OutboxEvent.objects.get(name="cup.broken").due_at == later + outbox.LONGEST_PAUSE


@pytest.mark.django_db
def test_a_mended_handler_gets_the_news_it_missed(handlers: dict[str, dict[str, outbox.Handler]]) -> None:
    outbox.on("cup.broken")(leave_a_mark_and_fail)
    with transaction.atomic():
        outbox.publish("cup.broken", cup=1)
    later = NOON + timedelta(days=9_999)
    outbox.deliver_due(now=later)

    handlers["cup.broken"] = {f"{__name__}.leave_a_mark_and_fail": leave_a_mark}
    outbox.deliver_due(now=later + timedelta(seconds=5))

    assert AuditRow.objects.filter(act="cup.broken").count() == 1
    assert OutboxEvent.objects.get().delivered_at is not None


@pytest.mark.django_db
def test_news_that_nobody_listens_to_is_closed(handlers: dict[str, dict[str, outbox.Handler]]) -> None:
    with transaction.atomic():
        outbox.publish("cup.admired", cup=1)

    outbox.deliver_due(now=NOON + timedelta(days=9_999))

    assert OutboxEvent.objects.get().delivered_at is not None
