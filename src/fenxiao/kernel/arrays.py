"""Ids as PostgreSQL reads them. The driver writes a list of numbers one by one, at a microsecond or two each."""

from collections.abc import Iterable


def array_of(ids: Iterable[int]) -> str:
    """Whole numbers as the text of an array, to be cast in the statement: `= ANY(%s::bigint[])`."""
    return f"{{{','.join(map(str, ids))}}}"
