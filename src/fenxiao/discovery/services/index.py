"""Building the index anew and keeping it fresh. What is written here are files, so there are no audit rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from tantivy import IndexWriter

from fenxiao.discovery import folders, late, layout
from fenxiao.discovery.columns import Recorder
from fenxiao.discovery.errors import IndexMissing
from fenxiao.discovery.queries import entries_of, offered_ids
from fenxiao.discovery.queries.boosts import boosts_at
from fenxiao.discovery.rules import Entry

BATCH: Final = 1_000  # products read and written at a time, so memory does not grow with the catalogue
BUILDING_BYTES: Final = 128_000_000
REFRESHING_BYTES: Final = 15_000_000  # the least tantivy takes


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a build did: products indexed, and how long it took."""

    products: int
    seconds: float


# not one act: it writes files and only reads the database; the swap is what makes it whole
def rebuild_index(*, now: datetime) -> Built:
    """Build the index beside the live one and swap it in. Refuses (`IndexBeingBuilt`) while another build runs.

    A build that dies leaves the live one serving. What is refreshed meanwhile is read again before the swap.
    """
    started = perf_counter()
    with folders.rebuilding():
        new = folders.begin()
        folders.note_boosts(new, boosts_at(now).id)
        products = _fill(new, now=now)
        with folders.writing():
            _renew(new, folders.missed(), now=now)
            folders.swap(new)
    return Built(products=products, seconds=perf_counter() - started)


# not one act: it writes files and only reads the database; the index's own commit makes it whole
def refresh(product_ids: Iterable[int], *, now: datetime) -> int:
    """Take these products out of the live index and put in those that may be offered; returns how many are in.

    Refuses (`IndexMissing`) when nothing was built yet.
    """
    ids = list(dict.fromkeys(product_ids))
    with folders.writing():
        live = folders.live()
        if live is None:
            raise IndexMissing
        folders.note_missed(ids)
        return _renew(live, ids, now=now)


def _fill(folder: Path, *, now: datetime) -> int:
    layout.create(str(folder))
    columns, products = Recorder(), 0
    with layout.written(str(folder), heap_bytes=BUILDING_BYTES) as writer:
        for ids in offered_ids(batch=BATCH):
            entries = entries_of(ids, now=now)
            columns.add(entries)
            products += _add(writer, entries)
    columns.write(folder)
    return products


def _renew(folder: Path, ids: Sequence[int], *, now: datetime) -> int:
    if not ids:
        return 0
    late.note(folder, ids)
    with layout.written(str(folder), heap_bytes=REFRESHING_BYTES, threads=1) as writer:
        for product_id in ids:
            layout.forget(writer, product_id)
        batches = (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
        return sum(_add(writer, entries_of(some, now=now), is_late=True) for some in batches)


def _add(writer: IndexWriter, entries: Sequence[Entry], *, is_late: bool = False) -> int:
    for entry in entries:
        writer.add_document(layout.document_of(entry, is_late=is_late))
    return len(entries)
