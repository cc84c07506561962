"""The supervisor with real children: restarts, logs, readiness and a clean end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fenxiao.cli.ports import free_port

SOURCE = Path(__file__).resolve().parents[2] / "src"
SUPERVISE = '''
import sys
from fenxiao.cli.supervisor import Child, NotStarted, supervise
port = sys.argv[1]
server = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", port]
stubborn = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("stubborn", flush=True)
time.sleep(600)
"""
young = "print('born', flush=True); raise SystemExit(3)"
children = {
    "web": Child(name="web", arguments=server, colour=32, ready_url=f"http://127.0.0.1:{port}/"),
    "stubborn": Child(name="stubborn", arguments=[sys.executable, "-c", stubborn], colour=33),
    "young": Child(name="young", arguments=[sys.executable, "-c", young], colour=34),
}
try:
    supervise([children[name] for name in sys.argv[2:]], announce=lambda: print("READY", flush=True))
except NotStarted as refusal:
    print(refusal, flush=True)
    sys.exit(2)
print("OVER", flush=True)
'''


@contextmanager
def supervisor(*children: str) -> Iterator["subprocess.Popen[str]"]:
    port = str(free_port(after=21_000))
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, port, *children],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def lines_until(process: "subprocess.Popen[str]", wanted: str) -> list[str]:
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line.rstrip("\n"))
        if wanted in line:
            break
    return seen


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_within_seconds(number: signal.Signals) -> None:
    with supervisor("web") as process:
        lines_until(process, "READY")
        children = children_of(process.pid)
        began = time.monotonic()

        process.send_signal(number)

        assert lines_until(process, "OVER")[-1] == "OVER"
        assert process.wait(timeout=5) == 0
        assert time.monotonic() - began < 3
        assert len(children) == 1
        assert not any(lives(pid) for pid in children)


def test_a_second_signal_ends_a_stubborn_child_at_once() -> None:
    with supervisor("stubborn") as process:
        lines_until(process, "│ stubborn")
        (child,) = children_of(process.pid)

        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert lives(child)
        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=3) == 0
        assert not lives(child)


@pytest.mark.kill
def test_a_killed_child_is_started_again() -> None:
    with supervisor("web") as process:
        lines_until(process, "READY")
        (before,) = children_of(process.pid)

        os.kill(before, signal.SIGKILL)

        assert "web │ ended (signal SIGKILL); starting again in 0.5 s" in lines_until(process, "starting again")
        lines_until(process, "Serving HTTP")
        (after,) = children_of(process.pid)
        assert after != before


@pytest.mark.kill
def test_a_killed_supervisor_takes_its_children_along() -> None:
    with supervisor("web") as process:
        lines_until(process, "READY")
        (child,) = children_of(process.pid)

        process.kill()
        process.wait()

        deadline = time.monotonic() + 5
        while lives(child) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not lives(child)


def test_a_child_that_keeps_dying_is_given_up_with_its_name() -> None:
    with supervisor("young") as process:
        seen = lines_until(process, "keeps ending")

        pauses = [line.rpartition(" in ")[2] for line in seen if "starting again" in line]
        assert pauses == ["0.5 s", "1.0 s", "2.0 s", "4.0 s"]
        assert process.wait(timeout=5) == 2
        assert "process young" in seen[-1]


def test_logs_without_a_terminal_carry_no_colour() -> None:
    with supervisor("web", "young") as process:
        seen = lines_until(process, "starting again")

        assert "young │ born" in seen
        assert not any("\033" in line for line in seen)
