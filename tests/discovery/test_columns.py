"""What the columns answer is what the index answers alone: which goods, how many, in which order, counted how."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fenxiao.discovery import folders, late, layout, reader
from fenxiao.discovery.columns import Columns, Recorder
from fenxiao.discovery.queries.facets import facets_of
from fenxiao.discovery.queries.hits import Hits, find
from fenxiao.discovery.reader import View
from fenxiao.discovery.rules import DEEPEST, Entry, SearchAsk, Sort
from tests.cast import make_category

GOODS = 3_000
START = datetime(2026, 1, 1, tzinfo=UTC)
LEAVES = [("t1", "s1", "c1"), ("t1", "s1", "c2"), ("t1", "s2", "c3"), ("t2", "s3", "c4"), ("t2",)]


def made(product_id: int, dice: Random) -> Entry:
    """One good; few different figures, so that many are equal in every order."""
    price, rate = dice.choice([100, 1_990, 5_000, 9_900, 10**9]), dice.randrange(0, 9_000, 500)
    leaf = dice.choice(LEAVES)
    return Entry(
        product_id=product_id,
        title="杯子",
        brand="",
        category_names=leaf,
        category_ids=leaf,
        third_id=leaf[2] if len(leaf) == 3 else None,
        price_fen=price,
        rate_bp=rate,
        commission_fen=price * rate // 10_000,
        level=dice.randrange(1, 6),
        is_select=dice.random() < 0.2,
        sales_30d=dice.choice([0, 0, 3, 70, 100_000]),
        merchant_score_centi=dice.choice([None, 0, 430, 490]),
        admitted_at=START + timedelta(days=dice.randrange(9)),
        stock=dice.choice([0, 7, 70_000]),
        ships_free=dice.random() < 0.5,
        plan_types=frozenset(dice.choice([(1,), (1, 2), (1, 4, 6), (1, 6)])),
    )


def asked(dice: Random) -> SearchAsk:
    """Any filters, order and page."""

    def maybe(*values: Any) -> Any:
        return dice.choice(values) if dice.random() < 0.3 else None

    return SearchAsk(
        text=dice.choice(["", "", "", "50元以下"]),
        category_id=maybe("t1", "s1", "c3", "c4", "c9"),
        price_min_fen=maybe(0, 100, 1_991),
        price_max_fen=maybe(5_000, 2**63 - 1),
        commission_min_bp=maybe(0, 3_000, 2**63 - 1),
        earns_min_fen=maybe(1, 2_000),
        sales_min=maybe(0, 3, 100_001),
        score_min_centi=maybe(0, 430),
        levels=dice.choice([(), (), (1,), (2, 3), (5, 4, 3)]),
        select_only=dice.random() < 0.2,
        in_stock_only=dice.random() < 0.3,
        ships_free_only=dice.random() < 0.2,
        plan_types=dice.choice([(), (), (2,), (4, 6)]),
        admitted_since=maybe(START, START + timedelta(days=5)),
        sort=dice.choice(list(Sort)),
        page=dice.choice([1, 1, 2, 3, 40]),
        per_page=dice.choice([1, 20, 50]),
    )


def build_of(entries: Sequence[Entry]) -> Path:
    """A build that serves, as the service makes it."""
    with folders.rebuilding():
        folder = folders.begin()
    layout.create(str(folder))
    recorder = Recorder()
    recorder.add(entries[: len(entries) // 2])
    recorder.add(entries[len(entries) // 2 :])
    with layout.written(str(folder), heap_bytes=15_000_000, threads=1) as writer:
        for entry in entries:
            writer.add_document(layout.document_of(entry))
    recorder.write(folder)
    with folders.writing():
        folders.swap(folder)
    return folder


def refresh(folder: Path, ids: Sequence[int], entries: Sequence[Entry]) -> None:
    """What the service does when goods change: those not among the entries are gone."""
    late.note(folder, ids)
    with layout.written(str(folder), heap_bytes=15_000_000, threads=1) as writer:
        for product_id in ids:
            layout.forget(writer, product_id)
        for entry in entries:
            writer.add_document(layout.document_of(entry, is_late=True))


@pytest.fixture
def dice() -> Random:
    return Random(20261123)  # noqa: S311  # no secret


@pytest.fixture
def folder(dice: Random) -> Path:
    entries = [made(number, dice) for number in range(1, GOODS + 1)]
    dice.shuffle(entries)
    return build_of(entries)


@pytest.fixture
def lately(folder: Path, dice: Random) -> Iterator[Path]:
    """The same after some goods changed twice, some went and some came."""
    ids = list(range(1, 200))
    refresh(folder, ids, [made(number, dice) for number in ids])
    ids = [*range(100, 300), *range(GOODS + 1, GOODS + 50)]
    refresh(folder, ids, [made(number, dice) for number in ids if number % 3])
    yield folder


def told(found: Hits) -> tuple[object, ...]:
    return found.total, found.hits, found.next_cursor


def pages(view: View, ask: SearchAsk, **ways: Any) -> Iterator[Hits]:
    found = find(view.searcher, replace(ask, page=1), **ways)
    yield found
    while found.next_cursor is not None:
        found = find(view.searcher, replace(ask, page=1, cursor=found.next_cursor), **ways)
        yield found


@pytest.mark.parametrize("state", ["folder", "lately"])
def test_the_columns_answer_as_the_index_does(state: str, dice: Random, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(state)
    view = reader.view()
    totals = []

    for ask in (asked(dice) for _ in range(400)):
        alone, beside = find(view.searcher, ask), find(view.searcher, ask, table=view.table)
        assert told(beside) == told(alone), ask
        totals.append(alone.total)

    assert len(set(totals)) > 100  # the asks were no one-sided lot
    assert max(totals) > GOODS * 0.9


@pytest.mark.parametrize("sort", list(Sort))
def test_a_walk_by_cursor_is_the_same_with_columns(lately: Path, sort: Sort) -> None:
    view, ask = reader.view(), SearchAsk(in_stock_only=True, levels=(2, 3, 4), sort=sort, per_page=50)

    alone = [told(page) for page in pages(view, ask)]
    beside = [told(page) for page in pages(view, ask, table=view.table)]

    assert beside == alone
    assert len(alone) > 15


def test_deep_pages_are_the_same_with_columns(lately: Path) -> None:
    view = reader.view()

    for page in (1, 59, 60, 61, DEEPEST // 50):
        ask = SearchAsk(sort=Sort.PRICE_DESC, page=page, per_page=50)
        assert told(find(view.searcher, ask, table=view.table)) == told(find(view.searcher, ask))


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["folder", "lately"])
def test_the_columns_count_as_the_index_does(state: str, dice: Random, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(state)
    for number in (1, 2, 3, 4):
        make_category(f"c{number}")
    view = reader.view()

    for ask in (asked(dice) for _ in range(100)):
        found = find(view.searcher, ask)
        alone = facets_of(view.searcher, ask, found.understood, reading=found.reading)
        beside = facets_of(view.searcher, ask, found.understood, reading=found.reading, table=view.table)
        assert beside == alone, ask


def test_an_empty_build_has_columns_too() -> None:
    folder = build_of([])
    assert find(reader.view().searcher, SearchAsk(), table=reader.view().table).total == 0

    refresh(folder, [7], [made(7, Random(7))])  # noqa: S311  # no secret

    view = reader.view()
    assert [hit.product_id for hit in find(view.searcher, SearchAsk(), table=view.table).hits] == [7]


def test_a_refresh_that_died_before_its_commit_is_as_if_it_never_was(folder: Path, dice: Random) -> None:
    late.note(folder, [1, 2, 3])  # and killed here
    view = reader.view()
    assert find(view.searcher, SearchAsk(), table=view.table).total == GOODS

    refresh(folder, [9], [made(9, dice)])

    view = reader.view()
    assert find(view.searcher, SearchAsk(), table=view.table).total == GOODS


def test_columns_that_are_not_whole_are_not_read(folder: Path) -> None:
    (folder / "columns" / "price_fen.npy").write_bytes(b"\x93NUMPY")

    with pytest.raises(ValueError):
        Columns.of(folder)
