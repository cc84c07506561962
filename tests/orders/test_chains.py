"""What a link carries is frozen on the line it brought: the chain, its leaders and its fees."""

from datetime import timedelta

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Application
from fenxiao.orders import services as orders
from fenxiao.orders.models import OrderLine
from fenxiao.parties.models import Kind, Organisation
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link
from tests.cast import BY, NOON, make_organisation
from tests.deals.chains import make_activity, make_application
from tests.orders.telling import line, paid

pytestmark = pytest.mark.django_db

BEFORE = NOON - timedelta(days=2)


@pytest.fixture
def first(cup: Product, lao_wu: Organisation) -> Application:
    """The cup in Lao Wu's activity: 25 % commission, 10 % fee."""
    Product.objects.filter(pk=cup.pk).update(admitted_at=BEFORE)
    deals.open_plan(cup, rate_bp=2_000, by=BY, now=BEFORE)
    return make_application(make_activity(lao_wu), cup, fee_bp=1_000, rate_bp=2_500)


@pytest.fixture
def second(first: Application) -> Application:
    """The same in Hua's, who is ceded 4 %."""
    hua = make_organisation(Kind.LEADER, "Hua")
    return make_application(make_activity(hua), first.product, fee_bp=400, first=first)


def link_of(chen: Organisation, application: Application) -> Link:
    place = tracking.open_place(chen, name="live", by=BY, now=BEFORE)
    return tracking.make_link(
        chen, product=application.product, place=place, application=application, by=BY, now=BEFORE
    )


def sold(link: Link) -> OrderLine:
    orders.take_events([paid(line(1, product_id=link.product_id, link_code=link.code))], by=BY, now=NOON)
    return OrderLine.objects.get()


def frozen(row: OrderLine) -> tuple[int | None, ...]:
    return (
        row.application_id,
        row.second_application_id,
        row.leader_id,
        row.second_leader_id,
        row.commission_rate_bp,
        row.service_fee_rate_bp,
        row.ceded_fee_rate_bp,
    )


def test_a_link_of_a_second_leader_freezes_the_whole_chain(chen: Organisation, second: Application) -> None:
    row = sold(link_of(chen, second))

    first = second.first
    assert first is not None
    leaders = (first.activity.leader_id, second.activity.leader_id)
    assert frozen(row) == (first.pk, second.pk, *leaders, 2_500, 1_000, 400)
    assert (row.step_window_id, row.step_bp, row.plan_id) == (None, None, None)


def test_when_only_the_second_fell_the_first_keeps_the_whole_fee(chen: Organisation, second: Application) -> None:
    link = link_of(chen, second)
    Application.objects.filter(pk=second.pk).update(until_at=NOON)

    row = sold(link)

    first = second.first
    assert first is not None
    assert frozen(row) == (first.pk, None, first.activity.leader_id, None, 2_500, 1_000, 0)


def test_when_the_first_fell_nothing_of_the_chain_stands(chen: Organisation, second: Application) -> None:
    link = link_of(chen, second)
    Application.objects.filter(pk=second.first_id).update(until_at=NOON)

    assert frozen(sold(link)) == (None, None, None, None, 2_000, 0, 0)
