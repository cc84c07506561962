"""The rows of a statement as the server sends them: numpy columns, some rows at a time, no Python object per number.

COPY's binary form has every number of eight bytes, and none missing, at the same place of each row: a block of rows is
an array as it stands.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

HEAD: Final = len(b"PGCOPY\n\xff\r\n\0") + 8  # the signature, flags, and the length of an extension that nobody uses
END: Final = b"\xff\xff"  # -1 columns
AT_ONCE: Final = 1 << 18  # rows


def streamed(statement: str, told: Mapping[str, Any], **columns: type[np.number]) -> Iterator[NDArray[Any]]:
    """The rows as records of these columns, each `bigint` (int64) or `float8` (float64) and never null.

    Memory: a chunk of some hundred thousand rows. The connection answers nothing else until the last one is taken.
    """
    record = _record(columns)
    for block in _blocks(statement, told, size=AT_ONCE * record.itemsize):
        rows = np.frombuffer(block, dtype=record, count=len(block) // record.itemsize)
        sound = rows["columns"] == len(columns)
        for name in columns:
            sound &= rows[f"bytes of {name}"] == record[name].itemsize
        if rows.nbytes < len(block) or not sound.all():
            raise ValueError("a column is null or not of eight bytes")
        yield rows


def _record(columns: Mapping[str, type[np.number]]) -> np.dtype[Any]:
    """A row as COPY sends it: how many columns, then of each its length and the number, the highest byte first."""
    fields: list[tuple[str, Any]] = [("columns", ">i2")]
    for name, kind in columns.items():
        fields += [(f"bytes of {name}", ">i4"), (name, np.dtype(kind).newbyteorder(">"))]
    return np.dtype(fields)


def _blocks(statement: str, told: Mapping[str, Any], *, size: int) -> Iterator[bytes]:
    """What the server sends between head and end, `size` bytes at a time."""
    copying = f"COPY ({statement}) TO STDOUT (FORMAT binary)"
    held = bytearray()
    # psycopg's own cursor: what Django wraps around it while it debugs takes no parameters for COPY
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(copying, told) as copy:
        is_first = True
        for sent in copy:
            held += sent
            if is_first:
                del held[:HEAD]
                is_first = False
            if len(held) >= size + len(END):
                yield bytes(held[:size])
                del held[:size]
    if rest := held[: -len(END)]:
        yield bytes(rest)
