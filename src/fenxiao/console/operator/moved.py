"""Who moves, as pages show it: the matrix in rows, and the same for goods, categories and merchants."""

from dataclasses import dataclass

from django.http import HttpRequest

from fenxiao.kernel.errors import Unavailable
from fenxiao.quality.models import GradingRun
from fenxiao.quality.queries import Moves, moves_of
from fenxiao.quality.queries.moves import Cell

LEVELS = (0, 1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What becomes of the goods of one level; `before` is None for those without one."""

    before: int | None
    cells: tuple[tuple[int, Cell | None], ...]  # by the level after


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A run's moves as a page shows them."""

    moves: Moves
    products: int  # that move
    is_next_run: bool  # what the next run alone would do, not where goods end up
    rows: tuple[Row, ...]
    levels: tuple[int, ...] = LEVELS


def moved_under(run: GradingRun, request: HttpRequest) -> Moved | None:
    """Who moves under a run, at the end or, with `?steps=1`, in one run. None where its grades are gone."""
    is_next_run = request.GET.get("steps") == "1"
    try:
        moves = moves_of(run, eventually=not is_next_run)
    except Unavailable:
        return None
    cells = {(cell.before, cell.after): cell for cell in moves.matrix}
    befores = [level for level in (None, *LEVELS) if any(before == level for before, _ in cells)]
    rows = [Row(before=one, cells=tuple((after, cells.get((one, after))) for after in LEVELS)) for one in befores]
    return Moved(moves=moves, products=moves.up + moves.down, is_next_run=is_next_run, rows=tuple(rows))
