"""Chen's link to Mei's cup, with a plan of 20 % since two days before the order."""

from datetime import timedelta

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.parties.models import Organisation
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link
from tests.cast import BY, NOON

BEFORE = NOON - timedelta(days=2)


@pytest.fixture
def link(cup: Product, chen: Organisation) -> Link:
    Product.objects.filter(pk=cup.pk).update(admitted_at=BEFORE)
    cup.refresh_from_db()
    deals.open_plan(cup, rate_bp=2_000, by=BY, now=BEFORE)
    place = tracking.open_place(chen, name="live", by=BY, now=BEFORE)
    return tracking.make_link(chen, product=cup, place=place, sub_id="spring", by=BY, now=BEFORE)
