"""What the fit of creators to a product is worked out from: a constant number of statements for any number of them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery import match_files
from fenxiao.discovery.errors import MatchesMissing
from fenxiao.discovery.match_files import Kind
from fenxiao.discovery.models import CreatorCard
from fenxiao.discovery.queries.cards import category_paths_of
from fenxiao.discovery.rules import bands
from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.cards import MIX_DAYS, category_mark, telling_words
from fenxiao.discovery.rules.suiting import Goods, Known, Suiting, suiting_of, usual_audience
from fenxiao.facts.models import PromotionDay
from fenxiao.kernel.clock import business_day
from fenxiao.parties.queries import disclosing_at

MOST_SELLERS: Final = 300  # of its categories, those who sell most, who come into question
MOST_NEWCOMERS: Final = 100  # by their own words
MOST_COMPARED: Final = 200  # sellers of a category whose followers are compared with
ENOUGH: Final = 3  # audiences to compare with
# Of those in one range of sales first whom most follow, then by score; of equals who joined last, not who came first.
FOREMOST: Final = ("-gmv_key", "-followers_key", "-score_key", "-newest_key", "creator_id")

Shares = Mapping[str, Mapping[str, Figure]]


def candidates_for(goods: Goods, rows: QuerySet[CreatorCard]) -> list[CreatorCard]:
    """Who of these comes into question: those matched, those who sell most of its categories, newcomers who name it."""
    matched = list(_matches(Kind.CREATORS_FOR_PRODUCT, goods.product_id))
    sellers = rows.filter(marks__overlap=[category_mark(each) for each in goods.path])
    newcomers = rows.filter(words__overlap=sorted(goods.words), category_shares={})
    found = [
        *rows.filter(creator__in=matched),
        *sellers.order_by(*FOREMOST)[:MOST_SELLERS],
        *newcomers.order_by(*FOREMOST[1:])[:MOST_NEWCOMERS],
    ]
    return list({card.creator_id: card for card in found}.values())


def suitings_of(cards: Sequence[CreatorCard], *, goods: Goods, now: datetime) -> dict[int, Suiting]:
    """How well each of these suits the product, by what may be known of each."""
    paths = category_paths_of(third for card in cards for third in card.category_shares)
    exact = disclosing_at([card.creator_id for card in cards], now)
    sellers = _sellers_of(goods.product_id, now)
    matched = _matches(Kind.CREATORS_FOR_PRODUCT, goods.product_id)
    best = max(matched.values(), default=0.0)
    usual = _usual(goods, now)
    return {
        card.creator_id: suiting_of(
            Known(
                categories=_categories(card, paths, is_exact=card.creator_id in exact),
                price=bands.prices_shown(card.price_low_fen, card.price_high_fen, is_exact=card.creator_id in exact),
                audience=_audience(card, is_exact=card.creator_id in exact),
                words=frozenset(card.words),
                alike_sellers=len(sellers & _matches(Kind.ALIKE_CREATORS, card.creator_id).keys()),
                matched=max(matched[card.creator_id] / best, 0.0) if best > 0 and card.creator_id in matched else None,
                sells_it=card.creator_id in sellers,
            ),
            goods,
            usual=usual,
        )
        for card in cards
    }


def goods_for(product_id: int) -> Goods:
    """A product as creators are looked for."""
    product = Product.objects.select_related("category").get(pk=product_id)
    above = Category.objects.filter(pk=product.category.third_id or product.category_id)
    named = above.values_list("pk", "name_zh", "name_en", "parent_id", "parent__name_zh", "parent__parent_id")
    third, name_zh, name_en, second, second_zh, top = named[0]
    path = tuple(each for each in (third, second, top) if each)
    return Goods(
        product_id=product_id,
        path=path,
        price_fen=product.price_fen,
        words=telling_words(name for name in (name_zh, name_en, second_zh) if name),
    )


def _matches(kind: Kind, wanted: int) -> dict[int, float]:
    """Without matches (none were made yet) the rest of the rule still says something."""
    with suppress(MatchesMissing):
        return dict(match_files.table(kind).of(wanted))
    return {}


def _sellers_of(product_id: int, now: datetime) -> set[int]:
    since = business_day(now) - timedelta(days=MIX_DAYS)
    days = PromotionDay.objects.filter(product=product_id, day__gt=since, paid_lines__gt=0)
    return set(days.values_list("creator", flat=True).distinct())


def _usual(goods: Goods, now: datetime) -> dict[str, dict[str, float]]:
    """The followers of those who sell most in the nearest category in which enough told theirs."""
    tellers = CreatorCard.objects.filter(creator__is_active=True).exclude(audience={})
    for category in goods.path:
        near = list(tellers.filter(marks__contains=[category_mark(category)]).order_by(*FOREMOST)[:MOST_COMPARED])
        if len(near) >= ENOUGH:
            exact = disclosing_at([card.creator_id for card in near], now)
            return usual_audience(_audience(card, is_exact=card.creator_id in exact) for card in near)
    return {}


def _audience(card: CreatorCard, *, is_exact: bool) -> Shares:
    return {name: bands.shares_shown(parts, is_exact=is_exact) for name, parts in card.audience.items()}


def _categories(card: CreatorCard, paths: Mapping[str, Iterable[str]], *, is_exact: bool) -> dict[str, Figure]:
    """Shares of any level, from those of the categories everyone sees."""
    sums: dict[str, int] = {}
    for third, share in card.category_shares.items():
        for category in paths.get(third, ()):
            sums[category] = sums.get(category, 0) + share
    return bands.shares_shown(sums, is_exact=is_exact)
