"""Days of the simulated market: buyers click, buy, receive, send back and review; shops tell it as order events."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, islice
from typing import TypeVar
from uuid import UUID

import numpy as np

from fenxiao.catalog.models import Product
from fenxiao.kernel import clock
from fenxiao.kernel.settings import settings
from fenxiao.orders import services as orders
from fenxiao.orders.rules import Body, Invalid, Kind, Paid, PaidLine, Reason, Refunded, Told, ToldReview
from fenxiao.parties.models import CreatorProfile
from fenxiao.simulator.draws import Fate, conversion, fate_of_order
from fenxiao.simulator.promotion import reach_of
from fenxiao.simulator.supply import FREIGHT_FEN
from fenxiao.simulator.world import BY, SOURCE, World
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link
from fenxiao.tracking.rules import TakenClick, sign_click

T = TypeVar("T")

BATCH = 1_000
BUYERS = 9_000
TOKEN_SHARE = 0.6  # of buyers whose shop passes the click token on; the others are found by their last click


@dataclass(kw_only=True)
class Market:
    """What is going to be told, by moment, and what links and goods draw."""

    world: World
    links: list[Link]
    link_weights: np.ndarray
    goods: dict[int, Product]
    organic: list[Product]
    organic_weights: np.ndarray
    events: list[tuple[datetime, int, Told]] = field(default_factory=list)  # heaps: moment, tie-breaker, what
    reviews: list[tuple[datetime, int, ToldReview]] = field(default_factory=list)
    ticket: Iterator[int] = field(default_factory=count)


def open_market(world: World) -> Market:
    """The market of `world` before its first day."""
    followers = dict(CreatorProfile.objects.filter(creator__in=world.creators).values_list("creator_id", "followers"))
    reach = reach_of(world.creators, followers)
    # A few links of a creator draw most of its clicks, as a few goods of a live session do.
    apart = np.random.default_rng([world.seed, 1])  # so that links made for leaders leave the others' draws alone
    plain = len(world.links) - world.links_for_some
    pull = np.concatenate([world.rng.pareto(1.3, size=plain), apart.pareto(1.3, size=world.links_for_some)]) + 0.2
    weights = np.array([reach[link.creator_id] for link in world.links]) * pull
    goods = {product.pk: product for product in world.products if product.pk in world.commission_bp}
    organic = list(goods.values())
    wanted = np.array([np.exp(0.4 * world.quality[product.pk]) for product in organic]) * (
        world.rng.pareto(1.5, size=len(organic)) + 0.2
    )
    return Market(
        world=world,
        links=world.links,
        link_weights=weights / weights.sum(),
        goods=goods,
        organic=organic,
        organic_weights=wanted / wanted.sum(),
    )


def live_day(market: Market, day: date, *, until: datetime) -> None:
    """One day: clicks and purchases of `day`, and everything that is due to be told by `until`."""
    _click_and_buy(market, day, now=until)
    _buy_without_promoter(market, day)
    _tell(market, until=until)


def _click_and_buy(market: Market, day: date, *, now: datetime) -> None:
    rng, world = market.world.rng, market.world
    picks = rng.choice(len(market.links), size=int(rng.poisson(world.size.clicks_per_day)), p=market.link_weights)
    moments = sorted(_moments(rng, day, len(picks)))
    clicks = [_click(rng, market.links[int(pick)], moment) for pick, moment in zip(picks, moments, strict=True)]
    for batch in _batches(clicks):
        tracking.take_clicks(batch, by=BY, now=now)
    for click in clicks:
        product = market.goods[click.product_id]
        chance = conversion(world.quality[product.pk], price_ratio=product.price_fen / world.usual_fen[product.pk])
        if rng.random() < chance:
            token = sign_click(click.id, settings().secret_key) if rng.random() < TOKEN_SHARE else ""
            paid_at = click.clicked_at + timedelta(minutes=float(rng.exponential(25)))
            _place_order(market, product, buyer_key=click.buyer_key, paid_at=paid_at, click_token=token)


def _buy_without_promoter(market: Market, day: date) -> None:
    rng = market.world.rng
    number = int(rng.poisson(market.world.size.organic_per_day))
    picks = rng.choice(len(market.organic), size=number, p=market.organic_weights)
    for pick, moment in zip(picks, _moments(rng, day, number), strict=True):
        # Buyers of their own accord never clicked, so no click may claim them.
        key = f"walk-in-{rng.integers(10**9)}"
        _place_order(market, market.organic[int(pick)], buyer_key=key, paid_at=moment, click_token="")


def _click(rng: np.random.Generator, link: Link, moment: datetime) -> TakenClick:
    return TakenClick(
        id=UUID(bytes=rng.bytes(16), version=4),
        link_id=link.pk,
        creator_id=link.creator_id,
        product_id=link.product_id,
        buyer_key=f"buyer-{rng.integers(BUYERS)}",
        clicked_at=moment,
    )


def _moments(rng: np.random.Generator, day: date, number: int) -> list[datetime]:
    """Moments of a day, most of them in the evening when people watch."""
    hours = np.clip(rng.normal(19.5, 3.5, size=number), 0.0, 23.9)
    start = clock.day_start(day)
    return [start + timedelta(hours=float(hour)) for hour in hours]


def _place_order(market: Market, product: Product, *, buyer_key: str, paid_at: datetime, click_token: str) -> None:
    world = market.world
    world.orders_made += 1
    ref = f"D{world.orders_made:07d}"
    quantity = 1 + int(world.rng.random() < 0.12)
    freight_fen = product.freight_fen
    if freight_fen is None:  # not told before: what a buyer meets at the counter
        freight_fen = 0 if world.rng.random() < 0.6 else FREIGHT_FEN
    fate = fate_of_order(world.rng, world.quality[product.pk])
    paid_fen = product.price_fen * quantity + freight_fen
    line = PaidLine(
        line_no=1,
        product_id=product.pk,
        quantity=quantity,
        paid_fen=paid_fen,
        freight_fen=freight_fen,
        promised_at=paid_at + timedelta(days=6),
        click_token=click_token,
    )
    _schedule(market, ref, Kind.PAID, paid_at, Paid(lines=(line,), buyer_key=buyer_key))
    _schedule_fate(market, ref, fate, paid_at=paid_at, goods_fen=paid_fen - freight_fen)


def _schedule_fate(market: Market, ref: str, fate: Fate, *, paid_at: datetime, goods_fen: int) -> None:
    if fate.cancelled_after is not None:
        at = paid_at + timedelta(days=fate.cancelled_after)
        _schedule(market, ref, Kind.INVALID, at, Invalid(reason=Reason.CANCELLED))
        return
    _schedule(market, ref, Kind.SHIPPED, paid_at + timedelta(days=fate.shipped_after), None)
    _schedule(market, ref, Kind.RECEIVED, paid_at + timedelta(days=fate.received_after), None)
    if fate.refunded_after is not None:
        body = Refunded(amount_fen=max(1, int(goods_fen * fate.refund_part)), is_quality=fate.refund_is_quality)
        _schedule(market, ref, Kind.REFUNDED, paid_at + timedelta(days=fate.refunded_after), body)
    if fate.reviewed_after is not None:
        at = paid_at + timedelta(days=fate.reviewed_after)
        review = ToldReview(external_id=f"R{ref}", order_ref=ref, line_no=1, stars=fate.stars, reviewed_at=at)
        heapq.heappush(market.reviews, (at, next(market.ticket), review))


def _schedule(market: Market, ref: str, kind: Kind, at: datetime, body: Body) -> None:
    line_no = 1 if kind == Kind.REFUNDED else None
    told = Told(
        source=SOURCE,
        event_id=f"{ref}:{kind}",
        kind=kind,
        order_ref=ref,
        line_no=line_no,
        occurred_at=at,
        body=body,
    )
    heapq.heappush(market.events, (at, next(market.ticket), told))


def _tell(market: Market, *, until: datetime) -> None:
    due_events = list(_due(market.events, until))
    for batch in _batches(due_events):
        orders.take_events(batch, by=BY, now=until)
    for reviews in _batches(list(_due(market.reviews, until))):
        orders.take_reviews(reviews, source=SOURCE, by=BY, now=until)


def _due(heap: list[tuple[datetime, int, T]], until: datetime) -> Iterator[T]:
    while heap and heap[0][0] <= until:
        yield heapq.heappop(heap)[2]


def _batches(rows: list[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
