"""What is known of creators, gathered for their cards: a constant number of statements for any number of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from fenxiao.catalog.models import Category
from fenxiao.deals.models import PlanRequest
from fenxiao.discovery.rules.cards import KEPT_AFTER_DAYS, MIX_DAYS, PLAN_DAYS, SALES_DAYS, Facts, Sold
from fenxiao.facts.models import ContentDay, Medium, PromotionDay
from fenxiao.facts.queries import creator_sums
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import CreatorProfile, Kind, Organisation
from fenxiao.parties.queries import audiences_of, disclosing_at, scores_at, tiers_at

Told = dict[int, dict[str, Any]]


def creator_ids(*, batch: int) -> Iterator[list[int]]:
    """Every active creator, batch by batch."""
    last = 0
    rows = Organisation.objects.filter(kind=Kind.CREATOR, is_active=True).order_by("pk")
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:batch]):
        yield ids
        last = ids[-1]


def facts_of(wanted: Sequence[int], *, now: datetime) -> dict[int, Facts]:
    """What is known of these creators; suspended ones and others than creators are left out."""
    creators = Organisation.objects.filter(pk__in=wanted, kind=Kind.CREATOR, is_active=True).in_bulk()
    ids = list(creators)
    until = business_day(now) + timedelta(days=1)
    profiles = CreatorProfile.objects.in_bulk(ids)
    month = creator_sums(ids, until - timedelta(days=SALES_DAYS), until)
    quarter = creator_sums(ids, until - timedelta(days=MIX_DAYS), until)
    content, plans, sold = _content(ids, until), _plans(ids, now), _sold(ids, until)
    disclosing, tiers, scores = disclosing_at(ids, now), tiers_at(ids, now), scores_at(ids, now)
    audiences = audiences_of(ids)
    nobody = CreatorProfile()
    return {
        pk: Facts(
            name=creator.name,
            city=profiles.get(pk, nobody).city,
            introduction=profiles.get(pk, nobody).introduction,
            joined_at=creator.joined_at,
            shows_exact=pk in disclosing,
            followers=profiles.get(pk, nobody).followers,
            tier=str(tiers.get(pk, "")),
            score_centi=scores.get(pk),
            audience=audiences.get(pk, {}),
            gmv_fen=month[pk].gmv_fen,
            lines=quarter[pk].paid_lines,
            refunded_lines=quarter[pk].refunded_lines,
            sold=sold[pk],
            **content[pk],
            **plans[pk],
        )
        for pk, creator in creators.items()
    }


def _content(ids: Sequence[int], until: Any) -> Told:
    """Views, told sales and pieces of the last days."""
    since = until - timedelta(days=SALES_DAYS)
    days = ContentDay.objects.filter(creator__in=ids, day__gte=since, day__lt=until)
    sums = days.values_list("creator").annotate(
        Sum("gmv_fen", default=0),
        Sum("views", default=0),
        live=Sum("pieces", filter=Q(medium=Medium.LIVE), default=0),
        video=Sum("pieces", filter=Q(medium=Medium.VIDEO), default=0),
    )
    names = ("told_gmv_fen", "views", "live_pieces", "video_pieces")
    found = {pk: dict(zip(names, map(int, told), strict=True)) for pk, *told in sums}
    return {pk: found.get(pk, dict.fromkeys(names, 0)) for pk in ids}


def _plans(ids: Sequence[int], now: datetime) -> Told:
    """How many plans let each creator in as he had asked, and in how many of them he sold since."""
    window = (now - timedelta(days=PLAN_DAYS), now - timedelta(days=KEPT_AFTER_DAYS))
    sales = PromotionDay.objects.filter(
        creator=OuterRef("creator"), day__gte=OuterRef("decided_at__date"), paid_lines__gt=0
    )
    item = Exists(sales.filter(product=OuterRef("plan__product")))
    shop = Exists(sales.filter(product__merchant=OuterRef("plan__merchant")))
    sold = (Q(plan__product__isnull=False) & Q(item)) | (Q(plan__product=None) & Q(shop))
    asked = PlanRequest.objects.filter(creator__in=ids, state=PlanRequest.State.PASSED, decided_at__range=window)
    counts = asked.values_list("creator").annotate(Count("pk"), kept=Count("pk", filter=sold))
    found = {pk: {"plans_let_in": let_in, "plans_kept": kept} for pk, let_in, kept in counts}
    return {pk: found.get(pk, {"plans_let_in": 0, "plans_kept": 0}) for pk in ids}


def _sold(ids: Sequence[int], until: Any) -> Mapping[int, list[Sold]]:
    """What each sold of late, by product."""
    since = until - timedelta(days=MIX_DAYS)
    days = PromotionDay.objects.filter(creator__in=ids, day__gte=since, day__lt=until, paid_lines__gt=0)
    rows = days.values_list("creator", "product", "product__category", "product__price_fen").annotate(
        Sum("units"), Sum("gmv_fen")
    )
    paths = category_paths()
    found: dict[int, list[Sold]] = defaultdict(list)
    for creator, _product, category, price_fen, units, gmv_fen in rows:
        sold = Sold(path=paths.get(category, ()), price_fen=price_fen, units=units, gmv_fen=gmv_fen)
        found[creator].append(sold)
    return found


def category_paths() -> dict[str, tuple[str, ...]]:
    """Of every category the one everyone sees, then those above it, in one statement."""
    rows = list(Category.objects.values_list("pk", "parent_id", "third_id"))
    parents = {pk: parent for pk, parent, _third in rows}
    return {pk: _upward(third or pk, parents) for pk, _parent, third in rows}


def category_paths_of(thirds: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Of each of these categories, which everyone sees, it and those above it, in one statement."""
    rows = Category.objects.filter(pk__in=set(thirds)).values_list("pk", "parent_id", "parent__parent_id")
    return {path[0]: tuple(each for each in path if each) for path in rows}


def _upward(category: str | None, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    path: list[str] = []
    while category is not None:
        path.append(category)
        category = parents.get(category)
    return tuple(path)
