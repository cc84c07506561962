"""Sheets (.xlsx) in and out, for plans of many products at once.

A file comes from outside: it is measured before it is unpacked, its text may define no entities, and a formula is
never computed. What is written out holds no live formula either: text stays text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from fenxiao.deals.errors import PlanFileUnreadable

MOST_BYTES = 5 * 2**20
MOST_UNPACKED = 40 * 2**20  # a sheet of 5,000 rows unpacks to about one
MOST_PARTS = 200
MOST_ROWS = 5_000
ENTITIES = [text.encode(coding) for text in ("<!DOCTYPE", "<!ENTITY") for coding in ("ascii", "utf-16-le", "utf-16-be")]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds. `is_formula` says that it would be computed, `is_percent` that it is shown as a percentage."""

    value: object
    is_formula: bool = False
    is_percent: bool = False


def rows_of(file: BinaryIO, *, headers: Sequence[Sequence[str]]) -> list[tuple[int, list[Cell]]]:
    """The filled rows of the first sheet with their numbers. Each column's header may be spelt in several ways.

    Refuses what is no sheet, too large, with other headers, or with more than 5,000 rows.
    """
    content = file.read(MOST_BYTES + 1)
    _check_parts(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            return list(_filled(book.worksheets[0].iter_rows(max_col=len(headers) + 1), headers))
        finally:
            book.close()
    except PlanFileUnreadable:
        raise
    except (InvalidFileException, BadZipFile, LookupError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        # The reader has no error of its own for a broken part: it fails wherever it is. Broken text is a SyntaxError.
        raise _unreadable("文件已损坏或不是 .xlsx 表格", "it is damaged or no .xlsx sheet") from error


def sheet(rows: Iterable[Sequence[object]], *, widths: Sequence[int]) -> bytes:
    """A sheet of these rows; text that looks like a formula stays text."""
    book = Workbook(write_only=True)
    page = book.create_sheet("plans")
    for column, width in zip("ABCDEFGH", widths, strict=False):
        page.column_dimensions[column].width = width
    for row in rows:
        page.append([_plain(page, value) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _plain(page: object, value: object) -> object:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _check_parts(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise _unreadable(f"文件超过 {MOST_BYTES >> 20} MB", f"it is larger than {MOST_BYTES >> 20} MB")
    try:
        with ZipFile(BytesIO(content)) as parts:
            infos = parts.infolist()
            # A part never unpacks to more than it says here: the rest is not read.
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
                raise _unreadable("解压后过大", "it unpacks to too much")
            if any(_defines_entities(parts.read(info)) for info in infos):
                raise _unreadable("含有不允许的 XML 定义", "it holds definitions that are not allowed")
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise _unreadable("不是 .xlsx 表格", "it is no .xlsx sheet") from error


def _defines_entities(part: bytes) -> bool:
    return any(mark in part for mark in ENTITIES)


def _filled(rows: Iterator[Sequence[object]], headers: Sequence[Sequence[str]]) -> Iterator[tuple[int, list[Cell]]]:
    first = [str(_cell(each).value or "").strip() for each in next(rows, ())]
    spelt = [*first, *[""] * (len(headers) + 1 - len(first))]
    if spelt[-1] or any(name not in names for name, names in zip(spelt, headers, strict=False)):
        wanted = ", ".join(names[0] for names in headers)
        raise _unreadable(f"首行表头应为：{wanted}", f"the first row must be: {wanted}")
    for number, row in enumerate(rows, start=2):
        cells = [_cell(each) for each in row][: len(headers)]
        if all(cell.value in {None, ""} for cell in cells):
            continue
        if number > MOST_ROWS + 1:
            raise _unreadable(f"数据超过 {MOST_ROWS:,} 行，请拆分", f"it has more than {MOST_ROWS:,} rows: split it")
        yield number, cells + [Cell(None)] * (len(headers) - len(cells))


def _cell(read: object) -> Cell:
    value = getattr(read, "value", None)
    return Cell(
        value=value,
        is_formula=getattr(read, "data_type", None) == "f",
        is_percent="%" in str(getattr(read, "number_format", "") or ""),
    )


def _unreadable(zh: str, en: str) -> PlanFileUnreadable:
    return PlanFileUnreadable(reason_zh=zh, reason_en=en)
