"""Charts of backtests as SVG drawn on the server, so that they need no script and print."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import template
from django.utils.translation import gettext as _

register = template.Library()

BASE, TOP = 112.0, 18.0  # where columns stand, and where the highest ends
STEP = 44.0
WIDTH = 28.0  # of a column
MIDDLE, HALF = 130.0, 56.0  # where nothing stands in a bar chart, and how long a whole bar is
STARS: Final = 5.0
FORMS: Final = {"share": "{:.1%}", "stars": "{:.2f}", "count": "{:,.1f}", "rank": "{:+.3f}"}


@register.filter
def exactly(value: float | None, form: str) -> str:
    """A value as its kind is written (share, stars, count, rank); a dash where there is none."""
    return "–" if value is None else FORMS[form].format(value)


@register.inclusion_tag("console/operator/columns.html")
def columns(levels: Sequence[Mapping[str, Any]], name: str, form: str) -> dict[str, object]:
    """One column per level for what `name` says of it; stars stand on the scale of five."""
    values = [level[name] for level in levels if level[name] is not None]
    most = STARS if form == "stars" else max(values, default=0) or 1
    drawn = [_column(at, level, level[name], most=most, form=form) for at, level in enumerate(levels)]
    return {"columns": drawn, "width": f"{max(len(levels), 3) * STEP:.0f}"}


def _column(at: int, level: Mapping[str, Any], value: float | None, *, most: float, form: str) -> dict[str, object]:
    height = (value or 0) / most * (BASE - TOP)
    left = at * STEP + (STEP - WIDTH) / 2
    return {
        "level": level["level"],
        "products": f"{level['products']:,}",  # a column that stands on few says little
        "shown": exactly(value, form),
        "x": f"{left:.1f}",
        "y": f"{BASE - height:.1f}",
        "middle": f"{left + WIDTH / 2:.1f}",
        "height": f"{height:.1f}" if height else "",
        "text_y": f"{BASE - height - 5:.1f}",
    }


@register.inclusion_tag("console/operator/ranks.html")
def ranks(found: Mapping[str, Any]) -> dict[str, object]:
    """How four orders of goods agree with one outcome: bars to both sides of nothing."""
    names = {
        "score": _("Score"),
        "level": _("Level"),
        "sales_only": _("Sales alone"),
        "review_only": _("Reviews alone"),
    }
    bars = [
        _bar(at, name, found[code], is_ours=code in {"score", "level"}) for at, (code, name) in enumerate(names.items())
    ]
    return {"bars": bars, "height": len(bars) * 24}


def _bar(at: int, name: str, value: float | None, *, is_ours: bool) -> dict[str, object]:
    width = abs(value or 0) * HALF
    return {
        "name": name,
        "shown": exactly(value, "rank"),
        "is_ours": is_ours,
        "x": f"{MIDDLE - width if (value or 0) < 0 else MIDDLE:.1f}",
        "y": f"{at * 24 + 5:.0f}",
        "text_y": f"{at * 24 + 16:.0f}",
        "width": f"{width:.1f}" if width else "",
    }
