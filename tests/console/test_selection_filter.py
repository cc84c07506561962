"""What creators enter to narrow goods reaches discovery; what is malformed is said beside its field."""

from datetime import UTC, datetime

import pytest

from fenxiao.console.creator.forms import SelectionFilter
from tests.cast import NOON


def test_every_filter_reaches_the_ask() -> None:
    entered = {
        "earns_min": "12.50",
        "sales_min": "3",
        "score_min": "4.35",
        "plan_type": ["2", "6"],
        "in_stock": "on",
        "ships_free": "on",
        "select_only": "on",
        "new_days": "7",
    }
    form = SelectionFilter(entered, categories=[])

    assert form.is_valid(), form.errors
    ask = form.ask(now=NOON)

    assert (ask.earns_min_fen, ask.sales_min, ask.score_min_centi, ask.plan_types) == (1_250, 3, 435, (2, 6))
    assert (ask.in_stock_only, ask.ships_free_only, ask.select_only) == (True, True, True)
    assert ask.admitted_since == datetime(2026, 3, 2, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [("earns_min", "x"), ("sales_min", "-1"), ("score_min", "6"), ("plan_type", "5"), ("new_days", "0")],
)
def test_what_is_malformed_is_said_beside_its_field(field: str, value: str) -> None:
    form = SelectionFilter({field: [value] if field == "plan_type" else value}, categories=[])

    assert list(form.errors) == [field]
