"""Creators as people type them: one a line, by id or name, each with a rate."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fenxiao.deals.rules.drafts import MOST_NAMED, RowDraft
from fenxiao.kernel.money import bp_of
from fenxiao.parties.models import Kind, Organisation

LINE = re.compile(r"(?P<who>.+?)[\s,，;；:：]+(?P<rate>\d{1,3}(?:\.\d{1,2})?)\s*[%％]?")
MOST_TOLD = 10  # lines with faults that are told at once
LARGEST_ID = 2**63 - 1


class NamedField(forms.CharField):
    """Lines such as "Chen 25" or "1024, 12.5 %" as drafts of commission rows."""

    def __init__(self, **options: Any) -> None:
        area = forms.Textarea(attrs={"rows": 5, "placeholder": "1024 20\nChen 12.5", "spellcheck": "false"})
        hint = gettext_lazy("One creator a line: id or name, then the rate in percent.")
        super().__init__(widget=area, help_text=hint, **options)

    def clean(self, value: Any) -> Any:
        """The rows. Refuses, by their numbers, lines without a rate and names of nobody or of several creators."""
        text = super().clean(value) or ""
        lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if len(lines) > MOST_NAMED:
            raise forms.ValidationError(_("At most %(most)s creators at once.") % {"most": f"{MOST_NAMED:,}"})
        read = [(number, line, LINE.fullmatch(line)) for number, line in lines]
        ids = ids_by_name([found["who"].strip() for _number, _line, found in read if found])
        rows, faults = [], []
        for number, line, found in read:
            try:
                rows.append(_row(line, found, ids))
            except ValueError as fault:
                faults.append(_("Line %(number)s: %(fault)s") % {"number": number, "fault": fault})
        if faults:
            raise forms.ValidationError(faults[:MOST_TOLD])
        return rows


def ids_by_name(names: Sequence[str]) -> Mapping[str, list[int]]:
    """The creators of each of these names."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = Organisation.objects.filter(kind=Kind.CREATOR, name__in=set(names)).order_by("pk")
    for name, pk in rows.values_list("name", "pk"):
        found[name].append(pk)
    return found


def _row(line: str, found: re.Match[str] | None, ids: Mapping[str, list[int]]) -> RowDraft:
    """One line as a row; ValueError says what is wrong with it."""
    if found is None:
        raise ValueError(_("“%(line)s” says no creator and rate, such as: 1024 20") % {"line": line[:60]})
    who = found["who"].strip()
    return RowDraft(creator_id=_creator(who, ids.get(who, [])), rate_bp=bp_of(found["rate"]))


def _creator(who: str, ids: Sequence[int]) -> int:
    if who.isascii() and who.isdecimal() and int(who) <= LARGEST_ID:
        return int(who)
    if not ids:
        raise ValueError(_("no creator is named “%(name)s”") % {"name": who[:60]})
    if len(ids) > 1:
        known = ", ".join(str(pk) for pk in ids[:MOST_TOLD])
        raise ValueError(
            _("several creators are named “%(name)s”; say which id: %(ids)s") % {"name": who, "ids": known}
        )
    return ids[0]
