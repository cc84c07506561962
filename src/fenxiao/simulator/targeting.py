"""Simulated merchants do more for some creators: targeted, shop-targeted and exclusive plans, differentials, steps."""

from datetime import datetime, timedelta

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Entry, Plan, PlanType
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.kernel import clock
from fenxiao.parties.models import Organisation, Tier
from fenxiao.simulator.world import BY, World

FOR_TIERS = ((Tier.GOLD, 300), (Tier.SILVER, 200), (Tier.BRONZE, 100))
LADDER = ((2, 200), (6, 500))
OFFERED_BP = 2_500  # to those who ask into a targeted plan


def favour_some(world: World, *, now: datetime) -> None:
    """Open what stands beside normal plans: at the four busiest shops, for the creators with the most followers."""
    shops, stars = world.shops(), world.stars()
    steps = _target_shop(world, shops[0], stars[1:4], now=now)
    _open_steps(world, steps, now=now)
    _open_steps(world, world.plans[world.goods_of(shops[0])[1].pk], now=now)
    for shop, entry in ((shops[1], Entry.AUTOMATIC), (shops[2], Entry.INVITED)):
        _target_product(world, world.goods_of(shop)[0], stars[:3], entry=entry, now=now)
    for shop in shops[:4]:
        for tier, extra_bp in FOR_TIERS:
            plan = world.plans[world.goods_of(shop)[1].pk]
            deals.set_differential(plan, tier=tier, extra_bp=extra_bp, by=BY, now=now)


def keep_one_to_few(world: World, *, now: datetime) -> Plan:
    """Open an exclusive plan, which holds from the next midnight, in the morning: late at night none may be entered."""
    morning = clock.day_start(clock.business_day(now)) + timedelta(hours=10)
    product = world.goods_of(world.shops()[3])[0]
    rows = _rows(world.stars()[:2], rate_bp=world.commission_bp[product.pk] + 1_000)
    return deals.open_exclusive(product, rows=rows, by=BY, now=morning)


def ask_in(world: World, *, now: datetime) -> None:
    """A creator asks into the shop-targeted plan; the merchant has not answered."""
    plan = Plan.objects.get(type=PlanType.SHOP_TARGETED, merchant=world.shops()[0])
    deals.ask_to_join(plan, creator=world.stars()[4], words="每周三场直播，主推贵店新品", by=BY, now=now)


def _target_shop(world: World, shop: Organisation, creators: list[Organisation], *, now: datetime) -> Plan:
    highest = max(world.commission_bp[product.pk] for product in world.goods_of(shop))
    world.favoured += [(creator, product) for creator in creators for product in world.goods_of(shop)[3:]]
    return deals.target_shop(
        shop,
        rows=_rows(creators, rate_bp=highest + 200),
        entry=Entry.MANUAL,
        offered_rate_bp=OFFERED_BP,
        floor_tier=Tier.BRONZE,
        by=BY,
        now=now,
    )


def _target_product(
    world: World, product: Product, creators: list[Organisation], *, entry: Entry, now: datetime
) -> None:
    rate_bp = world.commission_bp[product.pk] + 500
    rows = _rows(creators, rate_bp=rate_bp)
    world.favoured += [(creator, product) for creator in creators]
    if entry is Entry.INVITED:
        deals.target_product(product, rows=rows, by=BY, now=now)
    else:
        deals.target_product(product, rows=rows, entry=entry, offered_rate_bp=rate_bp, by=BY, now=now)


def _open_steps(world: World, plan: Plan, *, now: datetime) -> None:
    until_at = now + timedelta(days=world.size.days + 30)
    deals.open_step_window(plan, from_at=now, until_at=until_at, ladder=LADDER, by=BY, now=now)


def _rows(creators: list[Organisation], *, rate_bp: int) -> list[RowDraft]:
    return [RowDraft(creator_id=creator.pk, rate_bp=rate_bp) for creator in creators]
