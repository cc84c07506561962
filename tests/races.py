"""Acts at one instant, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from fenxiao.kernel.errors import Refused

Act = Callable[[], object]


def at_once(*acts: Act) -> list[type[Refused] | None]:
    """What became of each act: None when it happened, else its refusal."""
    start = Barrier(len(acts))

    def run(act: Act) -> type[Refused] | None:
        try:
            start.wait()
            act()
        except Refused as refusal:
            return type(refusal)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=60) for done in [pool.submit(run, act) for act in acts]]
