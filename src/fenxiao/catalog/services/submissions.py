"""Merchants submit products to the gate, and submit them again."""

from datetime import datetime
from typing import Any

from django.db import transaction

from fenxiao.catalog import rules
from fenxiao.catalog.errors import ChangeRefused, DraftUnusable
from fenxiao.catalog.models import Product
from fenxiao.catalog.queries import neighbourhood
from fenxiao.catalog.services.cases import DRAFTED, Case, fill, write
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.clock import business_day
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation


@transaction.atomic
def submit_product(merchant: Organisation, *, draft: rules.ProductDraft, by: Actor, now: datetime) -> Product:
    """Bring a product to the gate: clean goods are admitted at once, doubtful ones wait for an operator.

    A draft that breaks a rule is kept as refused, to be mended; the findings of all three lie in its `Admission`.
    Refuses a draft that no row can hold (`DraftUnusable`), other kinds than merchants, and a suspended merchant.
    """
    merchant = parties.active_of_kind(merchant, Kind.MERCHANT)
    decided = _decide(draft, merchant_id=merchant.pk, product=None, now=now)
    product = fill(Product(merchant=merchant, submitted_at=now), draft)
    write([Case(product=product, was="", decision=decided)], now=now)
    audit.record("submit_product", product, by=by, now=now, after=_told(product, decided))
    return product


@transaction.atomic
def resubmit_product(product: Product, *, draft: rules.ProductDraft, by: Actor, now: datetime) -> Product:
    """Bring a product to the gate again, mended or changed.

    One that waits keeps its place in the queue. One on sale stays on sale if the change is clean and waits if it is
    doubtful; one off the shelf stays there. Refuses a change that breaks a rule (`ChangeRefused`, goods on sale stay
    as they are), a draft that no row can hold (`DraftUnusable`), and a suspended merchant.
    """
    parties.active_of_kind(product.merchant, Kind.MERCHANT)
    product = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    was, before = product.state, _drafted(product)
    decided = _decide(draft, merchant_id=product.merchant_id, product=product, now=now)
    write([Case(product=fill(product, draft), was=was, decision=decided)], now=now)
    before["state"] = was
    audit.record("resubmit_product", product, by=by, now=now, before=before, after=_told(product, decided))
    return product


def _decide(draft: rules.ProductDraft, *, merchant_id: int, product: Product | None, now: datetime) -> rules.Decision:
    known = neighbourhood([(merchant_id, draft)], day=business_day(now))
    around = known.around(draft, merchant_id=merchant_id, owner=product.pk if product else "")
    decided = rules.decision(rules.examine(draft, around=around), state=product.state if product else "")
    if not decided.is_storable:
        raise DraftUnusable([finding for finding in decided.findings if finding.severity == rules.Severity.REFUSE])
    if decided.state is None:
        raise ChangeRefused([finding for finding in decided.findings if finding.severity > rules.Severity.NOTE])
    return decided


def _drafted(product: Product) -> dict[str, Any]:
    return {name: getattr(product, name) for name in DRAFTED}


def _told(product: Product, decided: rules.Decision) -> dict[str, Any]:
    codes = [finding.code for finding in decided.findings]
    return {**_drafted(product), "state": str(product.state), "findings": codes}
