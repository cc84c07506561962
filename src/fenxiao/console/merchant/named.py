"""Creators as people type them: one a line, by id or name, each with a rate."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fenxiao.console.named import LONGEST_SHOWN, LinesField, Read, id_of, ids_by_name
from fenxiao.deals.rules.drafts import MOST_NAMED, RowDraft
from fenxiao.kernel.money import bp_of

LINE = re.compile(r"(?P<who>.+?)[\s,，;；:：]+(?P<rate>\d{1,3}(?:\.\d{1,2})?)\s*[%％]?")


class NamedField(LinesField):
    """Lines such as "Chen 25" or "1024, 12.5 %" as drafts of commission rows."""

    most = MOST_NAMED

    def __init__(self, **options: Any) -> None:
        hint = gettext_lazy("One creator a line: id or name, then the rate in percent.")
        super().__init__(placeholder="1024 20\nChen 12.5", help_text=hint, **options)

    def reader(self, lines: Sequence[str]) -> Read:
        """What gives the row of a line."""
        ids = ids_by_name(found["who"].strip() for line in lines if (found := LINE.fullmatch(line)))
        return lambda line: _row(line, ids)


def _row(line: str, ids: Mapping[str, list[int]]) -> RowDraft:
    found = LINE.fullmatch(line)
    if found is None:
        raise ValueError(_("“%(line)s” says no creator and rate, such as: 1024 20") % {"line": line[:LONGEST_SHOWN]})
    who = found["who"].strip()
    return RowDraft(creator_id=id_of(who, ids.get(who, [])), rate_bp=bp_of(found["rate"]))
