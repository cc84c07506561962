"""Creators pick goods onto their shelf, order them, note something on them and take them off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from fenxiao.catalog.models import Product
from fenxiao.deals.errors import ProductNotOffered
from fenxiao.deals.errors.shelf import (
    ApplicationDoesNotStand,
    NoSuchProduct,
    NoTermsForCreator,
    NotOnShelf,
    TooManyAtOnce,
)
from fenxiao.deals.models import ShelfItem
from fenxiao.deals.queries.market import Ask
from fenxiao.deals.queries.quote import candidates_at
from fenxiao.deals.rules import BY_ACTIVITY, Candidate, Reason
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation

MOST_PICKED = 500
MOST_REMOVED = 50
LONGEST_NOTE = 200
PICKING = (Kind.CREATOR, Kind.AFFILIATE, Kind.CLIP_AGENCY)


@dataclass(frozen=True, kw_only=True)
class Picking:
    """A product to be picked, with the application whose activity its links will carry."""

    product_id: int
    application_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Picked:
    """What became of one picking; `refusal` says why it was not picked."""

    product_id: int
    ok: bool
    refusal: Refused | None = None


@transaction.atomic
def pick(creator: Organisation, *, items: Sequence[Picking], by: Actor, now: datetime) -> list[Picked]:
    """Put goods on the shelf, each judged by itself; one that is there already moves to the activity named.

    Refuses, item by item, what is not offered (L0, off shelf), brings this creator nothing, or hangs on an application
    that does not stand. Refuses all of more than 500, and who may not promote.
    """
    _check_count(len(items), most=MOST_PICKED)
    creator = parties.active_of_kind(creator, *PICKING)
    refusals = _refusals(creator, items, now)
    wanted = {each.product_id: each.application_id for each in items if each not in refusals}
    _put(creator, wanted, by=by, now=now)
    return [Picked(product_id=each.product_id, ok=each not in refusals, refusal=refusals.get(each)) for each in items]


@transaction.atomic
def remove_from_shelf(creator: Organisation, *, product_ids: Sequence[int], by: Actor, now: datetime) -> int:
    """Take up to 50 goods off the shelf. Refuses more, and all of them where one is not on it."""
    _check_count(len(product_ids), most=MOST_REMOVED)
    creator = parties.active_of_kind(creator, *PICKING)
    ids = [item.pk for item in _held(creator, product_ids)]
    ShelfItem.objects.filter(pk__in=ids).update(removed_at=now)
    audit.record_batch("remove_from_shelf", ShelfItem, ids=ids, by=by, now=now)
    outbox.publish("shelf.changed", creator=creator.pk, removed=len(ids))
    return len(ids)


@transaction.atomic
def order_shelf(creator: Organisation, *, product_ids: Sequence[int], by: Actor, now: datetime) -> None:
    """Put these goods first, in this order; the others follow in theirs. Refuses what is not on the shelf."""
    creator = parties.active_of_kind(creator, *PICKING)
    first = _held(creator, product_ids)
    chosen = {item.pk for item in first}
    items = ShelfItem.objects.filter(creator=creator, removed_at=None).order_by("place", "id")
    ordered = [*first, *(item for item in items if item.pk not in chosen)]
    for place, item in enumerate(ordered, start=1):
        item.place = place
    ShelfItem.objects.bulk_update(ordered, ["place"], batch_size=1_000)
    audit.record("order_shelf", creator, by=by, now=now, after={"first": list(product_ids)})


@transaction.atomic
def note_on_shelf(creator: Organisation, *, product_id: int, note: str, by: Actor, now: datetime) -> ShelfItem:
    """Write the creator's own note on a product of its shelf; "" wipes it. Refuses more than 200 characters."""
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        zh, en = f"最多 {LONGEST_NOTE} 个字", f"{LONGEST_NOTE} characters at most"
        raise BadInput(field="note", reason_zh=zh, reason_en=en)
    creator = parties.active_of_kind(creator, *PICKING)
    (item,) = _held(creator, [product_id])
    before = {"note": item.note}
    item.note = note
    item.save(update_fields=["note"])
    audit.record("note_on_shelf", item, by=by, now=now, before=before, after={"note": note})
    return item


