"""The square of creators: who is found, and what may be seen of each. Exact figures leave here only with consent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from fenxiao.discovery.models import CreatorCard
from fenxiao.discovery.queries.asker import own_product
from fenxiao.discovery.queries.suiting import candidates_for, goods_for, suitings_of
from fenxiao.discovery.rules import bands
from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.cards import audience_mark, category_mark, medium_mark
from fenxiao.discovery.rules.square import (
    MOST_COUNTED,
    PER_PAGE,
    Place,
    SquareAsk,
    SquareSort,
    check_ask,
    grams_asked,
    read,
    written,
)
from fenxiao.discovery.rules.suiting import Suiting
from fenxiao.parties.models import Disclosure, Organisation
from fenxiao.parties.queries import disclosing_at

KEYS: Final[Mapping[SquareSort, str]] = {
    SquareSort.GMV: "gmv_key",
    SquareSort.GPM: "gpm_key",
    SquareSort.FOLLOWERS: "followers_key",
    SquareSort.SCORE: "score_key",
    SquareSort.NEWEST: "newest_key",
}


@dataclass(frozen=True, kw_only=True)
class CreatorShown:
    """What may be seen of a creator. Tier and score are the platform's and open to everybody."""

    id: int
    name: str
    city: str
    introduction: str
    joined_at: datetime
    counted_at: datetime
    shows_exact: bool
    tier: str
    score_centi: int | None
    followers: Figure | None
    gmv: Figure | None
    gpm: Figure | None
    views: Figure | None  # None without consent: with sales per thousand views it would tell the sales
    live_pieces: Figure | None
    video_pieces: Figure | None
    stayed: Figure | None
    plans_kept: Figure | None
    price: Figure | None
    categories: dict[str, Figure]
    audience: dict[str, dict[str, Figure]]


@dataclass(frozen=True, kw_only=True)
class SquareFound:
    """One page of the square."""

    rows: list[CreatorShown]
    total: int  # at most `MOST_COUNTED`
    has_more_than_total: bool
    cursor: str  # where it goes on; "" at the end
    suitings: dict[int, Suiting] = field(default_factory=dict)  # by creator, where a product was named


def creators_found(ask: SquareAsk, *, asker: Organisation, now: datetime) -> SquareFound:
    """One page of the creators that meet an ask.

    Refuses (`BadInput`, by its field) what cannot be asked, a product that is not the asker's on the market among it.
    """
    check_ask(ask)
    if ask.product_id is not None:
        own_product(asker, ask.product_id, now=now)
    place = read(ask)
    rows = _placed(filtered(ask), now)
    if ask.sort == SquareSort.FIT and ask.product_id is not None:
        return _by_fit(ask, rows, ask.product_id, place=place, now=now)
    key = KEYS[ask.sort]
    ordered = rows.order_by(f"-{key}", "creator_id")
    if place:
        behind = Q(**{f"{key}__lt": place.key}) | Q(**{key: place.key}, creator_id__gt=place.creator_id)
        ordered = ordered.filter(behind, **{f"{key}__lte": place.key})
    cards = list(ordered.select_related("creator__creatorprofile")[: PER_PAGE + 1])
    page, counted = cards[:PER_PAGE], _counted(rows)
    cursor = ""
    if len(cards) > PER_PAGE:
        cursor = written(Place(key=getattr(page[-1], key), creator_id=page[-1].creator_id), ask=ask)
    return SquareFound(
        rows=_shown(page, now),
        total=min(counted, MOST_COUNTED),
        has_more_than_total=counted > MOST_COUNTED,
        cursor=cursor,
        suitings=suitings_of(page, goods=goods_for(ask.product_id), now=now) if ask.product_id else {},
    )


def creators_shown(creator_ids: Sequence[int], *, now: datetime) -> list[CreatorShown]:
    """These creators in this order; suspended ones and those without a card are left out."""
    cards = _visible().filter(creator__in=creator_ids).select_related("creator__creatorprofile")
    found = {each.id: each for each in _shown(list(cards), now)}
    return [found[pk] for pk in creator_ids if pk in found]


def suitings_for(
    creator_ids: Sequence[int], *, product_id: int, asker: Organisation, now: datetime
) -> dict[int, Suiting]:
    """How well each of these creators suits a product. Refuses (`BadInput`) one that is not the asker's."""
    own_product(asker, product_id, now=now)
    cards = list(_visible().filter(creator__in=creator_ids))
    return suitings_of(cards, goods=goods_for(product_id), now=now)


def own_card(creator_id: int, *, as_if_exact: bool, now: datetime) -> CreatorShown | None:
    """A creator's own card as others see it with or without consent; None before it was counted."""
    card = _visible().filter(creator=creator_id).select_related("creator__creatorprofile").first()
    return shown_of(card, is_exact=as_if_exact) if card else None


