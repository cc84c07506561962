"""Floors of commission as leaders type them: a category a line, by id or name, with the least rate."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from fenxiao.catalog.models import Category
from fenxiao.console.named import LONGEST_SHOWN, MOST_TOLD, LinesField, Read
from fenxiao.deals.rules.floors import MOST_FLOORS, Floor
from fenxiao.kernel.money import bp_of

LINE = re.compile(r"(?P<category>.+?)[\s,，;；:：]+(?P<rate>\d{1,3}(?:\.\d{1,2})?)\s*[%％]?")


class FloorsField(LinesField):
    """Lines such as "猫用品 12" or "ap-2-4, 8.5 %"."""

    most = MOST_FLOORS

    def reader(self, lines: Sequence[str]) -> Read:
        """What gives the floor of a line."""
        ids = category_ids(found["category"].strip() for line in lines if (found := LINE.fullmatch(line)))
        return lambda line: _floor(line, ids)


def category_ids(names: Iterable[str]) -> Mapping[str, list[str]]:
    """The ids of the categories that each of these is: an id, or a name in either language."""
    wanted = set(names)
    found: dict[str, list[str]] = defaultdict(list)
    rows = Category.objects.filter(Q(pk__in=wanted) | Q(name_zh__in=wanted) | Q(name_en__in=wanted), is_active=True)
    for row in rows.order_by("pk"):
        for name in {row.pk, row.name_zh, row.name_en}:
            found[name].append(row.pk)
    return found


def lines_of(floors: Iterable[Floor]) -> str:
    """Floors as lines that say the same."""
    return "\n".join(f"{floor.category_id} {floor.commission_bp / 100:g}" for floor in floors)


def _floor(line: str, ids: Mapping[str, list[str]]) -> Floor:
    said = LINE.fullmatch(line)
    if said is None:
        told = {"line": line[:LONGEST_SHOWN]}
        raise ValueError(_("“%(line)s” says no category and rate, such as: Cat litter 12") % told)
    name = said["category"].strip()
    known = ids.get(name, [])
    if not known:
        raise ValueError(_("there is no category “%(name)s”") % {"name": name[:LONGEST_SHOWN]})
    if len(known) > 1 and name not in known:
        told = {"name": name[:LONGEST_SHOWN], "ids": ", ".join(known[:MOST_TOLD])}
        raise ValueError(_("several categories are named “%(name)s”; say which id: %(ids)s") % told)
    return Floor(category_id=name if name in known else known[0], commission_bp=bp_of(said["rate"]))
