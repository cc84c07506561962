"""Simulated leaders: activities of every type, merchants' applications, a second leader's chain, a trusteeship."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Activity, ActivityType, Application, ApplicationState
from fenxiao.deals.rules import ActivityDraft, Floors, LeadersLetIn
from fenxiao.parties.models import Organisation
from fenxiao.simulator.world import BY, World

RATE_BP, EXCLUSIVE_RATE_BP = 2_500, 3_000
FEE_BP, EXCLUSIVE_FEE_BP, CEDED_BP = 800, 1_000, 300
LOWEST_BP, HIGHEST_BP = 500, 6_000  # within which a trustee sets rates
GUARANTEED_ORDERS = 200  # more than will come
APPLYING = 8  # of the busiest shops
HANDED_ON = 3  # of their goods, to the second leader
LEFT_DAYS = 30  # of the activities, from today on


def cooperate(world: World, *, now: datetime) -> None:
    """Publish activities, let shops apply and leaders audit, hand some on, and trust one shop's rates to a leader."""
    first, second, third = world.leaders
    everyone = _publish(world, first, ActivityType.NORMAL, "新锐好物招商季", now=now)
    few = _publish(world, first, ActivityType.EXCLUSIVE, "头部达人专场", now=now)
    together = _publish(world, second, ActivityType.COOPERATIVE, "联盟合作团", now=now)
    _publish(world, second, ActivityType.NORMAL, "聚好货严选", now=now)
    deals.draft_activity(third, draft=_draft(world, ActivityType.NORMAL, "源头工厂直供（筹备中）", now), by=BY, now=now)
    shops = world.shops()[:APPLYING]
    passed = [each for shop in shops for each in _join(world, everyone, world.goods_of(shop)[1:3], now=now)]
    for shop in shops[1:4]:
        world.passed += _join(world, few, world.goods_of(shop)[:1], now=now)
    world.passed += passed + _hand_on(passed[:HANDED_ON], together, now=now)
    _refuse_one(world, everyone, world.goods_of(shops[4])[0], now=now)
    world.passed += _promise_too_much(world, everyone, world.goods_of(shops[5])[0], now=now)
    for application in passed[:4]:
        deals.share_token(application, leader=first, title="团长推荐", by=BY, now=now)
    _trust(world, shops[0], first, now=now)


def leave_open(world: World, *, now: datetime) -> None:
    """What waits for someone who tries the pages: applications, a handing on, and a wish of a merchant."""
    first, second, _ = world.leaders
    everyone = Activity.objects.get(leader=first, type=ActivityType.NORMAL)
    together = Activity.objects.get(leader=second, type=ActivityType.COOPERATIVE)
    until_at = everyone.ends_at - timedelta(days=1)
    for shop in world.shops()[4:APPLYING]:
        if goods := _free_goods(world, shop, everyone):
            _apply(everyone, goods[:1], until_at=until_at, now=now)
    standing = _standing(everyone, now=now)[HANDED_ON : HANDED_ON + 2]
    deals.ask_extension(
        standing[0], side=standing[0].merchant, wanted_until=everyone.ends_at - timedelta(days=1), by=BY, now=now
    )
    deals.apply_to_second([standing[1].pk], activity=together, fee_bp=CEDED_BP, leader=first, by=BY, now=now)


def _publish(world: World, leader: Organisation, type_: ActivityType, title: str, *, now: datetime) -> Activity:
    return deals.draft_activity(leader, draft=_draft(world, type_, title, now), publish=True, by=BY, now=now)


def _draft(world: World, type_: ActivityType, title: str, now: datetime) -> ActivityDraft:
    is_exclusive = type_ == ActivityType.EXCLUSIVE
    return ActivityDraft(
        type=type_,
        title=title,
        begins_at=now,
        ends_at=now + timedelta(days=world.size.days + LEFT_DAYS),
        floors=Floors(commission_bp=500, service_fee_bp=100),
        creator_ids=frozenset(creator.pk for creator in world.stars()[:4]) if is_exclusive else frozenset(),
        leader_entry=LeadersLetIn.ALL if is_exclusive else LeadersLetIn.NONE,
        contact_phone="13800000000",
    )


