"""How far a creator has come on the ladders of step windows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.deals.models import StepWindow
from fenxiao.deals.rules import Terms
from fenxiao.orders import queries as orders
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Valid orders so far in a window, and what the next rung asks for; None on the highest."""

    orders: int
    next_after: int | None
    next_extra_bp: int | None
    until_at: datetime

    @property
    def missing(self) -> int:
        """How many orders until the next rung is reached."""
        return (self.next_after or self.orders) - self.orders

    @property
    def percent(self) -> float:
        """How much of the way to the next rung is done."""
        return 100 * self.orders / self.next_after if self.next_after else 100


def progress_in_windows(creator: Organisation, *, terms: Iterable[Terms | None]) -> dict[int, Progress]:
    """The creator's progress by step window, of those that these terms name, in two statements."""
    ladders = {each.step_window_id: each for each in terms if each and each.step_window_id and each.plan_id}
    pairs = [(each.plan_id or 0, window) for window, each in ladders.items() if window]
    if not pairs:
        return {}
    counts = orders.valid_lines_in_windows(creator, windows=pairs)
    windows = StepWindow.objects.in_bulk([window for _, window in pairs])
    return {pk: _progress(ladders[pk].steps, counts.get(pk, 0), window.until_at) for pk, window in windows.items()}


def _progress(ladder: Sequence[tuple[int, int]], count: int, until_at: datetime) -> Progress:
    after, extra_bp = next((rung for rung in ladder if rung[0] > count), (None, None))
    return Progress(orders=count, next_after=after, next_extra_bp=extra_bp, until_at=until_at)
