"""One turn of the flywheel by the command itself: every figure that is promised, true books, nothing left behind."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

PROMISED = {
    "products",
    "admitted",
    "levels",
    "creators",
    "links",
    "clicks",
    "orders",
    "attributed_orders",
    "settled_orders",
    "commission_fen",
    "ledger_transfers",
    "ledger_sum_fen",
    "books_ok",
    "beancount_ok",
    "seconds",
    "score_vs_hidden_quality",
    "redirects",
}
DAYS = 12

pytestmark = pytest.mark.kill


@pytest.fixture(scope="module")
def scratch() -> Path:
    """Where the command makes its scratch homes; reachable for the server's account under root."""
    folder = Path(tempfile.mkdtemp(prefix="fenxiao-flywheel-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def told(scratch: Path) -> dict[str, Any]:
    """What `fenxiao demo --json` says at last."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FENXIAO_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "fenxiao.cli", "demo", "--json", "--days", str(DAYS)],
        env={**clean, "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_every_promised_figure_is_told(told: dict[str, Any]) -> None:
    assert set(told) >= PROMISED


def test_the_books_are_right(told: dict[str, Any]) -> None:
    assert (told["books_ok"], told["beancount_ok"], told["ledger_sum_fen"]) == (True, True, 0)
    assert told["commission_fen"] > 0
    assert told["ledger_transfers"] >= told["settled_orders"] > 0


def test_the_figures_fit_together(told: dict[str, Any]) -> None:
    assert told["redirects"] == 60
    assert told["clicks"] >= told["redirects"]
    assert sum(told["levels"].values()) == told["admitted"] <= told["products"]
    assert set(told["levels"]) == {f"L{level}" for level in range(6)}
    assert 0 < told["settled_orders"] <= told["attributed_orders"] < told["orders"]
    assert told["links"] >= told["creators"] > 0


def test_nothing_is_left_behind(told: dict[str, Any], scratch: Path) -> None:
    assert told["seconds"] > 0
    assert list(scratch.iterdir()) == []
    assert [line for line in _command_lines() if str(scratch) in line] == []
    scratch.rmdir()


def _command_lines() -> list[str]:
    """Of every process of this machine, where it says whose it is."""
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # it ended meanwhile
    return lines
