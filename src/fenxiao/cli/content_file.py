"""Reading what a platform tells of creators' content: CSV with a header, or JSON lines, by the file's name."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fenxiao.facts.rules import BadRow, ToldContent
from fenxiao.kernel.errors import BadInput

FIELDS = ("creator", "day", "medium", "pieces", "views", "gmv_fen")
LARGEST = 2**63 - 1
JSON_LINES = {".jsonl", ".ndjson"}


@dataclass(frozen=True, kw_only=True)
class ContentFile:
    """The lines of a file: those that can be read, and why the others cannot."""

    rows: list[ToldContent]
    unread: list[BadRow]


def content_of(file: Path) -> ContentFile:
    """The lines of a file. Refuses one that cannot be opened, is no text, or lacks a column."""
    rows: list[ToldContent] = []
    unread: list[BadRow] = []
    try:
        for line, said in _lines(file):
            read = _read(line, said)
            if isinstance(read, BadRow):
                unread.append(read)
            else:
                rows.append(read)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(field=str(file), reason_zh=f"无法读取：{error}", reason_en=f"cannot be read: {error}") from error
    return ContentFile(rows=rows, unread=unread)


def _lines(file: Path) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        if file.suffix in JSON_LINES:
            yield from ((line, _json(said)) for line, said in enumerate(text, start=1) if said.strip())
            return
        table = csv.DictReader(text)
        missing = [name for name in FIELDS if name not in (table.fieldnames or ())]
        if missing:
            wanted = ", ".join(missing)
            raise BadInput(
                field=str(file), reason_zh=f"首行缺少列：{wanted}", reason_en=f"the first line lacks: {wanted}"
            )
        for row in table:
            yield table.line_num, row


def _json(text: str) -> Mapping[str, Any] | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _read(line: int, said: Mapping[str, Any] | None) -> ToldContent | BadRow:
    if said is None:
        return BadRow(line=line, field="", zh="不是 JSON 对象", en="is no JSON object")
    try:
        day = date.fromisoformat(str(said.get("day")))
    except ValueError:
        return BadRow(line=line, field="day", zh="应为 2026-03-10 这样的日期", en="is a date such as 2026-03-10")
    numbers = {name: _whole(said.get(name)) for name in ("creator", "pieces", "views", "gmv_fen")}
    for name, number in numbers.items():
        if number is None:
            return BadRow(line=line, field=name, zh="应为不小于 0 的整数", en="is a whole number from 0 on")
    creator_id, pieces, views, gmv_fen = (number or 0 for number in numbers.values())
    medium = str(said.get("medium"))
    return ToldContent(
        line=line, creator_id=creator_id, day=day, medium=medium, pieces=pieces, views=views, gmv_fen=gmv_fen
    )


def _whole(said: object) -> int | None:
    """A number from 0 on that the columns hold; digits or a whole number, nothing else."""
    text = str(said) if isinstance(said, int) and not isinstance(said, bool) else said
    if not isinstance(text, str) or not (text := text.strip()).isascii() or not text.isdecimal():
        return None
    return number if len(text) <= len(str(LARGEST)) and (number := int(text)) <= LARGEST else None
