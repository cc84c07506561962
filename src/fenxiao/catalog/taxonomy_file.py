"""Reading category files: the one shipped with us, and any other of its format (`taxonomy/README.md`)."""

import gzip
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from fenxiao.catalog.errors import BadCategoryFile
from fenxiao.catalog.rules import CategoryRow

HEADER = "id\tdepth\tzh\ten"


def packaged_taxonomy() -> Iterator[CategoryRow]:
    """The Shopify taxonomy that ships with us, in Chinese and English; parents before their children."""
    text = files("fenxiao.catalog").joinpath("taxonomy", "categories.tsv").read_text(encoding="utf-8")
    return categories_in(text.splitlines(), name="categories.tsv")


def taxonomy_of(path: Path) -> Iterator[CategoryRow]:
    """The categories of a file, plain or gzipped. Refuses (`BadCategoryFile`) with the number of the bad line."""
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refusal(path.name, line, zh="不是 UTF-8 编码", en="it is not UTF-8") from None
    except (OSError, EOFError) as error:
        raise _refusal(path.name, 0, zh=f"文件无法读取（{error}）", en=f"the file cannot be read ({error})") from None
    return categories_in(text.splitlines(), name=path.name)


def categories_in(lines: Iterable[str], *, name: str) -> Iterator[CategoryRow]:
    """The rows of a category file. Refuses a line that is not as the format wants it; `name` is told in the refusal."""
    numbered = enumerate(lines, 1)
    if next(numbered, (1, ""))[1] != HEADER:
        raise _refusal(
            name,
            1,
            zh="首行应为 id、depth、zh、en（以制表符分隔）",
            en="the first line is to be id, depth, zh, en (tabs)",
        )
    depths: dict[str, int] = {}
    for number, line in numbered:
        row = _row(line, name=name, number=number)
        _check_place(row, depths, name=name, number=number)
        depths[row.id] = row.depth
        yield row


def _row(line: str, *, name: str, number: int) -> CategoryRow:
    fields = line.split("\t")
    if len(fields) != 4:
        raise _refusal(name, number, zh=f"应有 4 列，实有 {len(fields)} 列", en=f"it has {len(fields)} fields, not 4")
    key, depth, zh, en = fields
    if not key or not zh:
        raise _refusal(name, number, zh="缺少编号或中文名", en="the id or the Chinese name is missing")
    if not (depth.isascii() and depth.isdigit()):
        raise _refusal(name, number, zh=f"层级「{depth}」不是数字", en=f"its depth “{depth}” is no number")
    return CategoryRow(id=key, parent_id=key.rpartition("-")[0], depth=int(depth), zh=zh, en=en)


def _check_place(row: CategoryRow, depths: dict[str, int], *, name: str, number: int) -> None:
    if row.id in depths:
        raise _refusal(name, number, zh=f"编号 {row.id} 重复", en=f"the id {row.id} is given twice")
    if row.parent_id and row.parent_id not in depths:
        parent = row.parent_id
        raise _refusal(
            name, number, zh=f"上级 {parent} 没有在前面出现", en=f"its parent {parent} is on no earlier line"
        )
    depth = depths[row.parent_id] + 1 if row.parent_id else 1
    if row.depth != depth:
        raise _refusal(
            name, number, zh=f"层级应为 {depth}，实为 {row.depth}", en=f"its depth is {depth}, not {row.depth}"
        )


def _refusal(file: str, line: int, *, zh: str, en: str) -> BadCategoryFile:
    return BadCategoryFile(file=file, line=line, reason_zh=zh, reason_en=en)
