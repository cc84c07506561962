"""Lists go on where they ended, whatever came and went in between."""

import pytest

from fenxiao.discovery import services
from fenxiao.discovery.queries import SearchAsk, search
from fenxiao.discovery.rules import Cursor, Sort, cursors
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Organisation
from tests.cast import NOON, make_plan, make_product


def some_cups(mei: Organisation, number: int) -> list[int]:
    cups = [make_product(mei, "同款杯子", price_fen=5_000 + at % 3) for at in range(number)]
    for cup in cups:
        make_plan(cup, rate_bp=1_000)
    return [cup.pk for cup in cups]


def walk(ask: SearchAsk) -> list[int]:
    found = search(ask, now=NOON)
    ids = [row.product.pk for row in found.rows]
    while found.next_cursor is not None:
        found = search(
            SearchAsk(text=ask.text, sort=ask.sort, per_page=ask.per_page, cursor=found.next_cursor), now=NOON
        )
        assert found.rows
        ids += [row.product.pk for row in found.rows]
    return ids


@pytest.mark.parametrize("text", ["", "杯子"])
@pytest.mark.parametrize("sort", list(Sort))
def test_a_walk_by_cursor_is_the_list_by_pages(mei: Organisation, sort: Sort, text: str) -> None:
    some_cups(mei, 8)
    services.rebuild_index(now=NOON)

    walked = walk(SearchAsk(text=text, sort=sort, per_page=3))

    assert walked == [row.product.pk for row in search(SearchAsk(text=text, sort=sort), now=NOON).rows]
    assert len(set(walked)) == 8


def test_goods_that_come_in_between_are_neither_repeated_nor_missed(mei: Organisation) -> None:
    cups = some_cups(mei, 6)
    services.rebuild_index(now=NOON)
    first = search(SearchAsk(sort=Sort.PRICE_ASC, per_page=3), now=NOON)
    cheap = make_product(mei, "便宜杯子", price_fen=100)
    make_plan(cheap, rate_bp=1_000)
    services.refresh([cheap.pk], now=NOON)

    second = search(SearchAsk(sort=Sort.PRICE_ASC, per_page=3, cursor=first.next_cursor), now=NOON)

    assert {row.product.pk for row in (*first.rows, *second.rows)} == set(cups)
    assert second.total == 6
    assert second.next_cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "e30", "bnVsbA", "WzEsMiwzXQ", "A" * 500, "字"])
def test_a_malformed_cursor_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(BadInput) as refused:
        cursors.read(cursor, ask=SearchAsk())

    assert refused.value.details["field"] == "cursor"


def test_a_cursor_of_another_search_is_refused() -> None:
    cursor = cursors.written(Cursor(key=7, shown=3), ask=SearchAsk(text="猫"))

    assert cursors.read(cursor, ask=SearchAsk(text="猫")) == Cursor(key=7, shown=3)
    with pytest.raises(BadInput, match=r"another search|另一次搜索"):
        cursors.read(cursor, ask=SearchAsk(text="狗"))
