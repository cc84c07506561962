"""Parts of one piece of work, shared among as many threads as this process may use at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from os import sched_getaffinity
from typing import TypeVar

Part = TypeVar("Part")


def in_threads(work: Callable[[Part], None], parts: Iterable[Part], *, first: Callable[[], None] | None = None) -> None:
    """Do every part, and in each thread `first` before any. What a part raises is raised here."""
    with ThreadPoolExecutor(len(sched_getaffinity(0)), initializer=first) as pool:
        list(pool.map(work, parts))
