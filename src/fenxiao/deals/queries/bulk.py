"""Quotes by the million: pairs are grouped into classes of one answer, and the resolver of single quotes answers each.

Two pairs have one answer when product, application and tier are the same and no row or exclusive activity names either
creator; a creator whom one does name is a class of their own. The tier is left out where nothing hangs on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from fenxiao.deals.models import ActivityType
from fenxiao.deals.queries.market import Ask, Market
from fenxiao.deals.queries.reading import Scope, read_market
from fenxiao.deals.rules import Terms

Whole = npt.NDArray[np.int64]
NONE = 0  # in columns of ids: there is none
NO_TERMS = (0,) * 10


@dataclass(frozen=True, kw_only=True)
class Columns:
    """One row per pair, in their order. Ids are 0 where there is none, and so is the plan type without terms."""

    plan_type: Whole
    plan_id: Whole
    application_id: Whole
    commission_bp: Whole
    service_fee_bp: Whole
    ceded_fee_bp: Whole
    leader_id: Whole
    second_leader_id: Whole
    platform_fee_bp: Whole
    has_steps: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.plan_type)


def quotes_in_bulk(
    product_ids: npt.ArrayLike, creator_ids: npt.ArrayLike, application_ids: npt.ArrayLike | None, moment: datetime
) -> Columns:
    """The winning terms of each (product, creator, application) at `moment`; an application of 0 is none.

    The three have one length (`application_ids` None: no link carries any); a `ValueError` where they do not.
    """
    products, creators = np.asarray(product_ids, dtype=np.int64), np.asarray(creator_ids, dtype=np.int64)
    carried = np.zeros_like(products) if application_ids is None else np.asarray(application_ids, dtype=np.int64)
    if not products.shape == creators.shape == carried.shape or products.ndim != 1:
        raise ValueError("products, creators and applications must be of one length")
    pairs = _Pairs.of(products, creators, carried)
    market = read_market(pairs.scope(moment))
    first, class_of = _classes(pairs, market, moment)
    answers = np.empty((len(first), len(NO_TERMS)), dtype=np.int64)
    for row, pair in enumerate(first):
        ask = Ask(
            product_id=int(products[pair]),
            creator_id=int(creators[pair]),
            moment=moment,
            application_id=int(carried[pair]) or None,
        )
        answers[row] = row_of(market.terms(ask))
    columns = answers[class_of].T
    return Columns(
        plan_type=columns[0],
        plan_id=columns[1],
        application_id=columns[2],
        commission_bp=columns[3],
        service_fee_bp=columns[4],
        ceded_fee_bp=columns[5],
        leader_id=columns[6],
        second_leader_id=columns[7],
        platform_fee_bp=columns[8],
        has_steps=columns[9] > 0,
    )


def row_of(terms: Terms | None) -> tuple[int, ...]:
    """Terms as they stand in the columns."""
    if terms is None:
        return NO_TERMS
    return (
        terms.plan_type,
        terms.plan_id or NONE,
        terms.second_application_id or terms.application_id or NONE,
        terms.commission_rate_bp,
        terms.service_fee_rate_bp,
        terms.ceded_fee_rate_bp,
        terms.leader_id or NONE,
        terms.second_leader_id or NONE,
        terms.platform_fee_rate_bp,
        int(bool(terms.steps)),
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs as places in the sorted lists of the products, creators and applications that occur."""

    products: Whole
    creators: Whole
    applications: Whole
    product: Whole
    creator: Whole
    application: Whole

    @classmethod
    def of(cls, products: Whole, creators: Whole, applications: Whole) -> "_Pairs":
        known = [np.unique(ids, return_inverse=True) for ids in (products, creators, applications)]
        return cls(*(ids for ids, _ in known), *(places for _, places in known))

    def scope(self, moment: datetime) -> Scope:
        return Scope(
            products=self.products.tolist(),
            creators=self.creators.tolist(),
            applications=[pk for pk in self.applications.tolist() if pk],
            since=moment,
            until=moment,
        )


def _classes(pairs: _Pairs, market: Market, moment: datetime) -> tuple[Whole, Whole]:
    """The first pair of each class, and the class of each pair."""
    tier = _tiers(pairs, market, moment)
    creator = np.where(_is_named(pairs, market), pairs.creator + 1, 0)
    key = pairs.product
    for part, size in (
        (pairs.application, len(pairs.applications)),
        (tier, int(tier.max(initial=0)) + 1),
        (creator, len(pairs.creators) + 1),
    ):
        # Numbered anew each time, so that the product of two counts stays within 64 bits.
        key = np.unique(key * size + part, return_inverse=True)[1]
    _, first, class_of = np.unique(key, return_index=True, return_inverse=True)
    return first, class_of


def _tiers(pairs: _Pairs, market: Market, moment: datetime) -> Whole:
    """The tier of each pair's creator as a number; 0 for all where no plan of the product adds anything by tier."""
    numbers = {"": 0}
    of_creator = _whole(numbers.setdefault(market.tier_of(pk, moment), len(numbers)) for pk in pairs.creators.tolist())
    matters = _whole(
        any(plan.differentials for plan in market.plans_for(product_id)) for product_id in pairs.products.tolist()
    )
    return of_creator[pairs.creator] * matters[pairs.product]


def _is_named(pairs: _Pairs, market: Market) -> npt.NDArray[np.bool_]:
    """Whether a row of the product's or its shop's plans, or an exclusive activity of the link, names the creator."""
    products = pairs.products.tolist()
    shops = _whole(market.merchants.get(product_id, 0) for product_id in products)
    named = _meets(pairs, pairs.product, products, market.plans)
    shop_ids, shop = np.unique(shops, return_inverse=True)
    named |= _meets(pairs, shop[pairs.product], shop_ids.tolist(), market.shops)
    exclusive = _whole(_has_exclusive(market, pk) for pk in pairs.applications.tolist())
    by_activity = exclusive[pairs.application] > 0
    if by_activity.any():
        known = np.unique(_whole(creator_id for _, creator_id in market.named))
        named |= by_activity & np.isin(pairs.creators, known)[pairs.creator]
    return named


def _meets(pairs: _Pairs, owner: Whole, owners: list[int], plans: dict[int, Any]) -> npt.NDArray[np.bool_]:
    """Where a plan of the pair's owner (product or merchant) has a row of the pair's creator."""
    size = len(pairs.creators)
    place = {pk: at for at, pk in enumerate(pairs.creators.tolist())}
    keys = _whole(
        at * size + place[creator_id]
        for at, pk in enumerate(owners)
        for plan in plans.get(pk, ())
        for creator_id in plan.rows
        if creator_id is not None
    )
    return np.isin(owner * size + pairs.creator, keys)


def _has_exclusive(market: Market, application_id: int) -> bool:
    last = market.cooperations.get(application_id)
    chain = [last, market.cooperations.get(last.first_id or 0)] if last else []
    return any(each.activity.type == ActivityType.EXCLUSIVE for each in chain if each)


def _whole(numbers: Iterable[int]) -> Whole:
    return np.fromiter(numbers, dtype=np.int64)