def _join(world: World, activity: Activity, goods: Sequence[Product], *, now: datetime) -> list[Application]:
    """Goods of one shop apply and pass."""
    return _pass(activity, _apply(activity, goods, until_at=now + timedelta(days=world.size.days + 20), now=now), now)


def _apply(
    activity: Activity, goods: Sequence[Product], *, until_at: datetime, now: datetime, guaranteed_orders: int = 0
) -> list[Application]:
    is_exclusive = activity.type == ActivityType.EXCLUSIVE
    return deals.apply_to_activity(
        activity,
        merchant=goods[0].merchant,
        products=[product.pk for product in goods],
        rate_bp=EXCLUSIVE_RATE_BP if is_exclusive else RATE_BP,
        service_fee_bp=EXCLUSIVE_FEE_BP if is_exclusive else FEE_BP,
        until_at=until_at,
        guaranteed_orders=guaranteed_orders,
        by=BY,
        now=now,
    )


def _pass(activity: Activity, applications: Sequence[Application], now: datetime) -> list[Application]:
    ids = [application.pk for application in applications]
    return deals.audit_applications(activity, ids=ids, pass_=True, leader=activity.leader, by=BY, now=now)


def _hand_on(firsts: Sequence[Application], activity: Activity, *, now: datetime) -> list[Application]:
    """The first leader cedes part of its fee for these; the second leader passes them."""
    ids = [each.pk for each in firsts]
    leader = firsts[0].activity.leader
    seconds = deals.apply_to_second(ids, activity=activity, fee_bp=CEDED_BP, leader=leader, by=BY, now=now)
    return _pass(activity, seconds, now)


def _refuse_one(world: World, activity: Activity, product: Product, *, now: datetime) -> None:
    until_at = now + timedelta(days=world.size.days)
    ids = [each.pk for each in _apply(activity, [product], until_at=until_at, now=now)]
    words = "佣金与同类商品相比偏低，请调整后重新报名"
    deals.audit_applications(activity, ids=ids, pass_=False, reason=words, leader=activity.leader, by=BY, now=now)


def _promise_too_much(world: World, activity: Activity, product: Product, *, now: datetime) -> list[Application]:
    """A cooperation over since, whose guarantee of orders was not met: its service fee goes back in part."""
    until_at = now + timedelta(days=6 + world.size.days // 3)
    made = _apply(activity, [product], until_at=until_at, guaranteed_orders=GUARANTEED_ORDERS, now=now)
    return _pass(activity, made, now)


def _trust(world: World, merchant: Organisation, leader: Organisation, *, now: datetime) -> None:
    """The merchant lets the leader set its rates within bounds; the leader raises one."""
    until_at = now + timedelta(days=world.size.days + LEFT_DAYS)
    bounds = {"lowest_rate_bp": LOWEST_BP, "highest_rate_bp": HIGHEST_BP}
    offered = deals.propose_trusteeship(
        merchant, leader=leader, from_at=now, until_at=until_at, by=BY, now=now, **bounds
    )
    deals.accept_trusteeship(offered, leader=leader, by=BY, now=now)
    product = world.goods_of(merchant)[0]
    raised_bp = world.commission_bp[product.pk] + 200
    deals.change_rate_as_trustee(world.plans[product.pk], rate_bp=raised_bp, leader=leader, by=BY, now=now)


def _free_goods(world: World, shop: Organisation, activity: Activity) -> list[Product]:
    """Goods of the shop, still offered, that the activity has not seen."""
    seen = Application.objects.filter(activity=activity).values("product")
    own = [product.pk for product in world.goods_of(shop)]
    return list(Product.objects.offered().filter(pk__in=own).exclude(pk__in=seen).order_by("pk"))


def _standing(activity: Activity, *, now: datetime) -> list[Application]:
    """Applications of the activity that stand, for goods that are still offered."""
    passed = Application.objects.filter(activity=activity, state=ApplicationState.PASSED, until_at__gt=now)
    return list(passed.filter(product__in=Product.objects.offered()).select_related("merchant").order_by("pk"))
