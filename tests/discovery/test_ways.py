"""Goods are found by how they may be promoted and by what their delivery costs, and follow when that changes."""

from datetime import timedelta

import pytest

from fenxiao.catalog import services as catalog
from fenxiao.deals import services as deals
from fenxiao.deals.models import ActivityType, Entry
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.discovery import services
from fenxiao.discovery.queries import SearchAsk, search
from fenxiao.kernel import outbox
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_plan, make_product
from tests.deals.chains import make_activity, make_application
from tests.discovery.shop import Shop, open_shop

LATER = NOON + timedelta(minutes=1)
TOLD = NOON + timedelta(days=9_999)  # news is due from the moment of the wall clock on


@pytest.fixture
def shop(mei: Organisation) -> Shop:
    return open_shop(mei)


def found(*plan_types: int, ships_free: bool = False) -> set[int]:
    ask = SearchAsk(plan_types=plan_types, ships_free_only=ships_free)
    return {row.product.pk for row in search(ask, now=LATER).rows}


def test_goods_in_activities_open_to_anyone_are_found_by_that(shop: Shop) -> None:
    leader = make_organisation(Kind.LEADER, "Lao Wu")
    make_application(make_activity(leader), shop.litter, fee_bp=300)
    make_application(make_activity(leader, kind=ActivityType.EXCLUSIVE), shop.tray, fee_bp=300)
    make_application(make_activity(leader), shop.beans, fee_bp=300, until_at=NOON)
    make_application(make_activity(leader, ends_at=NOON), shop.drip, fee_bp=300)
    services.rebuild_index(now=NOON)

    assert found(6) == {shop.litter.pk}
    assert found(1) == found(1, 6) == {shop.litter.pk, shop.tray.pk, shop.beans.pk, shop.drip.pk}


def test_targeted_plans_are_found_where_one_may_ask_into_them(shop: Shop, mei: Organisation) -> None:
    services.rebuild_index(now=NOON)
    other = make_product(make_organisation(Kind.MERCHANT, "Other"), "茶")
    make_plan(other, rate_bp=500)
    named = [RowDraft(creator_id=make_organisation(Kind.CREATOR, "Chen").pk, rate_bp=3_500)]
    asked = {"rows": named, "offered_rate_bp": 3_500, "by": BY, "now": NOON}
    plan = deals.target_product(shop.tray, entry=Entry.MANUAL, **asked)  # type: ignore[arg-type]  # spelt once for both
    outbox.deliver_all(now=TOLD)
    by_product = found(2), found(4)

    deals.change_entry(plan, entry=Entry.INVITED, offered_rate_bp=None, by=BY, now=LATER)
    deals.target_shop(mei, entry=Entry.AUTOMATIC, **asked)  # type: ignore[arg-type]  # as above
    outbox.deliver_all(now=TOLD)

    assert by_product == ({shop.tray.pk}, set())
    assert (found(2), found(4)) == (set(), {shop.litter.pk, shop.tray.pk, shop.beans.pk, shop.drip.pk})


def test_goods_that_ship_free_are_found_by_that_as_soon_as_it_is_told(shop: Shop) -> None:
    services.rebuild_index(now=NOON)
    before = found(ships_free=True)

    catalog.set_freight(shop.beans, freight_fen=600, by=BY, now=NOON)
    catalog.set_freight(shop.drip, freight_fen=0, by=BY, now=NOON)
    outbox.deliver_all(now=TOLD)

    assert (before, found(ships_free=True)) == ({shop.beans.pk}, {shop.drip.pk})


@pytest.mark.parametrize("plan_types", [(5,), (1, 7), (0,)])
def test_a_kind_of_plan_that_is_not_for_everyone_is_refused_by_name(shop: Shop, plan_types: tuple[int, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        search(SearchAsk(plan_types=plan_types), now=NOON)

    assert refused.value.details["field"] == "plan_types"
