"""What people name in lines of text: organisations by id or name; and what is wrong with a line, told by its number."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fenxiao.parties.models import Kind, Organisation

MOST_TOLD = 10  # lines with faults that are told at once
LONGEST_SHOWN = 60  # characters of a line that are told
LARGEST_ID = 2**63 - 1
WITH_ID = re.compile(r"(?P<id>\d{1,19})\s+(?P<name>.+)")
UNKNOWN = {
    Kind.CREATOR: gettext_lazy("no creator is named “%(name)s”"),
    Kind.LEADER: gettext_lazy("no leader is named “%(name)s”"),
}
SEVERAL = {
    Kind.CREATOR: gettext_lazy("several creators are named “%(name)s”; say which id: %(ids)s"),
    Kind.LEADER: gettext_lazy("several leaders are named “%(name)s”; say which id: %(ids)s"),
}

Read = Callable[[str], Any]


class LinesField(forms.CharField):
    """A text of lines, each read by itself; empty ones are passed over."""

    most = 1_000

    def __init__(self, *, rows: int = 5, placeholder: str = "", **options: Any) -> None:
        area = forms.Textarea(attrs={"rows": rows, "placeholder": placeholder, "spellcheck": "false"})
        super().__init__(widget=area, **options)

    def reader(self, lines: Sequence[str]) -> Read:
        """What reads one of these lines; it raises `ValueError` with what is wrong."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        """What the lines say, in their order. Refuses too many, and tells the faulty ones by their numbers."""
        text = super().clean(value) or ""
        lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if len(lines) > self.most:
            raise forms.ValidationError(_("At most %(most)s lines.") % {"most": f"{self.most:,}"})
        read, said, faults = self.reader([line for _number, line in lines]), [], []
        for number, line in lines:
            try:
                said.append(read(line))
            except ValueError as fault:
                faults.append(_("Line %(number)s: %(fault)s") % {"number": number, "fault": fault})
        if faults:
            raise forms.ValidationError(faults[:MOST_TOLD])
        return said


class NamesField(LinesField):
    """Organisations of one kind, one a line: "1024", "Chen", or both as `line_of` writes them. Cleans to their ids."""

    def __init__(self, *, kind: Kind, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def reader(self, lines: Sequence[str]) -> Read:
        """What gives the id of a line's organisation."""
        ids = ids_by_name([*lines, *(both["name"] for line in lines if (both := WITH_ID.fullmatch(line)))], self.kind)
        return lambda line: _id_in(line, ids, self.kind)


def line_of(organisation: Organisation) -> str:
    """An organisation as a line that names it and nobody else."""
    return f"{organisation.pk} {organisation.name}"


def ids_by_name(names: Iterable[str], kind: Kind = Kind.CREATOR) -> Mapping[str, list[int]]:
    """The ids of the organisations of each of these names."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = Organisation.objects.filter(kind=kind, name__in=set(names)).order_by("pk")
    for name, pk in rows.values_list("name", "pk"):
        found[name].append(pk)
    return found


def id_of(who: str, ids: Sequence[int], kind: Kind = Kind.CREATOR) -> int:
    """The id that was meant by an id or a name; `ValueError` says why none was."""
    if who.isascii() and who.isdecimal() and int(who) <= LARGEST_ID:
        return int(who)
    if not ids:
        raise ValueError(UNKNOWN[kind] % {"name": who[:LONGEST_SHOWN]})
    if len(ids) > 1:
        known = ", ".join(str(pk) for pk in ids[:MOST_TOLD])
        raise ValueError(SEVERAL[kind] % {"name": who[:LONGEST_SHOWN], "ids": known})
    return ids[0]


def _id_in(line: str, ids: Mapping[str, list[int]], kind: Kind) -> int:
    both = WITH_ID.fullmatch(line)
    if both and line not in ids and int(both["id"]) in ids.get(both["name"], []):
        return int(both["id"])
    return id_of(line, ids.get(line, []), kind)
