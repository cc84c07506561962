"""Clicks told by others are kept once, and must fit their link."""

from uuid import UUID

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Organisation
from fenxiao.tracking import services as tracking
from fenxiao.tracking.errors import ClickOfNoLink
from fenxiao.tracking.models import Click, Link
from fenxiao.tracking.rules import TakenClick
from tests.cast import BY, NOON


@pytest.fixture
def link(cup: Product, chen: Organisation) -> Link:
    deals.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    place = tracking.open_place(chen, name="直播间", by=BY, now=NOON)
    return tracking.make_link(chen, product=cup, place=place, by=BY, now=NOON)


def click_on(link: Link, *, number: int = 1, creator_id: int | None = None) -> TakenClick:
    return TakenClick(
        id=UUID(int=number),
        link_id=link.pk,
        creator_id=creator_id or link.creator_id,
        product_id=link.product_id,
        buyer_key="buyer",
        clicked_at=NOON,
    )


def test_a_click_told_twice_is_kept_once(link: Link) -> None:
    first = tracking.take_clicks([click_on(link), click_on(link)], by=BY, now=NOON)
    second = tracking.take_clicks([click_on(link), click_on(link, number=2)], by=BY, now=NOON)

    assert (first, second) == (1, 1)
    assert Click.objects.count() == 2
    assert AuditRow.objects.filter(act="take_clicks").count() == 2


def test_a_click_that_does_not_fit_its_link_refuses_the_batch(link: Link, stranger: Organisation) -> None:
    with pytest.raises(ClickOfNoLink):
        tracking.take_clicks([click_on(link), click_on(link, number=2, creator_id=stranger.pk)], by=BY, now=NOON)

    assert Click.objects.count() == 0
