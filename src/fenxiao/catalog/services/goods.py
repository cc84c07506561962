"""Merchants change prices and stock and take goods off the shelf."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fenxiao.catalog import rules
from fenxiao.catalog.errors import (
    ChangeRefused,
    DraftUnusable,
    NothingChanged,
    NotOffShelf,
    NotOnSale,
    NotOnShelf,
)
from fenxiao.catalog.models import Product, ProductState
from fenxiao.catalog.queries import usual_price
from fenxiao.catalog.services.cases import ON_SALE, Case, write
from fenxiao.catalog.services.news import tell
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind


@transaction.atomic
def reprice_product(product: Product, *, price_fen: int, by: Actor, now: datetime) -> Product:
    """Change the price of goods on sale; an implausible one sends them to review.

    Refuses a price that is none, the price it has, goods that are not on sale, and a suspended merchant. For goods off
    the shelf an implausible price is refused.
    """
    product = _locked(product)
    if product.state not in ON_SALE:
        raise NotOnSale(title=product.title, state=product.state)
    if product.price_fen == price_fen:
        raise NothingChanged(title=product.title, what_zh="价格", what_en="price")
    findings = list(rules.price_findings(price_fen, usual_fen=usual_price(product.category_id)))
    decided = rules.decision(findings, state=product.state)
    if decided.state is None:
        raise (ChangeRefused if decided.is_storable else DraftUnusable)(findings)
    before = {"price_fen": product.price_fen, "state": str(product.state)}
    case = Case(product=product, was=product.state, decision=decided)
    product.price_fen = price_fen
    write([case], now=now)
    after = {"price_fen": price_fen, "state": str(product.state)}
    audit.record("reprice_product", product, by=by, now=now, before=before, after=after)
    return product


@transaction.atomic
def restock_product(product: Product, *, stock: int, by: Actor, now: datetime) -> Product:
    """Say how many there are, in whatever state. Refuses no count, the same count, suspended merchants."""
    product = _locked(product)
    findings = [finding for finding in rules.stock_findings(stock) if not finding.is_storable]
    if findings:
        raise DraftUnusable(findings)
    if product.stock == stock:
        raise NothingChanged(title=product.title, what_zh="库存", what_en="stock")
    before = {"stock": product.stock}
    product.stock = stock
    product.save(update_fields=["stock"])
    audit.record("restock_product", product, by=by, now=now, before=before, after={"stock": stock})
    if product.state in ON_SALE:
        tell("product.changed", [product.pk])
    return product


@transaction.atomic
def set_freight(product: Product, *, freight_fen: int | None, by: Actor, now: datetime) -> Product:
    """Say what a buyer pays for the delivery of one piece (0 ships free, None: not told), in whatever state.

    Refuses what is no amount, the freight it has, and suspended merchants.
    """
    product = _locked(product)
    if findings := list(rules.freight_findings(freight_fen)):
        raise DraftUnusable(findings)
    if product.freight_fen == freight_fen:
        raise NothingChanged(title=product.title, what_zh="运费", what_en="freight")
    before = {"freight_fen": product.freight_fen}
    product.freight_fen = freight_fen
    product.save(update_fields=["freight_fen"])
    audit.record("set_freight", product, by=by, now=now, before=before, after={"freight_fen": freight_fen})
    if product.state in ON_SALE:
        tell("product.changed", [product.pk])
    return product


@transaction.atomic
def take_off_shelf(product: Product, *, by: Actor, now: datetime) -> Product:
    """Stop offering an admitted product; its level stays as a fact. Refuses one that is not on the shelf."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.state != ProductState.ADMITTED:
        raise NotOnShelf(title=product.title, state=product.state)
    return _move("take_off_shelf", product, ProductState.OFF_SHELF, by=by, now=now)


@transaction.atomic
def put_back_on_shelf(product: Product, *, by: Actor, now: datetime) -> Product:
    """Offer a product again that its merchant took down. Refuses one that was not, and a suspended merchant."""
    product = _locked(product)
    if product.state != ProductState.OFF_SHELF:
        raise NotOffShelf(title=product.title, state=product.state)
    return _move("put_back_on_shelf", product, ProductState.ADMITTED, by=by, now=now)


@transaction.atomic
def announce_goods_of(merchant_ids: Sequence[int]) -> int:
    """Tell the floors above that these merchants' admitted goods are to be looked at again; returns how many."""
    goods = Product.objects.filter(merchant_id__in=merchant_ids, state=ProductState.ADMITTED).order_by("pk")
    ids = list(goods.values_list("pk", flat=True))
    tell("product.changed", ids)
    return len(ids)


def _locked(product: Product) -> Product:
    # The merchant before the product, as submissions do: two orders of locking would meet in a deadlock.
    parties.active_of_kind(product.merchant, Kind.MERCHANT)
    return Product.objects.select_for_update().get(pk=product.pk)


def _move(act: str, product: Product, state: ProductState, *, by: Actor, now: datetime) -> Product:
    before = {"state": str(product.state)}
    product.state = state
    product.save(update_fields=["state"])
    audit.record(act, product, by=by, now=now, before=before, after={"state": str(state)})
    tell("product.changed", [product.pk])
    return product
