"""Children that do not outlive their parent. Loads no Django."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int, *, parent: int = 0) -> Callable[[], None]:
    """A `preexec_fn` after which the child gets signal `number` when its parent dies, however it dies (Linux)."""
    expected = parent or os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def arrange() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != expected:  # it died between fork and here
            os.kill(os.getpid(), number)

    return arrange


def tie_to_parent(number: int = signal.SIGTERM) -> None:
    """For a process that was started by somebody else's code: from now on it gets `number` when its parent dies."""
    die_with_parent(number, parent=os.getppid())()
