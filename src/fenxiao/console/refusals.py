"""What a refusal says on a page: in the person's language, with a field named as pages name it."""

from typing import Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fenxiao.kernel.errors import BadInput, Refused

# Services name a field as callers of the API know it. These reach people whose form has no such field.
FIELDS: Final = {
    "audience": _("Audience"),
    "category_id": _("Category"),
    "chart": _("Chart"),
    "creators": _("Creators"),
    "cursor": _("Place in the list"),
    "day": _("Day"),
    "do": _("Act"),
    "name": _("Name"),
    "note": _("Note"),
    "page": _("Page"),
    "price_min_fen": _("Price from"),
    "product": _("Product"),
    "products": _("Goods"),
    "reason": _("Reason"),
}


def words_of_refusal(refused: Refused, form: forms.Form | None = None) -> str:
    """What is wrong and what to do. A field of the form that met it goes by its label."""
    language = get_language() or ""
    if not isinstance(refused, BadInput):
        return refused.message(language)
    field = str(refused.details["field"])
    own = form.fields[field].label if form is not None and field in form.fields else None
    return BadInput(**refused.details | {"field": own or FIELDS.get(field, field)}).message(language)
