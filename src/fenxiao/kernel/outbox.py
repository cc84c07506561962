"""The outbox: news is written with the act and delivered afterwards, to each handler exactly once.

A handler runs in a savepoint together with the row that says it has had the event, so its effects and that row
commit or vanish together. A handler that fails is tried again later with growing pauses; the others are not held up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from fenxiao.kernel.models import OutboxDelivery, OutboxEvent

log = structlog.get_logger(__name__)

LONGEST_PAUSE = timedelta(minutes=10)
MOST_COUNTED = 32_767  # attempts the column can hold
DOUBLINGS = 10  # of a pause of one second, until it is the longest


@dataclass(frozen=True, kw_only=True)
class News:
    """What a handler receives: the event's id, name, payload and the moment of delivery."""

    event_id: int
    name: str
    payload: dict[str, Any]
    now: datetime


Handler = Callable[[News], None]
_handlers: dict[str, dict[str, Handler]] = {}
_after_publish: list[Callable[[], None]] = []  # how the worker is woken; set by kernel.jobs


def on(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler for the named events. Its dotted name is its identity: renaming it delivers old news again."""

    def register(handler: Handler) -> Handler:
        for name in names:
            _handlers.setdefault(name, {})[f"{handler.__module__}.{handler.__name__}"] = handler
        return handler

    return register


def wake_with(wake: Callable[[], None]) -> None:
    """Call `wake` after every commit that published something."""
    _after_publish.append(wake)


def publish(name: str, **payload: Any) -> OutboxEvent:
    """Write news in the act's transaction; raises `TransactionManagementError` outside one."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{name} must be published in the act's transaction")
    event = OutboxEvent.objects.create(name=name, payload=payload)
    for wake in _after_publish:
        transaction.on_commit(wake, robust=True)
    return event


def deliver_due(*, now: datetime, most: int = 1_000) -> int:
    """Deliver up to `most` due events in their order; returns how many were taken up, whatever became of them."""
    _pass_over_unheard(now)
    taken = 0
    while taken < most and _deliver_next(now):
        taken += 1
    return taken


def deliver_all(*, now: datetime) -> int:
    """Deliver until nothing is due at `now`, including what handlers publish meanwhile; returns how many events."""
    total = 0
    while taken := deliver_due(now=now):
        total += taken
    return total


def _pass_over_unheard(now: datetime) -> None:
    """Close what nobody listens to in one statement; most acts publish for those who may come later."""
    OutboxEvent.objects.filter(delivered_at=None, due_at__lte=now).exclude(name__in=_handlers).update(delivered_at=now)


def _deliver_next(now: datetime) -> bool:
    """Deliver the first due event that no other worker holds. False when there is none."""
    with transaction.atomic():
        event = (
            OutboxEvent.objects.select_for_update(skip_locked=True)
            .filter(delivered_at=None, due_at__lte=now)
            .order_by("id")
            .first()
        )
        if event is None:
            return False
        news = News(event_id=event.pk, name=event.name, payload=event.payload, now=now)
        # Nobody else delivers it meanwhile: its row is locked.
        had = set(OutboxDelivery.objects.filter(event=event).values_list("handler", flat=True))
        errors = [
            error
            for name, handler in _handlers.get(event.name, {}).items()
            if name not in had and (error := _hand_over(news, name, handler))
        ]
        _close(event, errors=errors, now=now)
    return True


def _hand_over(news: News, name: str, handler: Handler) -> str:
    """Run one handler and note that it has had this event; returns what went wrong, "" when nothing did."""
    try:
        with transaction.atomic():
            OutboxDelivery.objects.create(event_id=news.event_id, handler=name)
            handler(news)
    except Exception as error:
        log.exception("handler failed", handler=name, event_name=news.name, event_id=news.event_id)
        return f"{name}: {type(error).__name__}: {error}"
    return ""


def _close(event: OutboxEvent, *, errors: list[str], now: datetime) -> None:
    event.attempts = min(event.attempts + 1, MOST_COUNTED)
    event.error = "\n".join(errors)
    if errors:
        # Bounded before it is a time: two to the fiftieth is none, and its fault would hold up all other news.
        event.due_at = now + min(timedelta(seconds=2 ** min(event.attempts, DOUBLINGS)), LONGEST_PAUSE)
    else:
        event.delivered_at = now
    event.save(update_fields=["attempts", "error", "due_at", "delivered_at"])
