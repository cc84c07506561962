"""One parent for several processes: coloured logs line by line, restarts with back-off, and nothing left at the end."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TextIO
from urllib.parse import urlsplit

from fenxiao.kernel.children import die_with_parent
from fenxiao.kernel.errors import Refused

MOST_EARLY_DEATHS = 4  # of a child that never was ready: starting it again will not help
GLANCE = 0.1  # seconds between looks at the children
READY_GLANCE = 0.4  # seconds between questions to one child
STOP_PATIENCE = 6.0  # seconds between SIGTERM and SIGKILL
LONG = 30.0  # seconds of life after which the next restart is quick again
SETTLED = 2.0  # seconds after which a child without a ready address counts as ready
SLOWEST = 10.0  # seconds between restarts at most
RESET = "\033[0m"


class NotStarted(Refused):
    """A process dies again and again before everything was ready once."""

    code, status = "not_started", 503
    zh = "进程 {name} 反复退出，无法启动；原因见上方日志。可运行 fenxiao doctor 检查安装"
    en = "The process {name} keeps ending and does not start; the lines above say why. Try: fenxiao doctor"


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process to keep running; `ready_url`, where it has one, answers 200 when it can do its work."""

    name: str
    arguments: Sequence[str]
    colour: int  # of ANSI: 32 green, 34 blue, 35 magenta …
    ready_url: str = ""
    environment: Mapping[str, str] | None = None


class Running:
    """One child and its life so far."""

    def __init__(self, child: Child, *, out: TextIO, width: int) -> None:
        self.child = child
        self._out = out
        self._prefix = _coloured(f"{child.name:<{width}} │ ", child.colour, out)
        self.restarts = 0
        self._next_start = 0.0
        self._began = 0.0
        self._next_look = 0.0
        self.is_ready = False
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches us alone and its whole group can be ended."""
        self._began = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  our own commands
            self.child.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=dict(self.child.environment) if self.child.environment is not None else None,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  prctl only; the main thread lives as long as we do
        )
        threading.Thread(target=self._copy_lines, args=(self.process.stdout,), daemon=True).start()

    def _copy_lines(self, lines: TextIO) -> None:
        with contextlib.suppress(ValueError, OSError), lines:
            for line in lines:
                self.say(line.rstrip("\n"))

    def say(self, line: str) -> None:
        """One whole line behind the child's name."""
        self._out.write(f"{self._prefix}{line}\n")
        self._out.flush()

    def mind(self) -> None:
        """Start it again when it has died, later each time it dies young."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self._next_start:
            self._end_group(signal.SIGKILL)  # what it may have left
            self.restarts = 0 if now - self._began > LONG else self.restarts + 1
            pause = min(SLOWEST, 0.25 * 2**self.restarts)
            self._next_start = now + pause
            self.say(f"ended ({_ending(self.process.returncode)}); starting again in {pause:.1f} s")
        elif now >= self._next_start:
            self._next_start = 0.0
            self.start()

    def look_whether_ready(self) -> bool:
        """Whether it answers 200 at its ready address, or has lived for a while where it has none; now or before."""
        now = time.monotonic()
        if not self.is_ready and now >= self._next_look and self.process is not None and self.process.poll() is None:
            self._next_look = now + READY_GLANCE
            url = self.child.ready_url
            self.is_ready = _answers_ok(url) if url else now - self._began > SETTLED
        return self.is_ready

    def ask_to_end(self) -> None:
        """SIGTERM to the process itself: a server ends its own workers in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """SIGKILL to whatever is left of its group."""
        self._end_group(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def _end_group(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def supervise(children: Sequence[Child], *, announce: Callable[[], None], out: TextIO | None = None) -> None:
    """Keep `children` running until SIGINT, SIGTERM or SIGHUP; call `announce` once when all are ready.

    A second signal ends what has not ended yet at once. On return no child is left. Refuses (`NotStarted`) to go on
    with a child that keeps dying before all were ready.
    """
    told = threading.Event()
    hurry = threading.Event()
    width = max(len(child.name) for child in children)
    running = [Running(child, out=out or sys.stdout, width=width) for child in children]
    with _signals_set(told, hurry):
        try:
            for each in running:
                each.start()
            _keep(running, told=told, announce=announce)
        finally:
            _end(running, hurry=hurry)


def _keep(running: Sequence[Running], *, told: threading.Event, announce: Callable[[], None]) -> None:
    is_announced = False
    while not told.wait(GLANCE):
        for each in running:
            each.mind()
            if not is_announced and each.restarts >= MOST_EARLY_DEATHS:
                raise NotStarted(name=each.child.name)
        if not is_announced and all(each.look_whether_ready() for each in running):
            is_announced = True
            announce()


def _end(running: Sequence[Running], *, hurry: threading.Event) -> None:
    for each in running:
        each.ask_to_end()
    deadline = time.monotonic() + STOP_PATIENCE
    while any(each.process and each.process.poll() is None for each in running) and time.monotonic() < deadline:
        if hurry.wait(0.03):
            break
    for each in running:
        each.end()


@contextmanager
def _signals_set(told: threading.Event, hurry: threading.Event) -> Iterator[None]:
    def note(_number: int, _frame: FrameType | None) -> None:
        (hurry if told.is_set() else told).set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers_ok(url: str) -> bool:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _ending(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def _coloured(text: str, colour: int, out: TextIO) -> str:
    is_plain = not out.isatty() or "NO_COLOR" in os.environ
    return text if is_plain else f"\033[{colour}m{text}{RESET}"
