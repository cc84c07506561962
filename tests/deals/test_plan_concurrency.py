"""Acts on plans at the same instant, on real connections: whoever comes first, one legal state is left."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from fenxiao.catalog.models import Product
from fenxiao.deals import queries, services
from fenxiao.deals.errors import (
    CreatorsInPlanAlready,
    PlanAlreadyOpen,
    PlanClosed,
    RequestPending,
    RequestsDecided,
    RowIsRemoved,
)
from fenxiao.deals.models import Plan, PlanRate, PlanRequest, PlanRow, PlanSpell
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON
from tests.deals.plan_cast import HOUR, MIDNIGHT, creators, make_application, news, rows
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_", range(5))
def test_a_cut_and_a_close(cup: Product, _: int) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    cut, close = at_once(
        lambda: services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON),
        lambda: services.close_plan(plan, by=BY, now=NOON),
    )

    assert close is None
    assert cut in {None, PlanClosed}
    assert queries.closes_at(plan) == MIDNIGHT
    assert queries.rates_at([cup.pk], MIDNIGHT - HOUR) == {cup.pk: 2_000}
    assert AuditRow.objects.filter(act="change_rate").count() == (1 if cut is None else 0)


def test_two_closings(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    outcomes = at_once(*[lambda: services.close_plan(plan, by=BY, now=NOON)] * 4)

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, PlanClosed, PlanClosed, PlanClosed]))
    assert AuditRow.objects.filter(act="close_plan").count() == 1


@pytest.mark.parametrize("_", range(5))
def test_two_raises(cup: Product, _: int) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)

    outcomes = at_once(
        lambda: services.change_rate(plan, rate_bp=3_000, by=BY, now=NOON),
        lambda: services.change_rate(plan, rate_bp=4_000, by=BY, now=NOON),
    )

    assert outcomes == [None, None]
    assert queries.rates_at([cup.pk], NOON) == {cup.pk: 4_000}  # a 3 % that came last is a cut of the 4 %
    assert queries.rates_at([cup.pk], MIDNIGHT)[cup.pk] in {3_000, 4_000}


def test_two_openings(cup: Product) -> None:
    outcomes = at_once(*[lambda: services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)] * 4)

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, *[PlanAlreadyOpen] * 3]))
    assert (Plan.objects.count(), PlanSpell.objects.count(), PlanRate.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("_", range(5))
def test_adding_and_removing_one_creator(cup: Product, _: int) -> None:
    ann = creators(1)[0]
    plan = services.target_product(cup, rows=rows(ann), by=BY, now=NOON)
    row = PlanRow.objects.get(plan=plan)

    removed, added = at_once(
        lambda: services.remove_rows([row.pk], merchant=cup.merchant, by=BY, now=NOON),
        lambda: services.add_creators(plan, rows=rows(ann, rate_bp=3_000), by=BY, now=NOON),
    )

    assert (removed, added) in {(None, None), (None, CreatorsInPlanAlready)}
    standing = queries.commission_rows(plan, now=NOON)
    assert [each.rate_bp for each in standing] == ([3_000] if added is None else [])
    assert PlanRow.objects.filter(plan=plan).count() == 1


def test_two_removals_in_overlapping_batches(cup: Product) -> None:
    plan = services.target_product(cup, rows=rows(*creators(6)), by=BY, now=NOON)
    ids = list(PlanRow.objects.filter(plan=plan).order_by("pk").values_list("pk", flat=True))

    outcomes = at_once(
        lambda: services.remove_rows(ids[:4], merchant=cup.merchant, by=BY, now=NOON),
        lambda: services.remove_rows(list(reversed(ids[2:])), merchant=cup.merchant, by=BY, now=NOON),
    )

    assert set(outcomes) == {None, RowIsRemoved}
    assert PlanRow.objects.filter(removed_at=None).count() == 2


def test_two_rises_that_together_cost_more_than_the_price(cup: Product, lao_wu: Organisation) -> None:
    make_application(cup, lao_wu, fee_bp=2_000)
    plan = services.open_plan(cup, rate_bp=6_000, by=BY, now=NOON)

    outcomes = at_once(
        lambda: services.change_rate(plan, rate_bp=7_500, by=BY, now=NOON),
        lambda: services.set_differential(plan, tier="gold", extra_bp=1_500, by=BY, now=NOON),
    )

    assert sorted(each is None for each in outcomes) == [False, True]
    assert queries.highest_commissions([cup.pk], NOON)[cup.pk].commission_bp == 7_500


def test_two_requests_of_one_creator_and_two_answers(cup: Product, chen: Organisation) -> None:
    plan = services.target_product(cup, rows=rows(*creators(1)), entry="manual", offered_rate_bp=1_000, by=BY, now=NOON)

    asked = at_once(*[lambda: services.ask_to_join(plan, creator=chen, by=BY, now=NOON)] * 2)
    request = PlanRequest.objects.get()
    decided = at_once(
        lambda: services.decide_requests([request.pk], pass_=True, merchant=cup.merchant, by=BY, now=NOON),
        lambda: services.withdraw_request(request, creator=chen, by=BY, now=NOON),
    )

    assert set(asked) == {None, RequestPending}
    assert set(decided) == {None, RequestsDecided}
    is_in = PlanRow.objects.filter(plan=plan, creator=chen).exists()
    assert PlanRequest.objects.get().state == ("passed" if is_in else "withdrawn")


def test_two_workers_tell_of_everything_once(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON)
    services.open_exclusive(cup, rows=rows(*creators(1)), by=BY, now=NOON)
    told_before = len(news())

    at_once(*[lambda: services.tell_what_begins(by=BY, now=MIDNIGHT)] * 4)

    assert sorted(name for name, _ in news()[told_before:]) == ["plan.changed", "plan.opened"]


def test_a_worker_that_dies_before_its_commit_is_as_if_it_had_not_been(cup: Product) -> None:
    plan = services.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    services.change_rate(plan, rate_bp=1_000, by=BY, now=NOON)
    told_before, holds, may_die = len(news()), Event(), Event()
    backends: list[int] = []

    def die_half_way() -> None:
        try:
            with pytest.raises(OperationalError), transaction.atomic():
                services.tell_what_begins(by=BY, now=MIDNIGHT)
                backends.append(connection.connection.info.backend_pid)
                holds.set()
                may_die.wait(timeout=30)
                connection.cursor().execute("SELECT 1")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        dying = pool.submit(die_half_way)
        assert holds.wait(timeout=30)
        assert services.tell_what_begins(by=BY, now=MIDNIGHT) == 0  # what another holds is left to it
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", backends)
        may_die.set()
        dying.result(timeout=60)

    assert len(news()) == told_before
    assert services.tell_what_begins(by=BY, now=MIDNIGHT) == 1
    assert services.tell_what_begins(by=BY, now=MIDNIGHT) == 0
    assert [name for name, _ in news()[told_before:]] == ["plan.changed"]
