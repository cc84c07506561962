"""Running one command and measuring it from outside."""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

SOURCE = Path(__file__).parent.parent / "src"
sys.path.insert(0, str(SOURCE))


class Measured(NamedTuple):
    """What one process took."""

    seconds: float
    cpu_seconds: float
    peak_gb: float


def measured(command: list[str]) -> Measured:
    """Run a command to its end in a fresh process."""
    began = perf_counter()
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(SOURCE)})
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[1]} ended with {process.returncode}; -9 is most likely too little memory")
    return Measured(perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6)
