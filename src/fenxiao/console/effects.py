"""What activities brought, as leaders and merchants read it: of all of them, and of one by day, product and creator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fenxiao.catalog.models import Product
from fenxiao.console.lists import page_of
from fenxiao.console.periods import SPANS, Span, chosen_span
from fenxiao.console.requests import MemberRequest
from fenxiao.deals.models import Activity
from fenxiao.facts.effects import (
    EffectFigures,
    effect_by_activity,
    effect_by_creator,
    effect_by_day,
    effect_by_product,
    effect_of_activity,
    effect_sums,
    effects_by_day,
)
from fenxiao.parties.models import Organisation

BY_CREATOR = "creator"


@dataclass(frozen=True, kw_only=True)
class EffectRow:
    """An activity, a product or a creator with what it brought."""

    thing: Any
    figures: EffectFigures


def effects_shown(request: MemberRequest, activity_ids: Iterable[int]) -> dict[str, object]:
    """What the page of all activities shows: those of these ids and whatever else had an effect, best sellers first."""
    span = chosen_span(request)
    figures = dict(effect_by_activity(request.organisation, span.since, span.until))
    ids = list(dict.fromkeys([*figures, *activity_ids]))
    page = page_of(ids, request)
    activities = Activity.objects.select_related("leader").in_bulk(list(page))
    return {
        **_period(span),
        "page": page,
        "rows": [EffectRow(thing=activities[pk], figures=figures.get(pk, EffectFigures())) for pk in page],
        "total": effect_sums(figures.values()),
        "days": effects_by_day(request.organisation, span.since, span.until),
    }


def activity_effect_shown(
    request: MemberRequest, activity: Activity, *, merchant: Organisation | None = None
) -> dict[str, object]:
    """What the page of one activity shows; with `merchant` that merchant's goods alone."""
    span = chosen_span(request)
    window = (activity, span.since, span.until)
    is_by_creator = request.GET.get("by") == BY_CREATOR
    by = effect_by_creator if is_by_creator else effect_by_product
    page = page_of(by(*window, merchant=merchant), request)
    return {
        **_period(span),
        "activity": activity,
        "effect": effect_of_activity(*window, merchant=merchant),
        "days": _every_day(span, dict(effect_by_day(*window, merchant=merchant))),
        "is_by_creator": is_by_creator,
        "page": page,
        "rows": _named(page, Organisation if is_by_creator else Product),
    }


def _period(span: Span) -> dict[str, object]:
    return {"period": span, "spans": SPANS}


def _named(found: Iterable[tuple[int, EffectFigures]], table: type[Organisation | Product]) -> list[EffectRow]:
    """The rows with what they are of, in one statement whatever their number."""
    rows = list(found)
    things = table._default_manager.in_bulk([pk for pk, _ in rows])
    return [EffectRow(thing=things[pk], figures=figures) for pk, figures in rows]


def _every_day(span: Span, found: Mapping[date, EffectFigures]) -> list[tuple[date, EffectFigures]]:
    days = (span.since + timedelta(days=number) for number in range(span.days))
    return [(day, found.get(day, EffectFigures())) for day in days]
