"""A random market for charts, and the charts of it by the rules alone, product by product."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from fenxiao.catalog.models import Level, Product, ProductState
from fenxiao.deals.models import ShelfItem
from fenxiao.discovery.rules import charts as rules
from fenxiao.facts.models import CreatorDay
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.settings import settings
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.parties.models import Kind, Organisation
from tests.cast import NOON, make_category, make_organisation, make_product
from tests.facts.market import make_line

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """A product's sums by the rules."""

    sold: int = 0
    earned: int = 0
    recent: int = 0
    before: int = 0
    fresh: int = 0
    buyers: int = 0


def random_market(seed: int) -> list[Product]:
    """A few merchants' goods, old and new, sold by creators and by nobody to buyers who come again; and picked."""
    dice = Random(seed)  # noqa: S311  a market, not a secret
    merchants = [make_organisation(Kind.MERCHANT, f"merchant {at}") for at in range(2)]
    creators = [make_organisation(Kind.CREATOR, f"creator {at}") for at in range(5)]
    goods = [_product(dice, dice.choice(merchants), at) for at in range(14)]
    for product in goods:
        for _ in range(dice.choice([0, 2, 12, 30])):
            _line(dice, product, creators)
    for creator in creators:
        if dice.random() < 0.7:
            CreatorDay.objects.create(creator=creator, day=business_day(NOON), clicks=1)
        for product in dice.sample(goods, 8):
            _pick(dice, creator, product)
    return goods


def _product(dice: Random, merchant: Organisation, at: int) -> Product:
    category = make_category(dice.choice(["ap-2-1", "ap-2-2"]))
    product = make_product(merchant, f"product {at}", category=category)
    product.admitted_at = NOON - dice.choice([1, 5, 20, 60, 60]) * DAY
    product.level = dice.choice([Level.UNQUALIFIED, Level.NEW, Level.QUALIFIED, Level.TOP])
    product.save()
    return product


def _line(dice: Random, product: Product, creators: list[Organisation]) -> None:
    refunded = dice.choice([0, 0, 0, 3_000, 10_000])
    make_line(
        product,
        paid_at=NOON
        - timedelta(minutes=dice.choice([200, 3_000, 9_000, 20_000, 40_000, 50_000]) + dice.random() * 900),
        buyer_key=dice.choice(["", "a", "b", *"cdefghijklmnop"]),
        quantity=dice.choice([1, 1, 2, 4]),
        refunded_fen=refunded,
        creator=dice.choice([None, *creators[:2]]),
        commission_rate_bp=dice.choice([1_000, 2_550]),
        **({"state": LineState.INVALID, "reason": "cancelled"} if dice.random() < 0.1 else {}),
    )


def _pick(dice: Random, creator: Organisation, product: Product) -> None:
    picked_at = NOON - dice.choice([1, 5, 6.5, 9]) * DAY
    removed_at = dice.choice([None, None, picked_at + timedelta(hours=12), picked_at + timedelta(hours=80)])
    ShelfItem.objects.create(creator=creator, product=product, place=1, picked_at=picked_at, removed_at=removed_at)


def charts_by_rules(goods: list[Product], *, until: datetime) -> dict[tuple[str, str | None], list[tuple[int, ...]]]:
    """Rows (row, place, product, figure) of every chart that has any."""
    contenders: dict[tuple[str, str | None], list[rules.Contender]] = defaultdict(list)
    for product in goods:
        if product.state != ProductState.ADMITTED or product.level == Level.UNQUALIFIED:
            continue
        sums = _sums(product, until=until)
        for chart, figure in _figures(product, sums, until=until).items():
            for category in (None, product.category_id):
                contenders[chart, category].append(
                    rules.Contender(
                        product_id=product.pk, merchant_id=product.merchant_id, figure=figure, buyers=sums.buyers
                    )
                )
    # Each test has a home and so a secret of its own.
    key = sha256(f"charts:{business_day(until)}:{settings().secret_key}".encode()).hexdigest()
    return {
        at: [(line.row, line.place, line.contender.product_id, line.contender.figure) for line in lines]
        for at, each in contenders.items()
        if (lines := rules.placed(each, key=key))
    }