def _check_count(count: int, *, most: int) -> None:
    if not count:
        raise BadInput(field="products", reason_zh="请选择商品", reason_en="name at least one product")
    if count > most:
        raise TooManyAtOnce(most=most, count=count)


def _held(creator: Organisation, product_ids: Sequence[int]) -> list[ShelfItem]:
    """The items of these products, in their order. Refuses what is not on the shelf."""
    rows = ShelfItem.objects.filter(creator=creator, removed_at=None, product_id__in=product_ids)
    found = {item.product_id: item for item in rows}
    if missing := [product_id for product_id in product_ids if product_id not in found]:
        raise NotOnShelf(products=", ".join(map(str, missing)))
    return [found[product_id] for product_id in dict.fromkeys(product_ids)]


def _refusals(creator: Organisation, items: Sequence[Picking], now: datetime) -> Mapping[Picking, Refused]:
    """Why some of the items are not picked."""
    asks = {
        each: Ask(product_id=each.product_id, creator_id=creator.pk, moment=now, application_id=each.application_id)
        for each in items
    }
    titles = dict(Product.objects.filter(pk__in=[each.product_id for each in items]).values_list("pk", "title"))
    offered = set(Product.objects.offered().filter(pk__in=titles).values_list("pk", flat=True))
    candidates = candidates_at(list(asks.values()))
    found: dict[Picking, Refused] = {}
    for each in items:
        refusal: Refused | None = None
        if each.product_id not in titles:
            refusal = NoSuchProduct(product=each.product_id)
        elif each.product_id not in offered:
            refusal = ProductNotOffered(title=titles[each.product_id])
        else:
            refusal = _no_terms(each, titles[each.product_id], candidates[asks[each]])
        if refusal:
            found[each] = refusal
    return found


def _no_terms(each: Picking, title: str, candidates: Sequence[Candidate]) -> Refused | None:
    if each.application_id is not None:
        carried = [one for one in candidates if one.offer.plan_type in BY_ACTIVITY and one.offer.is_carried]
        if not any(one.offer.stands for one in carried):
            return ApplicationDoesNotStand(title=title, application=each.application_id)
        if any(one.reason is Reason.NOT_NAMED for one in carried):
            return _nothing_for(title, carried)
    return None if any(one.won for one in candidates) else _nothing_for(title, candidates)


def _nothing_for(title: str, candidates: Sequence[Candidate]) -> Refused:
    zh = "；".join(dict.fromkeys(each.words("zh") for each in candidates)) or "商家未设置佣金计划"
    en = "; ".join(dict.fromkeys(each.words("en") for each in candidates)) or "its merchant has set no plan"
    return NoTermsForCreator(title=title, reasons_zh=zh, reasons_en=en)


def _put(creator: Organisation, wanted: Mapping[int, int | None], *, by: Actor, now: datetime) -> None:
    """Add what is not on the shelf behind the others, and move what is to its new activity."""
    if not wanted:
        return
    mine = ShelfItem.objects.filter(creator=creator, removed_at=None)
    held = {item.product_id: item for item in mine.filter(product_id__in=wanted)}
    moved = [item for item in held.values() if item.application_id != wanted[item.product_id]]
    for item in moved:
        item.application_id = wanted[item.product_id]
    ShelfItem.objects.bulk_update(moved, ["application"])
    last = mine.aggregate(last=Max("place"))["last"] or 0
    fresh = [product_id for product_id in wanted if product_id not in held]
    made = ShelfItem.objects.bulk_create(
        ShelfItem(creator=creator, product_id=pk, application_id=wanted[pk], place=place, picked_at=now)
        for place, pk in enumerate(fresh, start=last + 1)
    )
    if touched := [item.pk for item in (*made, *moved)]:
        audit.record_batch("pick", ShelfItem, ids=touched, by=by, now=now)
        outbox.publish("shelf.changed", creator=creator.pk, picked=len(made), moved=len(moved))
