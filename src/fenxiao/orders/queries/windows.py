"""How far a creator has come in step windows that run."""

from collections.abc import Collection

from django.db.models import Count, F

from fenxiao.orders.models import LineState, OrderLine
from fenxiao.parties.models import Organisation


def valid_lines_in_windows(creator: Organisation, *, windows: Collection[tuple[int, int]]) -> dict[int, int]:
    """The creator's valid lines by step window, of these (plan, window) pairs; windows without any are left out.

    Valid as settlement counts them: not void, and not refunded in full.
    """
    plans, ids = {plan for plan, _ in windows}, {window for _, window in windows}
    lines = OrderLine.objects.filter(plan_id__in=plans, creator=creator, step_window_id__in=ids)
    valid = lines.exclude(state=LineState.INVALID).filter(
        refunded_fen__lt=F("paid_fen") - F("freight_fen") - F("tax_fen")
    )
    return dict(valid.order_by().values_list("step_window_id").annotate(Count("pk")))
