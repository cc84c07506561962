"""The category tree and its files, without a database."""

import gzip
from pathlib import Path

import pytest

from fenxiao.catalog.errors import BadCategory, BadCategoryFile
from fenxiao.catalog.rules import CategoryRow, Place, places
from fenxiao.catalog.taxonomy_file import packaged_taxonomy, taxonomy_of

HEADER = "id\tdepth\tzh\ten\n"


def row(key: str, *, depth: int | None = None) -> CategoryRow:
    return CategoryRow(
        id=key, parent_id=key.rpartition("-")[0], depth=depth or key.count("-") + 1, zh=f"类{key}", en=key
    )


def test_the_peer_group_is_the_third_level_or_a_leaf_above_it() -> None:
    found = places([row(key) for key in ("a", "a-1", "a-1-1", "a-1-1-1", "a-1-1-1-1", "a-2", "b")], known={})

    assert {key: place.third_id for key, place in found.items()} == {
        "a": None, "a-1": None, "a-1-1": "a-1-1", "a-1-1-1": "a-1-1", "a-1-1-1-1": "a-1-1", "a-2": "a-2", "b": "b"
    }  # fmt: skip


def test_a_row_may_hang_below_what_is_known() -> None:
    known = {"a-1": Place(parent_id="a", depth=2, third_id=None)}

    assert places([row("a-1-1")], known=known) == {"a-1-1": Place(parent_id="a-1", depth=3, third_id="a-1-1")}


@pytest.mark.parametrize(
    "rows",
    [
        [row("a-1")],
        [row("a-1"), row("a")],
        [row("a"), row("a-1", depth=3)],
        [row("a"), row("a")],
        [CategoryRow(id="a", parent_id="", depth=1, zh=" ")],
        [CategoryRow(id="a" * 41, parent_id="", depth=1, zh="类")],
        [CategoryRow(id="", parent_id="", depth=1, zh="类")],
        [CategoryRow(id="a", parent_id="", depth=1, zh="类" * 121)],
    ],
)
def test_a_row_without_a_place_is_refused(rows: list[CategoryRow]) -> None:
    with pytest.raises(BadCategory):
        places(rows, known={})


def test_the_packaged_taxonomy_is_whole() -> None:
    rows = list(packaged_taxonomy())
    found = places(rows, known={})

    assert (len(rows), sum(item.depth == 3 for item in rows)) == (10_365, 1_468)
    assert rows[0] == CategoryRow(id="ap", parent_id="", depth=1, zh="动物/宠物用品", en="Animals & Pet Supplies")
    assert all(place.third_id for place in found.values() if place.depth >= 3)


@pytest.mark.parametrize("name", ["c.tsv", "c.tsv.gz"])
def test_a_file_is_read_plain_and_packed(tmp_path: Path, name: str) -> None:
    text = (HEADER + "a\t1\t甲\tA\r\na-1\t2\t乙\t\n").encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)

    assert list(taxonomy_of(path)) == [
        CategoryRow(id="a", parent_id="", depth=1, zh="甲", en="A"),
        CategoryRow(id="a-1", parent_id="a", depth=2, zh="乙", en=""),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", 1),
        (b"a\t1\tx\tX\n", 1),
        (HEADER.encode() + b"a\t1\tx\n", 2),
        (HEADER.encode() + b"a\t1\tx\tX\nb\tone\tx\tX\n", 3),
        (HEADER.encode() + b"a\t1\tx\tX\na\t1\tx\tX\n", 3),
        (HEADER.encode() + b"a\t1\tx\tX\nb-1\t2\tx\tX\n", 3),
        (HEADER.encode() + b"a\t1\tx\tX\na-1\t3\tx\tX\n", 3),
        (HEADER.encode() + b"a\t1\t\tX\n", 2),
        (HEADER.encode() + b"a\t1\t\xff\tX\n", 2),
        (None, 0),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, text: bytes | None, line: int) -> None:
    path = tmp_path / "mine.tsv"
    if text is not None:
        path.write_bytes(text)

    with pytest.raises(BadCategoryFile) as refused:
        list(taxonomy_of(path))

    assert (refused.value.details["file"], refused.value.details["line"]) == ("mine.tsv", line)
