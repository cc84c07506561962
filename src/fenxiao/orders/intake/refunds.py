"""Bring the rows of refunds to what the pictures count."""

from collections.abc import Sequence

from fenxiao.orders.intake.lines import Standing
from fenxiao.orders.models import Refund

FIELDS = ("event", "line")


def write_refunds(standings: Sequence[Standing]) -> list[Refund]:
    """Write refunds that are new or now count for another amount (an earlier one was told late); gives those."""
    refunded = [each for each in standings if each.picture.refunds]
    if not refunded:
        return []
    stored = _stored([each.row.pk for each in refunded])
    changed = [
        refund for refund in _counted(refunded) if stored.get((refund.line_id, refund.event_id)) != refund.amount_fen
    ]
    return Refund.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=FIELDS, update_fields=["amount_fen"]
    )


def _stored(line_ids: list[int]) -> dict[tuple[int, int], int]:
    rows = Refund.objects.filter(line_id__in=line_ids).values_list("line_id", "event_id", "amount_fen")
    return {(line_id, event_id): amount_fen for line_id, event_id, amount_fen in rows}


def _counted(standings: Sequence[Standing]) -> list[Refund]:
    return [
        Refund(
            line_id=each.row.pk,
            event_id=each.drawing.event_ids[counted.event],
            amount_fen=counted.amount_fen,
            is_quality=counted.is_quality,
            refunded_at=counted.refunded_at,
        )
        for each in standings
        for counted in each.picture.refunds
    ]
