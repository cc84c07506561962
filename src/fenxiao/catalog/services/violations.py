"""Operators record what crosses a red line, and lift it again."""

from datetime import datetime
from typing import Final

from django.db import transaction

from fenxiao.catalog.errors import NeverAdmitted, ViolationLifted, ViolationStands
from fenxiao.catalog.models import Level, Product, Violation, ViolationKind
from fenxiao.catalog.rules import LevelSetting
from fenxiao.catalog.services.levels import set_levels
from fenxiao.catalog.services.news import tell
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput

BETWEEN_RUNS: Final = 0
REASON_CODE: Final = "red_line"  # what a grading run says of it, too


@transaction.atomic
def record_violation(product: Product, *, kind: ViolationKind, reason: str, by: Actor, now: datetime) -> Violation:
    """Note a violation and set the product to L0 at once, whatever the last run said.

    Refuses no reason, an unknown kind, a product that was never admitted (it can be refused at the gate), and a second
    violation of a kind that stands.
    """
    reason = _told(reason)
    if kind not in ViolationKind.values:
        raise BadInput(field="kind", reason_zh="没有这种违规类型", reason_en="there is no such kind of violation")
    product = _locked(product.pk)
    if product.admitted_at is None:
        raise NeverAdmitted(products=product.pk)
    if Violation.objects.filter(product=product, kind=kind, lifted_at=None).exists():
        raise ViolationStands(title=product.title, kind=str(ViolationKind(kind).label))
    violation = Violation.objects.create(product=product, kind=kind, reason=reason, found_at=now)
    after = {"product": product.pk, "kind": str(kind), "reason": reason}
    audit.record("record_violation", violation, by=by, now=now, after=after)
    tell("product.violated", [product.pk], violation=violation.pk)
    fall = LevelSetting(product_id=product.pk, level=Level.UNQUALIFIED, is_select=False, reason=REASON_CODE)
    set_levels([fall], run=BETWEEN_RUNS, by=by, now=now)
    return violation


@transaction.atomic
def lift_violation(violation: Violation, *, reason: str, by: Actor, now: datetime) -> Violation:
    """Note that a violation stands no more; the level is left to the next grading run.

    If a run has graded the product L0 meanwhile, it rises from there one level a run, as any other; if none has, the
    next run steps from the level that the last one set. Refuses no reason and a violation that was lifted: of two
    operators at once one wins.
    """
    reason = _told(reason)
    product = _locked(violation.product_id)
    violation = Violation.objects.get(pk=violation.pk)  # read under the product's lock, which every act takes first
    if violation.lifted_at is not None:
        raise ViolationLifted(title=product.title)
    violation.lifted_at, violation.lifted_reason = max(now, violation.found_at), reason
    violation.save(update_fields=["lifted_at", "lifted_reason"])
    after = {"product": product.pk, "kind": violation.kind, "reason": reason}
    audit.record("lift_violation", violation, by=by, now=now, after=after)
    tell("product.cleared", [product.pk], violation=violation.pk)
    return violation


def _locked(product_id: int) -> Product:
    return Product.objects.select_for_update(no_key=True).get(pk=product_id)


def _told(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise BadInput(field="reason", reason_zh="请写明原因，商家会看到", reason_en="say why; the merchant reads it")
    return reason