def filtered(ask: SquareAsk) -> QuerySet[CreatorCard]:
    """The cards that meet an ask. Figures are compared by their bands, whoever consented to more."""
    rows = _visible()
    marks = [audience_mark(each.dimension, each.bucket, each.least_bp) for each in ask.audience]
    marks += [category_mark(ask.category_id)] if ask.category_id else []
    marks += [medium_mark(ask.medium)] if ask.medium else []
    if marks:
        rows = rows.filter(marks__contains=marks)
    if ask.words.strip():
        rows = rows.filter(words__contains=grams_asked(ask.words))
    least = (
        ("followers_band", ask.followers_min, bands.FOLLOWERS),
        ("gmv_band", ask.gmv_min_fen, bands.GMV_FEN),
        ("gpm_band", ask.gpm_min_fen, bands.GPM_FEN),
    )
    for column, value, edges in least:
        if value is not None:
            rows = rows.filter(**{f"{column}__gte": bands.band_of(value, edges)})
    if ask.followers_max is not None:
        rows = rows.filter(followers_band__lt=bands.band_of(ask.followers_max, bands.FOLLOWERS))
    if ask.tier:
        rows = rows.filter(tier=ask.tier)
    return rows if ask.score_min_centi is None else rows.filter(score_key__gte=ask.score_min_centi)


def shown_of(card: CreatorCard, *, is_exact: bool) -> CreatorShown:
    """What may be seen of a card."""
    profile = getattr(card.creator, "creatorprofile", None)
    kept = card.plans_kept * bands.WHOLE_BP // card.plans_let_in if card.plans_let_in else None
    return CreatorShown(
        id=card.creator_id,
        name=card.creator.name,
        city=profile.city if profile else "",
        introduction=profile.introduction if profile else "",
        joined_at=card.creator.joined_at,
        counted_at=card.counted_at,
        shows_exact=is_exact,
        tier=card.tier,
        score_centi=card.score_centi,
        followers=bands.shown(card.followers, bands.FOLLOWERS, is_exact=is_exact),
        gmv=bands.shown(card.gmv_fen, bands.GMV_FEN, is_exact=is_exact),
        gpm=bands.shown(card.gpm_fen, bands.GPM_FEN, is_exact=is_exact),
        views=Figure(low=card.views, high=card.views) if is_exact else None,
        live_pieces=bands.shown(card.live_pieces, bands.PIECES, is_exact=is_exact),
        video_pieces=bands.shown(card.video_pieces, bands.PIECES, is_exact=is_exact),
        stayed=bands.share_shown(card.stayed_bp, is_exact=is_exact),
        plans_kept=bands.share_shown(kept, is_exact=is_exact),
        price=bands.prices_shown(card.price_low_fen, card.price_high_fen, is_exact=is_exact),
        categories=bands.shares_shown(card.category_shares, is_exact=is_exact),
        audience={name: bands.shares_shown(parts, is_exact=is_exact) for name, parts in card.audience.items()},
    )


def _by_fit(
    ask: SquareAsk, rows: QuerySet[CreatorCard], product_id: int, *, place: Place | None, now: datetime
) -> SquareFound:
    """Those who come into question for the product, best first: the list is of the moment, so it goes on by number."""
    goods = goods_for(product_id)
    cards = {card.creator_id: card for card in candidates_for(goods, rows)}
    suitings = suitings_of(list(cards.values()), goods=goods, now=now)
    ordered = sorted(cards, key=lambda pk: (-suitings[pk].score, -cards[pk].gmv_key, pk))
    first = place.creator_id if place else 0
    page = ordered[first : first + PER_PAGE]
    goes_on = len(ordered) > first + PER_PAGE
    return SquareFound(
        rows=creators_shown(page, now=now),
        total=len(ordered),
        has_more_than_total=False,
        cursor=written(Place(key=-1, creator_id=first + PER_PAGE), ask=ask) if goes_on else "",
        suitings={pk: suitings[pk] for pk in page},
    )


def _visible() -> QuerySet[CreatorCard]:
    return CreatorCard.objects.filter(creator__is_active=True)


def _placed(rows: QuerySet[CreatorCard], now: datetime) -> QuerySet[CreatorCard]:
    """Without those who took consent back since their card was counted: until it is again, their place would tell."""
    said = Disclosure.objects.filter(creator=OuterRef("creator"), from_at__lte=now).order_by("-from_at")
    agrees = Subquery(said.values("shows_exact")[:1])
    return rows.alias(agrees=agrees).filter(Q(shows_exact=False) | Q(agrees=True))


def _shown(cards: Sequence[CreatorCard], now: datetime) -> list[CreatorShown]:
    """Consent is looked up at this moment: one taken back holds before the card is counted anew."""
    disclosing = disclosing_at([card.creator_id for card in cards], now)
    return [shown_of(card, is_exact=card.creator_id in disclosing) for card in cards]


def _counted(rows: QuerySet[CreatorCard]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()
