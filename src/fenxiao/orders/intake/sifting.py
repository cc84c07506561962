"""Before anything is written: which events of a batch are new, which are repeated, and which cannot be taken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fenxiao.catalog.models import Product
from fenxiao.kernel.errors import Refused
from fenxiao.orders.bulk import as_json, rows_of
from fenxiao.orders.errors import EventReused, UnknownProduct, WrongMerchant
from fenxiao.orders.intake.problems import Problem
from fenxiao.orders.rules import Paid, PaidLine, Told

Key = tuple[str, str]  # (source, event id)

KNOWN = """
SELECT source, event_id, digest FROM orders_orderevent
JOIN json_to_recordset(%s) AS told (source text, event_id text) USING (source, event_id)
"""


@dataclass(kw_only=True)
class Sifted:
    """A batch, sorted out."""

    fresh: dict[Key, tuple[Told, str]] = field(default_factory=dict)  # with the digest
    duplicates: int = 0
    problems: list[Problem] = field(default_factory=list)
    merchants: dict[int, int] = field(default_factory=dict)  # by product, of the lines that were paid


def sift(events: Sequence[Told]) -> Sifted:
    """Sort a batch out: an event is taken whole or not at all, and one that cannot be taken holds up no other."""
    sifted = Sifted()
    known = digests_of({told.key for told in events})
    for told in events:
        _sort_in(told, known, sifted)
    sifted.merchants = _merchants_of(told for told, _ in sifted.fresh.values())
    for key, (told, _) in list(sifted.fresh.items()):
        if refusal := _refusal_of(told, sifted.merchants):
            del sifted.fresh[key]
            sifted.problems.append(Problem.of(told.event_id, refusal))
    return sifted


def digests_of(keys: Iterable[Key]) -> dict[Key, str]:
    """The digests of those events that are kept already."""
    wanted = as_json({"source": source, "event_id": event_id} for source, event_id in keys)
    return {(source, event_id): digest for source, event_id, digest in rows_of(KNOWN, wanted)}


def _sort_in(told: Told, known: dict[Key, str], sifted: Sifted) -> None:
    digest = told.digest()
    before = known.get(told.key)
    if before is None:
        known[told.key] = digest
        sifted.fresh[told.key] = (told, digest)
    elif before == digest:
        sifted.duplicates += 1
    else:
        sifted.problems.append(Problem.of(told.event_id, EventReused(event_id=told.event_id)))


def _merchants_of(events: Iterable[Told]) -> dict[int, int]:
    products = {line.product_id for told in events for line in _lines(told)}
    return dict(Product.objects.filter(id__in=products).values_list("id", "merchant_id"))


def _lines(told: Told) -> Iterator[PaidLine]:
    if isinstance(told.body, Paid):
        yield from told.body.lines


def _refusal_of(told: Told, merchants: dict[int, int]) -> Refused | None:
    for line in _lines(told):
        if line.product_id not in merchants:
            return UnknownProduct(event_id=told.event_id, line_no=line.line_no, product_id=line.product_id)
        if line.merchant_id not in {None, merchants[line.product_id]}:
            return WrongMerchant(
                event_id=told.event_id,
                line_no=line.line_no,
                product_id=line.product_id,
                merchant_id=line.merchant_id,
            )
    return None
