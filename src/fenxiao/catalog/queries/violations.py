"""Violations as they stand and stood."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from fenxiao.catalog.models import Product, Violation
from fenxiao.kernel.models import AuditRow


def violations_standing(product_ids: Iterable[int] | None, *, moment: datetime) -> dict[int, list[Violation]]:
    """What was found and not lifted as of `moment`, the earliest first; None asks for all products.

    Products against which nothing stood are left out.
    """
    rows = Violation.objects.filter(Q(lifted_at=None) | Q(lifted_at__gt=moment), found_at__lte=moment)
    if product_ids is not None:
        rows = rows.filter(product_id__in=list(product_ids))
    standing: dict[int, list[Violation]] = defaultdict(list)
    for row in rows.order_by("product_id", "found_at", "pk"):
        standing[row.product_id].append(row)
    return dict(standing)


def violations_of(product: Product) -> "QuerySet[Violation]":
    """All that was ever recorded against a product, the latest first."""
    return Violation.objects.filter(product=product).order_by("-found_at", "-pk")


def recorders_of(violations: Sequence[Violation]) -> dict[int, str]:
    """Who recorded each of these violations, by its id."""
    ids = [str(one.pk) for one in violations]
    rows = AuditRow.objects.filter(subject_type=Violation._meta.label_lower, subject_id__in=ids, act="record_violation")
    return {int(pk): actor for pk, actor in rows.values_list("subject_id", "actor")}
