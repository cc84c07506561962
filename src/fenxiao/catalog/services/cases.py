"""Writing what the gate decided: products, their cases and the news of them, for one or a thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.catalog.rules import Decision, ProductDraft, stored, tidy
from fenxiao.catalog.services.news import tell

DRAFTED = (
    "category_id",
    "brand_id",
    "title",
    "description",
    "price_fen",
    "stock",
    "freight_fen",
    "image_url",
    "page_url",
)
ON_SALE = {ProductState.ADMITTED, ProductState.OFF_SHELF}
VERDICTS = {
    ProductState.PENDING: Admission.Verdict.PENDING,
    ProductState.ADMITTED: Admission.Verdict.ADMITTED,
    ProductState.REFUSED: Admission.Verdict.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A product as it is to be written, with the state it had ("" for a new one) and what the gate decided."""

    product: Product
    was: str
    decision: Decision

    @property
    def is_newly_admitted(self) -> bool:
        """Whether it was not on sale before and is now."""
        return self.was not in ON_SALE and self.product.state == ProductState.ADMITTED

    @property
    def is_worth_a_row(self) -> bool:
        """A change that goods on sale pass without losing their state leaves no case behind."""
        return self.was not in ON_SALE or self.product.state != self.was


# not one act: a step of several
def fill(product: Product, draft: ProductDraft) -> Product:
    """Write the draft's words and figures into the product's fields, unsaved."""
    for name in DRAFTED:
        setattr(product, name, tidy(draft.title) if name == "title" else getattr(draft, name))
    return product


# not one act: a step of several
def write(cases: Sequence[Case], *, now: datetime) -> None:
    """Save these products with the state the gate gave them, their cases, and the news; in a few statements.

    Every decision must have a state: what may not be written is refused before.
    """
    for case in cases:
        _settle_state(case, now)
    _save([case.product for case in cases])
    _write_admissions([case for case in cases if case.is_worth_a_row], now)
    tell("product.admitted", sorted(case.product.pk for case in cases if case.is_newly_admitted))
    tell("product.changed", sorted(case.product.pk for case in cases if case.was in ON_SALE))


def _settle_state(case: Case, now: datetime) -> None:
    product = case.product
    product.state = ProductState(case.decision.state or "")
    if case.was not in {*ON_SALE, ProductState.PENDING}:
        product.submitted_at = now
    if product.state == ProductState.ADMITTED and product.admitted_at is None:
        product.admitted_at = now


def _save(products: Sequence[Product]) -> None:
    fields = [*DRAFTED, "state", "submitted_at", "admitted_at"]
    names = [name.removesuffix("_id") for name in fields]
    known = [product for product in products if product.pk]
    Product.objects.bulk_create([product for product in products if not product.pk])
    # One INSERT … ON CONFLICT instead of bulk_update's CASE for every field: measured ten times as fast.
    Product.objects.bulk_create(known, update_conflicts=True, unique_fields=["pk"], update_fields=names)


def _write_admissions(cases: Sequence[Case], now: datetime) -> None:
    waiting = [case.product.pk for case in cases if case.was == ProductState.PENDING]
    rows = Admission.objects.filter(product_id__in=waiting, verdict=Admission.Verdict.PENDING) if waiting else []
    opened = {row.product_id: row for row in rows}
    judged = [_judge(opened.get(case.product.pk), case, now) for case in cases]
    carried_on = [row for row in judged if row.pk]
    Admission.objects.bulk_create([row for row in judged if not row.pk])
    Admission.objects.bulk_create(
        carried_on,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["verdict", "findings", "decided_at", "decided_by"],
    )


def _judge(opened: Admission | None, case: Case, now: datetime) -> Admission:
    """A case for this submission; one that waits is carried on, so that mending it costs no place in the queue."""
    row = opened or Admission(product=case.product, submitted_at=now)
    row.verdict = VERDICTS[ProductState(case.product.state)]
    row.findings = stored(case.decision.findings)
    if row.verdict != Admission.Verdict.PENDING:
        row.decided_at, row.decided_by = max(now, row.submitted_at), "rules"
    return row
