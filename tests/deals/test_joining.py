"""What a plan would bring one who asks into it is what it brings once it has let the creator in."""

from datetime import timedelta

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import queries, services
from fenxiao.deals.models import Entry
from fenxiao.parties.models import CreatorTier, Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_plan, make_product
from tests.deals.plan_cast import rows

TOMORROW = NOON + timedelta(days=1)
ENTRY = {"entry": Entry.AUTOMATIC, "offered_rate_bp": 2_000}


@pytest.fixture
def other(db: None) -> Organisation:
    """Whom the plans name."""
    return make_organisation(Kind.CREATOR, "Other")


@pytest.mark.parametrize("is_of_shop", [True, False])
@pytest.mark.parametrize("today_bp", [1_000, 2_500])
@pytest.mark.parametrize("tier", ["", "gold"])
def test_the_gain_foretold_is_the_gain_there_is(
    is_of_shop: bool, today_bp: int, tier: str, *, chen: Organisation, other: Organisation, cup: Product
) -> None:
    make_plan(cup, rate_bp=today_bp)
    if tier:
        CreatorTier.objects.create(creator=chen, tier=tier, from_at=NOON)
    if is_of_shop:
        plan = services.target_shop(cup.merchant, rows=rows(other), **ENTRY, by=BY, now=NOON)
    else:
        plan = services.target_product(cup, rows=rows(other), **ENTRY, by=BY, now=NOON)
    services.set_differential(plan, tier="gold", extra_bp=300, by=BY, now=NOON)
    today = queries.quote(cup, creator=chen, moment=NOON)

    (gain,) = queries.gains_of([plan], creator=chen, now=NOON)[plan.pk]
    services.ask_to_join(plan, creator=chen, by=BY, now=NOON)
    joined = queries.quote(cup, creator=chen, moment=TOMORROW)

    assert gain.without.split == today.split
    assert gain.within.split == joined.split
    assert gain.more_fen == gain.within_fen - gain.without_fen


def test_an_exclusive_plan_that_names_others_leaves_no_gain(
    chen: Organisation, other: Organisation, cup: Product
) -> None:
    plan = services.target_product(cup, rows=rows(other), **ENTRY, by=BY, now=NOON)
    services.open_exclusive(cup, rows=rows(other, rate_bp=3_000), by=BY, now=NOON)

    (gain,) = queries.gains_of([plan], creator=chen, now=TOMORROW)[plan.pk]

    assert (gain.without_fen, gain.within_fen) == (0, 0)


def test_plans_asked_about_together_do_not_colour_one_another(
    chen: Organisation, other: Organisation, mei: Organisation, cup: Product
) -> None:
    pan = make_product(mei, "Pan")
    of_shop = services.target_shop(mei, rows=rows(other), **ENTRY, by=BY, now=NOON)
    of_cup = services.target_product(cup, rows=rows(other), entry=Entry.MANUAL, offered_rate_bp=3_000, by=BY, now=NOON)

    together = queries.gains_of([of_shop, of_cup], creator=chen, now=NOON)

    assert [gain.within_fen for gain in together[of_cup.pk]] == [2_700]
    assert {gain.product.pk: gain.within_fen for gain in together[of_shop.pk]} == {cup.pk: 1_800, pan.pk: 1_800}
    assert {gain.without_fen for gains in together.values() for gain in gains} == {0}


def test_a_plan_that_takes_no_requests_has_none(chen: Organisation, other: Organisation, cup: Product) -> None:
    plan = services.target_product(cup, rows=rows(other), by=BY, now=NOON)

    assert queries.gains_of([plan], creator=chen, now=NOON) == {}
