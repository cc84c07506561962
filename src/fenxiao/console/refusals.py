"""What a refusal says on a page: in the person's language, with a field named as pages name it."""

from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fenxiao.kernel.errors import BadInput, Refused

# Services name a field as callers of the API know it. These reach people who typed no such name.
FIELDS: Final = {
    "audience": _("Audience"),
    "category_id": _("Category"),
    "chart": _("Chart"),
    "creators": _("Creators"),
    "cursor": _("Place in the list"),
    "day": _("Day"),
    "do": _("Act"),
    "followers": _("Followers"),
    "introduction": _("Introduction"),
    "name": _("Name"),
    "note": _("Note"),
    "product": _("Product"),
    "products": _("Goods"),
    "q": _("Words"),
    "reason": _("Reason"),
    "tier": _("Tier"),
    "title": _("Title"),
}


def words_of_refusal(refused: Refused) -> str:
    """What is wrong and what to do."""
    language = get_language() or ""
    if isinstance(refused, BadInput) and (name := FIELDS.get(str(refused.details.get("field")))):
        return BadInput(**refused.details | {"field": str(name)}).message(language)
    return refused.message(language)
