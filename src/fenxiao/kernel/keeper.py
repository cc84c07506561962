"""The keeper: one detached process per home that owns postgres, restarts it and stops it when nobody uses it.

Loads neither Django nor psycopg. Run as `python -m fenxiao.kernel.keeper HOME OPTIONS`; `kernel.postgres` starts it.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from fenxiao.kernel.clock import now
from fenxiao.kernel.cluster import PORT, Cluster, memory_bytes, server_options
from fenxiao.kernel.errors import Refused

GLANCE = 0.2  # seconds between looks at the server and at the holders' lock
FIRST_TRIES = 5  # a server that never was ready is given up after so many
LEFTOVERS_PATIENCE = 30.0  # seconds for the processes of a killed server to go by themselves
LONG = 60.0  # seconds after which an end is taken as the first again
STOP_PATIENCE = 60.0  # seconds for a fast shutdown with its checkpoint
LOG_LIMIT = 16 * 1024 * 1024


def lock(path: Path, kind: int) -> int | None:
    """An open descriptor that holds `path` locked as `kind` (fcntl.LOCK_…), or None while another does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def unlock(descriptor: int) -> None:
    """Give up a lock for good: closing alone would leave it to a child that was forked meanwhile."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def server_pids(pgdata: Path) -> list[int]:
    """Every live postgres process that works in `pgdata`: the postmaster and its children change into it."""
    return [pid for pid in _postgres_pids() if _works_in(pid, pgdata)]


def _postgres_pids() -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, _, state = (
                (entry / "stat").read_text(encoding="utf-8", errors="replace").partition("(")[2].rpartition(")")
            )
            if name == "postgres" and state.split()[0] != "Z":
                yield int(entry.name)


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False  # gone, or another user's: ours are always readable to us


class LeftoversRemain(Refused):
    """Processes of an earlier server do not go, so its pid file is not touched."""

    code, status = "leftovers_remain", 503
    zh = "仍有 postgres 进程（{pids}）在使用 {folder}，请先停止它们"
    en = "Postgres processes ({pids}) still work in {folder}; stop them first"


def clear_leftovers(pgdata: Path, *, patience: float = LEFTOVERS_PATIENCE) -> None:
    """Wait for what a killed server left; forget its pid file only then, since the pid may be another's by now."""
    deadline = time.monotonic() + patience
    while left := server_pids(pgdata):
        if time.monotonic() > deadline:
            raise LeftoversRemain(pids=", ".join(map(str, left)), folder=pgdata)
        time.sleep(0.05)
    (pgdata / "postmaster.pid").unlink(missing_ok=True)


class Keeper:
    """Runs one server until nobody holds the holders' lock."""

    def __init__(self, cluster: Cluster, options: dict[str, str]) -> None:
        self.cluster = cluster
        self.options = options
        self.was_ready = False
        self.is_told_to_stop = False

    def run(self) -> int:
        """Keep the server; the exit status says whether it ever could be started."""
        starts = 0
        while not self._is_over():
            clear_leftovers(self.cluster.pgdata)
            server, began = self._start(), time.monotonic()
            if self._watch(server):
                stop(server)
                break
            starts = 1 if time.monotonic() - began > LONG else starts + 1
            say(f"postgres ended with {server.returncode}")
            if not self.was_ready and starts >= FIRST_TRIES:
                say(f"gave up: {self._last_words()}")
                return 1
            time.sleep(min(5.0, 0.1 * 2 ** min(starts, 6)))
        return 0

    def _is_over(self) -> bool:
        """Told to stop, or nobody is left; then the lock stays ours, and whoever comes now waits until we are gone."""
        return self.is_told_to_stop or lock(self.cluster.holders_lock, fcntl.LOCK_EX) is not None

    def _watch(self, server: "subprocess.Popen[bytes]") -> bool:
        """Watch the server until it dies (False) or is needed no more (True)."""
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(GLANCE)
                return False
            self.was_ready = self.was_ready or self._is_ready()
            if self._is_over():
                return True

    def _start(self) -> "subprocess.Popen[bytes]":
        sockets = {"unix_socket_directories": str(self.cluster.socket_dir)}
        settings = {**server_options(memory_bytes()), **sockets, **self.options}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = self.cluster.start("postgres", "-p", str(PORT), *arguments, pgdata=self.cluster.pgdata)
        say(f"started postgres {server.pid}")
        return server

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            text = (self.cluster.pgdata / "postmaster.pid").read_text(encoding="utf-8", errors="replace")
            return text.splitlines()[7].strip() == "ready"
        return False

    def _last_words(self) -> str:
        lines = self.cluster.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return next(
            (line.partition("FATAL:")[2].strip() for line in reversed(lines) if "FATAL:" in line), "no reason given"
        )

    def told(self, _number: int, _frame: FrameType | None) -> None:
        """On SIGTERM: stop the server at the next glance."""
        self.is_told_to_stop = True


def stop(server: "subprocess.Popen[bytes]") -> None:
    """A fast shutdown, then harder ones."""
    for number, patience in ((signal.SIGINT, STOP_PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        if server.poll() is None:
            server.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(patience)
    say("stopped postgres")


def say(text: str) -> str:
    """One dated line in the keeper's log."""
    sys.stderr.write(f"{now().isoformat(timespec='milliseconds')} keeper {os.getpid()}: {text}\n")
    return text


def kept_options(cluster: Cluster, given: str) -> dict[str, str]:
    """The options of a first start, written down; `""` means a start on behalf of holders: those written down."""
    if given:
        cluster.options_file.write_text(given, encoding="utf-8")
    text = cluster.options_file.read_text(encoding="utf-8") if cluster.options_file.exists() else "{}"
    return {str(name): str(value) for name, value in json.loads(text).items()}


def main(home: str, options: str) -> int:
    """Become the keeper of `home`, unless it has one."""
    cluster = Cluster(Path(home))
    deadline = time.monotonic() + 0.5  # somebody may be probing the lock at this very moment
    while (held := lock(cluster.keeper_lock, fcntl.LOCK_EX)) is None:
        if time.monotonic() > deadline:
            return 0
        time.sleep(0.02)
    _turn_log(cluster)
    keeper = Keeper(cluster, kept_options(cluster, options))
    signal.signal(signal.SIGTERM, keeper.told)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        cluster.make_socket_dir()
        cluster.create()
        return keeper.run()
    except Refused as refusal:
        say(str(refusal))
        return 1
    finally:
        cluster.remove_socket_dir()
        os.close(held)


def _turn_log(cluster: Cluster) -> None:
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_LIMIT:
        cluster.log.replace(cluster.log.with_suffix(".1.log"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
