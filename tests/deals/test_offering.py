"""Terms read once for a creator and for anyone are those that are read for each apart."""

import random
from datetime import timedelta

import pytest

from fenxiao.deals.models import Plan, PlanDifferential, PlanRate, PlanRow, PlanSpell, PlanType
from fenxiao.deals.queries import Ask, offering_to, rates_at, terms_at
from fenxiao.parties.models import CreatorTier, Kind, Organisation
from tests.cast import NOON, make_organisation
from tests.discovery.wide_market import stock_market

LONG_AGO = NOON - timedelta(days=30)
KINDS = (PlanType.ITEM_TARGETED, PlanType.SHOP_TARGETED, PlanType.EXCLUSIVE)  # each has a normal one, too


def open_at_random(dice: random.Random, *, product_id: int, merchant_id: int, creators: list[Organisation]) -> None:
    """A plan of any kind that names somebody, may have ended, and changes its rate some time."""
    kind = dice.choice(KINDS)
    of = {} if kind == PlanType.SHOP_TARGETED else {"product_id": product_id}
    plan = Plan.objects.create(type=kind, merchant_id=merchant_id, made_at=LONG_AGO, **of)
    closes_at = dice.choice((None, None, NOON, NOON + timedelta(days=1)))
    PlanSpell.objects.create(plan=plan, opens_at=LONG_AGO, closes_at=closes_at)
    row = PlanRow.objects.create(plan=plan, creator=dice.choice(creators), made_at=LONG_AGO)
    for days in (20, 0, -1):
        PlanRate.objects.create(
            row=row,
            rate_bp=dice.randrange(1, 90) * 100,
            entered_at=LONG_AGO,
            from_at=NOON - timedelta(days=days),
        )
    if dice.random() < 0.5:
        PlanDifferential.objects.create(plan=plan, tier="gold", extra_bp=200, entered_at=LONG_AGO, from_at=LONG_AGO)


@pytest.mark.parametrize("seed", range(4))
def test_one_reading_answers_for_the_creator_and_for_anyone_as_two_do(seed: int, chen: Organisation) -> None:
    dice = random.Random(seed)  # noqa: S311  # a draw, no secret
    other = make_organisation(Kind.CREATOR, "Other")
    goods = stock_market(25, merchants=4)
    for product in goods:
        if dice.random() < 0.7:
            open_at_random(dice, product_id=product.pk, merchant_id=product.merchant_id, creators=[chen, other])
    CreatorTier.objects.create(creator=chen, tier="gold", from_at=LONG_AGO)
    ids = [product.pk for product in goods]

    for moment in (LONG_AGO + timedelta(days=1), NOON, NOON + timedelta(days=2)):
        offering = offering_to(chen.pk, product_ids=ids, moment=moment)
        asks = [Ask(product_id=pk, creator_id=chen.pk, moment=moment) for pk in ids]
        own = terms_at(asks)

        assert [offering.own_terms(pk) for pk in ids] == [own.get(ask) for ask in asks]
        assert {pk: rate for pk in ids if (rate := offering.rate_bp(pk)) is not None} == rates_at(ids, moment)


def test_without_products_nothing_is_read(chen: Organisation) -> None:
    assert offering_to(chen.pk, product_ids=[], moment=NOON).product_ids == frozenset()
