"""The edge starts without loading Django, also when everything it serves with is imported."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
LOADED = "import sys, fenxiao.edge.app; print(sorted(name for name in sys.modules if name.split('.')[0] == 'django'))"


def test_the_edge_loads_no_django() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(SOURCE)}
    )

    assert told.stdout == "[]\n"
