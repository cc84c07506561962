"""When an application stands, over any course of acts, against a plain telling of the same course."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenxiao.catalog.models import Product
from fenxiao.deals import queries, services
from fenxiao.deals.models import Activity, Application
from fenxiao.deals.rules.application_states import Standing
from fenxiao.kernel.clock import next_midnight
from fenxiao.kernel.errors import Refused
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON
from tests.deals.activity_cast import DAY, HOUR, apply, audit, publish

UNTIL, LATEST = NOON + 4 * DAY, NOON + 8 * DAY
ACTS = ("pass", "reject", "withdraw", "end", "close", "leave_shelf", "extend", "run_out")
MOMENTS = [NOON + step * timedelta(hours=6) for step in range(40)]


@dataclass
class Told:
    """What a plain reader of the course believes."""

    state: str = "pending"
    passed_at: datetime | None = None
    until_at: datetime = UNTIL
    gone_at: datetime | None = None
    is_closed: bool = False

    def hear(self, act: str, now: datetime) -> bool:
        """Whether the act happens, having changed what is believed."""
        is_late = next_midnight(now) - now <= timedelta(minutes=10)
        is_live = self.state in {"pending", "passed"} and now < self.until_at
        if act in {"pass", "reject"}:
            return is_live and self.state == "pending" and not self.is_closed and self._audited(act, now)
        if act in {"withdraw", "end"}:
            may = is_live and (act == "withdraw" or self.state == "passed")
            return may and not (self.state == "passed" and is_late) and self._gone(now)
        if act == "close":
            happens = not self.is_closed and not is_late and now < LATEST
            if happens:
                self.is_closed = True
                if is_live:
                    self._gone(now)
            return happens
        if act == "leave_shelf":
            return is_live and self._gone(now)
        if act == "extend":
            happens = is_live and self.state == "passed" and self.until_at + DAY <= LATEST
            self.until_at += DAY if happens else timedelta()
            return happens
        return False  # nothing is noted but what time has done

    def _audited(self, act: str, now: datetime) -> bool:
        self.state, self.passed_at = ("passed", now) if act == "pass" else ("rejected", None)
        return True

    def _gone(self, now: datetime) -> bool:
        self.gone_at = next_midnight(now) if self.state == "passed" else now
        self.state = "gone"
        return True

    def stands_at(self, moment: datetime) -> bool:
        """Whether it stands, as far as is believed."""
        if self.passed_at is None or moment < self.passed_at:
            return False
        return moment < min(self.until_at, self.gone_at or self.until_at)


def do(act: str, activity: Activity, application: Application, now: datetime) -> None:
    """One act of the course on the real tables."""
    merchant, leader = application.merchant, activity.leader

    def extend() -> None:
        until_at = Application.objects.get(pk=application.pk).until_at + DAY
        wish = services.ask_extension(application, side=merchant, wanted_until=until_at, by=BY, now=now)
        services.answer_wish(wish, side=leader, grant=True, by=BY, now=now)

    acts: dict[str, Callable[[], Any]] = {
        "pass": lambda: audit(activity, application, now=now),
        "reject": lambda: audit(activity, application, pass_=False, now=now),
        "withdraw": lambda: services.withdraw_application(application, merchant=merchant, by=BY, now=now),
        "end": lambda: services.end_application(application, leader=leader, by=BY, now=now),
        "close": lambda: services.close_activity(activity, leader=activity.leader, by=BY, now=now),
        "leave_shelf": lambda: expire(application, now),
        "extend": extend,
        "run_out": lambda: services.expire_run_out(now=now),
    }
    acts[act]()


def expire(application: Application, now: datetime) -> None:
    """The goods go down, their cooperation is ended, and they come up again."""
    Product.objects.filter(pk=application.product_id).update(state="off_shelf")
    services.expire_off_shelf([application.product_id], now=now)
    Product.objects.filter(pk=application.product_id).update(state="admitted")


steps = st.lists(st.tuples(st.integers(0, 36 * 60), st.sampled_from(ACTS)), max_size=6)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=steps, first=st.sampled_from(["pass", "none"]))
def test_an_application_stands_exactly_when_a_plain_reader_says(
    lao_wu: Organisation, cup: Product, course: list[tuple[int, str]], first: str
) -> None:
    with transaction.atomic():
        activity = publish(lao_wu, ends_at=LATEST)
        application = apply(activity, cup, until_at=UNTIL)[0]
        told, now = Told(), NOON + HOUR
        for minutes, act in [(0, first), *course] if first != "none" else course:
            now += timedelta(minutes=minutes)
            happens = told.hear(act, now)
            try:
                do(act, activity, application, now)
                assert happens or act in {"run_out", "leave_shelf"}, act
            except Refused as refusal:
                assert not happens, (act, refusal)

        application.refresh_from_db()
        standing = [queries.standing_applications(moment).exists() for moment in MOMENTS]
        assert standing == [told.stands_at(moment) for moment in MOMENTS]
        rule = Standing(
            passed_at=application.passed_at,
            from_at=application.from_at,
            until_at=application.until_at,
            ends_at=application.ends_at,
        )
        assert [rule.holds_at(moment) for moment in MOMENTS] == standing
        transaction.set_rollback(True)
