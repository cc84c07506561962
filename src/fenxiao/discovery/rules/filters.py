"""What an ask narrows to: the one list of filters that both the index and its columns answer by."""

from collections.abc import Iterator
from dataclasses import dataclass

from fenxiao.discovery.rules.asks import SearchAsk
from fenxiao.discovery.rules.understanding import Understood


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """A field (or, of one with several values, one of them) is one of these."""

    facet: str  # the counts that leave this filter out
    field: str
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, kw_only=True)
class Within:
    """A field's number is known and lies within these bounds, both included; None: no bound."""

    facet: str
    field: str
    least: int
    most: int | None = None


def filters_of(ask: SearchAsk, understood: Understood) -> Iterator[OneOf | Within]:
    """The filters of an ask. A price in its words is one too, unless the filter of prices is set."""
    if ask.category_id is not None:
        yield OneOf(facet="category", field="category", values=(ask.category_id,))
    if ask.levels:
        yield OneOf(facet="level", field="level", values=tuple(int(at) for at in ask.levels))
    if ask.select_only:
        yield OneOf(facet="select", field="is_select", values=(True,))
    if ask.ships_free_only:
        yield OneOf(facet="freight", field="ships_free", values=(True,))
    if ask.plan_types:
        yield OneOf(facet="plans", field="plan_types", values=tuple(int(at) for at in ask.plan_types))
    low, high = prices_of(ask, understood)
    since = None if ask.admitted_since is None else int(ask.admitted_since.timestamp())
    bounds = (
        ("price", "price_fen", low, high),
        ("commission", "rate_bp", ask.commission_min_bp, None),
        ("earns", "commission_fen", ask.earns_min_fen, None),
        ("sales", "sales_30d", ask.sales_min, None),
        ("score", "merchant_score_centi", ask.score_min_centi, None),
        ("stock", "stock", 1 if ask.in_stock_only else None, None),
        ("since", "admitted_at", since, None),
    )
    for facet, field, least, most in bounds:
        if least is not None or most is not None:
            yield Within(facet=facet, field=field, least=least or 0, most=most)


def prices_of(ask: SearchAsk, understood: Understood) -> tuple[int | None, int | None]:
    """The bounds of the price in fen: the filter's where one is set, else those of the query's own words."""
    if ask.price_min_fen is not None or ask.price_max_fen is not None or understood.price is None:
        return ask.price_min_fen, ask.price_max_fen
    return understood.price.low_fen, understood.price.high_fen
