"""Who may read the clock: doors and jobs, through `kernel/clock.py`. Everything below is told the moment."""

import ast
from collections.abc import Iterator
from pathlib import Path

from house.source import Finding, Source

DOORS = {"console", "openplatform", "edge", "simulator", "cli"}
WALL = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "django.utils.timezone.now", "django.utils.timezone.localdate", "django.db.models.functions.Now",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
}  # fmt: skip
KERNEL_NOW = "fenxiao.kernel.clock.now"
TICKS = {
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.process_time",
    "time.sleep",
}


def clock(source: Source) -> Iterator[Finding]:
    """No wall clock below the doors, and in rules no clock of any kind."""
    barred = _barred(source)
    for node in source.nodes:
        if isinstance(node, ast.Attribute | ast.Name) and (meaning := source.meaning(node)) in barred:
            yield node.lineno, f"{meaning} reads the clock: take the moment as `now=`, read at the door"


def _barred(source: Source) -> set[str]:
    if not source.package or source.package in DOORS or source.path == Path("src/fenxiao/kernel/clock.py"):
        return set()
    if source.room == "rules":
        return WALL | TICKS | {KERNEL_NOW}
    # Jobs are started by the schedule, so they are doors too; the kernel's own machinery is told no moment by anybody.
    return WALL if source.room == "jobs" or source.package == "kernel" else WALL | {KERNEL_NOW}
