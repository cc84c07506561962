"""What waits for an operator, and what became of a submission."""

from collections.abc import Iterable

from django.db.models import QuerySet

from fenxiao.catalog.models import Admission


def review_queue() -> QuerySet[Admission]:
    """Submissions that wait for an operator, oldest first, with product, merchant, category and brand."""
    waiting = Admission.objects.filter(verdict=Admission.Verdict.PENDING)
    return waiting.select_related("product__merchant", "product__category", "product__brand").order_by(
        "submitted_at", "pk"
    )


def last_admissions(product_ids: Iterable[int]) -> dict[int, Admission]:
    """Each product's latest submission: why it waits or was refused."""
    rows = Admission.objects.filter(product_id__in=list(product_ids))
    latest = rows.order_by("product_id", "-submitted_at", "-pk").distinct("product_id")
    return {row.product_id: row for row in latest}
