"""Running one command and measuring it from outside."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parent.parent / "src"
sys.path.insert(0, str(SOURCE))

# A process counts the memory of the one it was forked from as its own peak, so a small one starts it and measures.
STARTER = """
import json, os, resource, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdout=sys.stderr)
resource.prlimit(process.pid, resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
_pid, status, used = os.wait4(process.pid, 0)
seconds = time.perf_counter() - began
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6]))
"""


class Measured(NamedTuple):
    """What one process took."""

    seconds: float
    cpu_seconds: float
    peak_gb: float


def measured(command: list[str]) -> Measured:
    """Run a command to its end in a fresh process."""
    found = measured_within(command, most_bytes=resource.RLIM_INFINITY)
    if found is None:
        raise SystemExit(f"{command[1]} died; most likely of too little memory")
    return found


def measured_within(command: list[str], *, most_bytes: int) -> Measured | None:
    """Run a command that may map so much memory; None where it ended with an error, which it has told."""
    starter = [sys.executable, "-c", STARTER, str(most_bytes), *command]
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    told = subprocess.run(starter, env=environment, stdout=subprocess.PIPE, check=True).stdout
    code, *figures = json.loads(told)
    return None if code else Measured(*figures)
