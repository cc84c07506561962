"""`fenxiao up` as a newcomer uses it: one command, one Ctrl-C, nothing left; and one line when it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from fenxiao.cli.ports import HOST, free_port
from fenxiao.cli.up import PythonTooOld, check_python
from tests.kernel.holding import keeper_pids, kill, living, postmaster_pid, scratch_home, wait_until

SOURCE = Path(__file__).resolve().parents[2] / "src"
UP = """
import os, sys
from fenxiao.cli.up import Login, Preparation, run
from fenxiao.kernel.settings import settings
prepared = []
run(
    settings(),
    port=int(sys.argv[1]),
    prepare=[Preparation(title_zh="演示", title_en="demo world", act=lambda: prepared.append(1))],
    logins=lambda: [Login(role="merchant", email="mei@example.com", password="a-password")],
)
print("OVER", flush=True)
"""


class Up:
    """`up.run` with a preparation and a login, as a process of its own whose lines go to a file."""

    def __init__(self, home: Path, port: int) -> None:
        self._log = home.with_suffix(".log")
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", UP, str(port)], stdout=log, stderr=log, env=surroundings(home)
            )

    def lines_until(self, wanted: str, *, seconds: float = 60) -> list[str]:
        """What it has printed, once `wanted` is there."""
        assert wait_until(lambda: wanted in self._text() or self.process.poll() is not None, seconds=seconds)
        assert wanted in self._text(), self._text()
        return self._text().splitlines()

    def _text(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def up(home: Path, port: int) -> Iterator[Up]:
    """A running `Up`, killed at the end if it still runs."""
    started = Up(home, port)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a fresh installation at `home`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("FENXIAO_", "DJANGO_"))}
    return {**ours, "PYTHONPATH": str(SOURCE), "FENXIAO_HOME": str(home), "FENXIAO_LANGUAGE": "en", **more}


def descendants(pid: int) -> list[int]:
    """Every process below `pid`."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [below for child in map(int, text.split()) for below in (child, *descendants(child))]


def lives(pid: int) -> bool:
    """Whether `pid` runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def answers_ok(url: str) -> bool:
    """Whether `url` answers 200."""
    try:
        with urlopen(url, timeout=3) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def test_up_serves_and_ctrl_c_leaves_no_process_behind() -> None:
    port = free_port(after=22_000, beside=1)
    with scratch_home() as home, up(home, port) as started:
        said = started.lines_until("Ctrl-C stops everything")
        below = descendants(started.process.pid)

        assert answers_ok(f"http://{HOST}:{port}/readyz")
        assert answers_ok(f"http://{HOST}:{port + 1}/healthz")
        assert any(f"http://{HOST}:{port}" in line and "Web" in line for line in said)
        assert any("mei@example.com" in line and "a-password" in line for line in said)
        assert any(re.search(r"✓ demo world \d+\.\d s", line) for line in said)

        began = time.monotonic()
        started.process.send_signal(signal.SIGINT)
        started.lines_until("OVER")

        assert started.process.wait(timeout=5) == 0
        assert time.monotonic() - began < 15
        assert not [pid for pid in below if lives(pid)]
        assert wait_until(lambda: living(home) == [])


@pytest.mark.kill
def test_up_survives_the_death_of_server_keeper_and_web() -> None:
    port = free_port(after=23_000, beside=1)
    web = f"http://{HOST}:{port}/readyz"
    with scratch_home() as home, up(home, port) as started:
        started.lines_until("Ctrl-C stops everything")
        for victim in (postmaster_pid(home), keeper_pids(home)[0], serving(port)):
            kill(victim)
            assert wait_until(lambda victim=victim: not lives(victim), seconds=10)
            assert wait_until(lambda: answers_ok(web), seconds=40)

        started.process.send_signal(signal.SIGTERM)

        assert started.process.wait(timeout=20) == 0
        assert wait_until(lambda: living(home) == [])


@pytest.mark.kill
def test_a_killed_up_takes_everything_with_it() -> None:
    port = free_port(after=24_000, beside=1)
    with scratch_home() as home, up(home, port) as started:
        started.lines_until("Ctrl-C stops everything")
        below = descendants(started.process.pid)

        started.process.kill()

        assert wait_until(lambda: not [pid for pid in below if lives(pid)], seconds=15)
        assert wait_until(lambda: not living(home), seconds=15)


def serving(port: int) -> int:
    """The web process that the supervisor started."""
    wanted = ["serve", "--port", str(port)]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode().rstrip("\0").split("\0")
        except OSError:
            continue
        if words[-3:] == wanted:
            return int(entry.name)
    raise AssertionError(f"nobody serves {port}")


def refused(home: Path, port: int, **environment: str) -> str:
    """What `fenxiao up` says on stderr when it will not start; exit code 2 and nothing left."""
    told = subprocess.run(
        [sys.executable, "-m", "fenxiao.cli", "up", "--port", str(port)],
        capture_output=True,
        text=True,
        env=surroundings(home, **environment),
        timeout=60,
        check=False,
    )
    assert told.returncode == 2
    assert wait_until(lambda: living(home) == [])
    return told.stderr.strip()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "已被占用"), ("en", "is in use")])
def test_a_used_port_is_one_clear_line(language: str, word: str) -> None:
    with scratch_home() as home, socket.socket() as other:
        other.bind((HOST, free_port(after=25_000, beside=1)))
        other.listen(1)
        port = other.getsockname()[1]

        said = refused(home, port, FENXIAO_LANGUAGE=language)

    assert len(said.splitlines()) == 1
    assert word in said
    assert "--port" in said


def test_an_unwritable_home_is_one_clear_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()

    said = refused(in_the_way / "home", free_port(after=26_000, beside=1))

    assert len(said.splitlines()) == 1
    assert "--home" in said


def test_an_unreachable_database_is_one_clear_line() -> None:
    with scratch_home() as home:
        url = "postgresql://someone:hidden@127.0.0.1:9/shop"

        said = refused(home, free_port(after=27_000, beside=1), FENXIAO_DATABASE_URL=url)

    assert "FENXIAO_DATABASE_URL" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert "hidden" not in said


def test_an_old_python_is_refused() -> None:
    with pytest.raises(PythonTooOld, match=r"3\.10"):
        check_python((3, 10))
    check_python((3, 11))
