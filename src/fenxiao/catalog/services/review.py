"""Operators decide what the automatic rules left open."""

from datetime import datetime

from django.db import transaction

from fenxiao.catalog.errors import NotInReview
from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.catalog.services.news import tell
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput


@transaction.atomic
def approve_product(product: Product, *, by: Actor, now: datetime) -> Product:
    """Admit a product that waits for review. Refuses one that does not wait: of two operators at once one wins."""
    product = _waiting(product)
    product.state = ProductState.ADMITTED
    product.admitted_at = product.admitted_at or now
    product.save(update_fields=["state", "admitted_at"])
    _close_case(product, Admission.Verdict.ADMITTED, reason="", by=by, now=now)
    tell("product.admitted", [product.pk])
    return product


@transaction.atomic
def refuse_product(product: Product, *, reason: str, by: Actor, now: datetime) -> Product:
    """Send a waiting product back to its merchant, to be mended. Refuses one that does not wait, and no reason."""
    reason = reason.strip()
    if not reason:
        raise BadInput(field="reason", reason_zh="请写明原因，让商家知道怎么改", reason_en="say what is to be mended")
    product = _waiting(product)
    product.state = ProductState.REFUSED
    product.save(update_fields=["state"])
    _close_case(product, Admission.Verdict.REFUSED, reason=reason, by=by, now=now)
    return product


def _waiting(product: Product) -> Product:
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.state != ProductState.PENDING:
        raise NotInReview(title=product.title, state=product.state)
    return product


def _close_case(product: Product, verdict: Admission.Verdict, *, reason: str, by: Actor, now: datetime) -> None:
    case = Admission.objects.select_for_update().filter(product=product, verdict=Admission.Verdict.PENDING).first()
    # Rows that came in without a case get one now, so that every decision can be found.
    case = case or Admission(product=product, submitted_at=product.submitted_at)
    case.verdict, case.reason, case.decided_by = verdict, reason, by.name
    case.decided_at = max(now, case.submitted_at)
    case.save()
    act = "approve_product" if verdict == Admission.Verdict.ADMITTED else "refuse_product"
    after = {"state": str(product.state), "reason": reason}
    audit.record(act, product, by=by, now=now, before={"state": "pending"}, after=after)
