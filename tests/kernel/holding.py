"""Real processes that use a home's server, for tests that kill them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from fenxiao.kernel.cluster import Cluster
from fenxiao.kernel.keeper import server_pids

SOURCE = Path(__file__).resolve().parents[2] / "src"
HOLD = """
import os, signal, sys, time
from pathlib import Path
from fenxiao.kernel.children import tie_to_parent
from fenxiao.kernel.postgres import ensure_server
url = ensure_server(Path(sys.argv[1]))
if sys.argv[2] == "forks":
    time.sleep(0.3)  # so that the watching thread waits already
    if os.fork() == 0:
        tie_to_parent(signal.SIGKILL)
        signal.pause()
print(url, flush=True)
sys.stdin.read()
"""


@contextmanager
def scratch_home(*, mode: int = 0o755, name: str = "home") -> Iterator[Path]:
    """An empty folder to be a home; with mode 0o700 under root the server's account cannot walk to it."""
    above = Path(tempfile.mkdtemp(prefix="fenxiao-test-"))
    above.chmod(mode)
    try:
        yield above / name
    finally:
        wait_until(lambda: not living(above / name), seconds=20)
        shutil.rmtree(above, ignore_errors=True)


class Holder:
    """A process that holds the server of `home` until it is let go or killed."""

    def __init__(self, home: Path, *, forks: bool = False, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(home), "forks" if forks else "alone"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
        )

    def url(self) -> str:
        """The database's URL, once the server stands."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self._close()

    def let_go(self) -> None:
        """An ordinary end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._close()

    def _close(self) -> None:
        self.process.wait(timeout=10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def holders(home: Path, count: int = 1, *, forks: bool = False) -> Iterator[list[Holder]]:
    """`count` holders started at once, each with a forked child if wanted; what lives at the end is killed."""
    started = [Holder(home, forks=forks) for _ in range(count)]
    try:
        yield started
    finally:
        for holder in started:
            holder.kill()


def keeper_pids(home: Path) -> list[int]:
    """The live keepers of `home`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"fenxiao.kernel.keeper" in words and os.fsencode(home) in words:
            found.append(int(entry.name))
    return found


def postmaster_pid(home: Path) -> int:
    """The server's first process."""
    return int((Cluster(home).pgdata / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


def living(home: Path) -> list[int]:
    """Every keeper and server process of `home`."""
    return [*keeper_pids(home), *server_pids(Cluster(home).pgdata)]


def wait_until(is_so: Callable[[], bool], *, seconds: float = 15) -> bool:
    """Whether `is_so` became true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()


def kill(pid: int) -> None:
    """SIGKILL one process."""
    os.kill(pid, signal.SIGKILL)


def answers(url: str) -> bool:
    """Whether a server answers at `url`."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def write(url: str, number: int) -> None:
    """One acknowledged row."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def rows(url: str) -> list[int]:
    """The rows that are there."""
    with psycopg.connect(url) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM kept ORDER BY number")]
