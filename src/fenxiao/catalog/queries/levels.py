"""Levels as they were."""

from collections.abc import Iterable
from datetime import datetime

from fenxiao.catalog.models import LevelChange


def levels_at(product_ids: Iterable[int], moment: datetime) -> dict[int, int]:
    """Each product's level as of `moment`; one that had none yet is left out."""
    rows = LevelChange.objects.filter(product_id__in=list(product_ids), from_at__lte=moment)
    latest = rows.order_by("product_id", "-from_at", "-pk").distinct("product_id")
    return dict(latest.values_list("product_id", "level"))