def _figures(product: Product, sums: Sums, *, until: datetime) -> dict[str, int]:
    assert product.admitted_at
    found: dict[str, int | None] = {"picked": _pickers(product, until=until)}
    age = (until - product.admitted_at) / DAY
    if sums.sold >= rules.LEAST_PIECES:
        found |= {"selling": sums.sold, "earning": sums.earned or None}
    if age >= rules.RECENT_DAYS + rules.BEFORE_DAYS:
        found["rising"] = rules.growth_bp(sums.recent, before=sums.before)
    if age < rules.NEW_DAYS:
        found["took_off"] = rules.take_off(sums.fresh, days=age)
    return {chart: figure for chart, figure in found.items() if figure is not None}


def _sums(product: Product, *, until: datetime) -> Sums:
    parts: dict[str, dict[int | None, int]] = defaultdict(lambda: defaultdict(int))
    buyers = set()
    for _age, lines in _by_day_and_buyer(product, until=until).items():
        named = bool(lines[0].order.buyer_key)
        stands = [
            0
            if line.state == LineState.INVALID
            else rules.standing_pieces(line.quantity, goods_fen=line.paid_fen, refunded_fen=line.refunded_fen)
            for line in lines
        ]
        is_first = True
        for line, standing, counted in zip(lines, stands, rules.counted_of_buyer(stands, is_named=named), strict=True):
            if not counted:
                continue
            days = (until - line.paid_at) // DAY
            head, is_first = int(is_first), False
            commission = (line.paid_fen - line.refunded_fen) * line.commission_rate_bp // 10_000
            if days < rules.SOLD_DAYS:
                parts["sold"][line.creator_id] += counted
                parts["earned"][line.creator_id] += commission * counted // standing if line.creator_id else 0
                buyers.add(line.order.buyer_key or line.order_id)
            if days < rules.RECENT_DAYS:
                parts["recent"][line.creator_id] += head
            elif days < rules.RECENT_DAYS + rules.BEFORE_DAYS:
                parts["before"][line.creator_id] += head
            if product.admitted_at and line.paid_at >= product.admitted_at:
                parts["fresh"][line.creator_id] += head
    capped = {
        name: rules.counted_of_product(
            [part for creator, part in by.items() if creator], without_creator=by.get(None, 0)
        )
        for name, by in parts.items()
    }
    return Sums(**(capped | {"before": sum(parts["before"].values()), "buyers": len(buyers)}))


def _by_day_and_buyer(product: Product, *, until: datetime) -> dict[tuple[int, object], list[OrderLine]]:
    found: dict[tuple[int, object], list[OrderLine]] = defaultdict(list)
    since = until - rules.READ_DAYS * DAY
    lines = OrderLine.objects.filter(product=product, paid_at__gt=since, paid_at__lte=until).select_related("order")
    for line in lines.order_by("paid_at", "pk"):
        found[(until - line.paid_at) // DAY, line.order.buyer_key or line.order_id].append(line)
    return found


def _pickers(product: Product, *, until: datetime) -> int | None:
    items = ShelfItem.objects.filter(product=product, picked_at__gt=until - rules.SOLD_DAYS * DAY)
    kept = timedelta(hours=rules.KEPT_HOURS)
    creators = {
        item.creator_id
        for item in items
        if item.removed_at is None or item.removed_at > until or item.removed_at - item.picked_at >= kept
    }
    active = set(CreatorDay.objects.values_list("creator_id", flat=True)) & creators
    counted = rules.counted_pickers(len(active), idle=len(creators - active))
    return counted if counted >= rules.LEAST_PICKERS else None
