"""What platforms tell of creators' content."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fenxiao.cli.content_file import content_of
from fenxiao.facts import services as facts
from fenxiao.facts.models import ContentDay
from fenxiao.facts.rules import BadRow, ToldContent
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON

DAY = NOON.date()
HEAD = "creator,day,medium,pieces,views,gmv_fen\n"


def told(creator: Organisation, **changes: object) -> ToldContent:
    row = ToldContent(line=2, creator_id=creator.pk, day=DAY, medium="live", pieces=1, views=10_000, gmv_fen=500_000)
    return replace(row, **changes)  # type: ignore[arg-type]  # as the tests name them


def take(*rows: ToldContent) -> tuple[int, int, int, list[tuple[int, str]]]:
    done = facts.take_content_days(rows, told_by="Kuaishou", by=BY, now=NOON)
    return done.created, done.changed, done.same, [(row.line, row.field) for row in done.refused]


def test_days_are_taken_once_and_told_anew(chen: Organisation) -> None:
    row = told(chen)

    assert take(row, told(chen, medium="video")) == (2, 0, 0, [])
    assert take(row, replace(row, views=20_000)) == (0, 1, 0, [])
    assert take(replace(row, views=20_000)) == (0, 0, 1, [])
    assert set(ContentDay.objects.values_list("medium", "views")) == {("live", 20_000), ("video", 10_000)}


def test_bad_rows_are_refused_by_line_and_the_others_taken(chen: Organisation, mei: Organisation) -> None:
    rows = [
        told(chen, line=2),
        told(mei, line=3),
        told(chen, line=4, day=DAY + timedelta(days=1)),
        told(chen, line=5, medium="radio"),
        told(chen, line=6, pieces=-1),
        told(chen, line=7, views=10**16),
        told(chen, line=8, gmv_fen=-1),
    ]
    wrong = [(3, "creator"), (4, "day"), (5, "medium"), (6, "pieces"), (7, "views"), (8, "gmv_fen")]

    assert take(*rows) == (1, 0, 0, wrong)
    assert ContentDay.objects.count() == 1


def test_a_file_names_the_lines_that_cannot_be_read(tmp_path: Path) -> None:
    table, lines = tmp_path / "days.csv", tmp_path / "days.jsonl"
    table.write_text(f"{HEAD}7,2026-03-10,live,1,100,5\n7,yesterday,live,1,1,1\n7,2026-03-10,live,1,1.5,1\n")
    lines.write_text(
        '{"creator": 7, "day": "2026-03-10", "medium": "video", "pieces": 1, "views": 2, "gmv_fen": 3}\n[1]\n'
    )

    read, other = content_of(table), content_of(lines)

    first = ToldContent(line=2, creator_id=7, day=DAY, medium="live", pieces=1, views=100, gmv_fen=5)
    assert read.rows == [first]
    assert [(row.line, row.field) for row in read.unread] == [(3, "day"), (4, "views")]
    assert [row.line for row in other.rows] == [1]
    assert other.unread == [BadRow(line=2, field="", zh="不是 JSON 对象", en="is no JSON object")]


def test_a_file_without_a_column_or_that_is_no_text_is_refused(tmp_path: Path) -> None:
    table, broken = tmp_path / "days.csv", tmp_path / "broken.csv"
    table.write_text("creator,day\n")
    broken.write_bytes(b"\xff\xfe\x00")

    for file in (table, broken, tmp_path / "none.csv"):
        with pytest.raises(BadInput):
            content_of(file)
