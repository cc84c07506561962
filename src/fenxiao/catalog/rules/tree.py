"""The category tree: rows as a file gives them, and where each category stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fenxiao.catalog.errors import BadCategory

PEER_DEPTH = 3  # the level whose categories are peer groups


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """One category of a file or an importer; `parent_id` "" for one on top. Without `en` the Chinese name serves."""

    id: str
    parent_id: str
    depth: int
    zh: str
    en: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a category stands: under whom, how deep, and in which peer group (None: too wide to have one)."""

    parent_id: str | None
    depth: int
    third_id: str | None


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What loading categories did."""

    created: int
    changed: int
    unchanged: int


def places(rows: Iterable[CategoryRow], *, known: Mapping[str, Place]) -> dict[str, Place]:
    """The place of every row, given those in the tree already. Parents come before their children, or are known.

    The peer group is the ancestor on the third level; a leaf above that level is a peer group of its own.
    Refuses a missing parent, a wrong depth, an unusable name and an id given twice (`BadCategory`).
    """
    found: dict[str, Place] = {}
    for row in rows:
        _check_row(row, is_repeated=row.id in found)
        found[row.id] = _place(row, found.get(row.parent_id) or known.get(row.parent_id))
    parents = {place.parent_id for tree in (known, found) for place in tree.values()}
    return {key: _with_peers(key, place, is_leaf=key not in parents) for key, place in found.items()}


def _place(row: CategoryRow, parent: Place | None) -> Place:
    if row.parent_id and parent is None:
        raise BadCategory(
            category=row.id,
            reason_zh=f"上级分类 {row.parent_id} 不存在或排在它之后",
            reason_en=f"its parent {row.parent_id} is missing or comes after it",
        )
    depth = parent.depth + 1 if parent else 1
    if row.depth != depth:
        raise BadCategory(
            category=row.id,
            reason_zh=f"应在第 {depth} 级，写的是 {row.depth}",
            reason_en=f"it is on level {depth}, not {row.depth}",
        )
    third = row.id if depth == PEER_DEPTH else parent.third_id if parent and depth > PEER_DEPTH else None
    return Place(parent_id=row.parent_id or None, depth=depth, third_id=third)


def _with_peers(key: str, place: Place, *, is_leaf: bool) -> Place:
    if place.third_id is None and is_leaf:
        return Place(parent_id=place.parent_id, depth=place.depth, third_id=key)
    return place


def _check_row(row: CategoryRow, *, is_repeated: bool) -> None:
    if not row.id or len(row.id) > 40 or not row.id.isprintable():
        raise BadCategory(
            category=row.id, reason_zh="编号须为 1 到 40 个字符", reason_en="an id has 1 to 40 characters"
        )
    if not row.zh.strip() or not (row.zh + row.en).isprintable() or max(len(row.zh), len(row.en)) > 120:
        raise BadCategory(
            category=row.id, reason_zh="中文名为空或过长", reason_en="its Chinese name is missing or too long"
        )
    if is_repeated:
        raise BadCategory(category=row.id, reason_zh="编号重复", reason_en="its id is given twice")
