"""Any sequence of acts on a row: the rate at every moment is what a plain account of them says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenxiao.deals import rules, services
from fenxiao.deals.errors import LadderMayOnlyRise
from fenxiao.deals.models import PlanRate, PlanRow
from fenxiao.deals.rules import RateEntry, check_only_rises, extra_after
from fenxiao.kernel.clock import business_day, next_midnight
from fenxiao.kernel.errors import Refused
from fenxiao.parties.models import Kind
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.plan_cast import MIDNIGHT

MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


@dataclass
class Account:
    """What a careful clerk would write down: the rate that holds, and the one promised for midnight."""

    rate: int | None
    told: list[tuple[datetime, int | None]]
    coming: tuple[datetime, int | None] | None = None
    last: int = 0
    acts: list[str] = field(default_factory=list)

    def pass_time(self, now: datetime) -> None:
        if self.coming and self.coming[0] <= now:
            self._hold(*self.coming)
            self.coming = None

    def change(self, rate: int, now: datetime) -> bool:
        is_ending = self.rate is None or (self.coming is not None and self.coming[1] is None)
        if is_ending or rate == (self.coming[1] if self.coming else self.rate):
            return False
        if rate >= (self.rate or 0):
            self.coming = None
            self._hold(now, rate)
            return True
        return self._promise(rate, now)

    def close(self, now: datetime) -> bool:
        if self.rate is None or (self.coming is not None and self.coming[1] is None):
            return False
        return self._promise(None, now)

    def open(self, now: datetime) -> bool:
        if self.rate is not None and not (self.coming is not None and self.coming[1] is None):
            return False
        self.coming = None
        self._hold(now, self.rate if self.rate is not None else self.last)
        return True

    def at(self, moment: datetime) -> int | None:
        held = [rate for since, rate in self.told if since <= moment]
        if self.coming and self.coming[0] <= moment:
            return self.coming[1]
        return held[-1] if held else None

    def _promise(self, rate: int | None, now: datetime) -> bool:
        midnight = next_midnight(now)
        if midnight - now <= 10 * MINUTE:
            return False
        self.coming = (midnight, rate)
        return True

    def _hold(self, since: datetime, rate: int | None) -> None:
        self.rate = rate
        if rate is not None:
            self.last = rate
        self.told.append((since, rate))


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["change", "change", "change", "close", "open"]),
        st.integers(0, 6).map(lambda step: step * 1_500),
        st.sampled_from([0, 1, 60, 300, 705, 719, 720, 1_440]).map(lambda minutes: minutes * MINUTE),
    ),
    min_size=1,
    max_size=9,
)


@pytest.mark.django_db
@given(acts=ACTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_rate_at_every_moment_is_what_a_plain_account_says(
    acts: list[tuple[str, int, timedelta]], db: None
) -> None:
    merchant = make_organisation(Kind.MERCHANT, "Mei")
    plan = services.open_plan(make_product(merchant, "Cup"), rate_bp=3_000, by=BY, now=NOON)
    row = PlanRow.objects.get(plan=plan)
    account, now = Account(rate=3_000, told=[(NOON, 3_000)], last=3_000), NOON

    for act, rate_bp, later in acts:
        now += later
        account.pass_time(now)
        happens = {
            "change": lambda rate_bp=rate_bp, now=now: account.change(rate_bp, now),
            "close": lambda now=now: account.close(now),
            "open": lambda now=now: account.open(now),
        }[act]()
        assert _happened(act, row, rate_bp, now) == happens

    _agrees(account, row, until=now + timedelta(days=2))


def _happened(act: str, row: PlanRow, rate_bp: int, now: datetime) -> bool:
    try:
        match act:
            case "change":
                services.change_rate(row, rate_bp=rate_bp, by=BY, now=now)
            case "close":
                services.close_rows([row.pk], merchant=row.plan.merchant, by=BY, now=now)
            case _:
                services.open_rows([row.pk], merchant=row.plan.merchant, by=BY, now=now)
    except Refused:
        return False
    return True


def _agrees(account: Account, row: PlanRow, *, until: datetime) -> None:
    """At every moment at which something could change, and right before; and it falls at midnights alone."""
    rows = PlanRate.objects.filter(row=row).standing().values_list("from_at", "rate_bp")
    entries = [RateEntry(from_at, rate_bp) for from_at, rate_bp in rows]
    marks = {NOON, until, *(since for since, _ in account.told), *(entry.from_at for entry in entries)}
    moments = sorted({each for mark in marks for each in (mark - TICK, mark, mark + TICK)})
    found = [rules.rate_at(entries, moment) for moment in moments]

    assert found == [account.at(moment) for moment in moments]
    for (earlier, before), (later, after) in zip(
        zip(moments, found, strict=True), list(zip(moments, found, strict=True))[1:], strict=False
    ):
        if (after or 0) < (before or 0):
            assert business_day(earlier) < business_day(later)


LADDERS = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 900)), min_size=1, max_size=5).map(
    lambda rungs: tuple(zip(sorted({after for after, _ in rungs}), sorted({extra for _, extra in rungs}), strict=False))
)


@given(live=LADDERS, ladder=LADDERS)
def test_a_live_ladder_is_replaced_only_by_one_that_gives_no_less_anywhere(
    live: tuple[tuple[int, int], ...], ladder: tuple[tuple[int, int], ...]
) -> None:
    gives_less = any(extra_after(count, ladder=ladder) < extra_after(count, ladder=live) for count in range(32))

    try:
        check_only_rises(ladder, live=live)
    except LadderMayOnlyRise:
        assert gives_less
    else:
        assert not gives_less


def test_midnight_is_the_trades() -> None:
    assert next_midnight(NOON) == MIDNIGHT
