"""Working out after each run what lifts most of every large shop's goods; small ones are worked out when asked for."""

from collections.abc import Iterator

from django.db.models import Count

from fenxiao.catalog.models import Product, ProductState
from fenxiao.quality.queries.grades import run_in_force
from fenxiao.quality.queries.levers import WHILE_ONE_WAITS, file_of_levers, keep_levers


# not one act: nothing but files beside the run's grades is written, each whole or not at all
def work_out_levers() -> int:
    """Work out the levers of every merchant with many goods, and say of how many; a newer run ends it."""
    run, worked_out = run_in_force(), 0
    if run is None:
        return 0
    for merchant_id in _large_merchants():
        if run_in_force() != run:
            break
        if not file_of_levers(run, merchant_id).exists():
            keep_levers(run, merchant_id)
            worked_out += 1
    return worked_out


def _large_merchants() -> Iterator[int]:
    admitted = Product.objects.filter(state=ProductState.ADMITTED)
    counted = admitted.order_by().values("merchant").annotate(goods=Count("pk")).filter(goods__gt=WHILE_ONE_WAITS)
    yield from counted.order_by("-goods", "merchant").values_list("merchant", flat=True)
