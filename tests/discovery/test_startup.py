"""A process that serves pages or keeps jobs starts without what only matching needs."""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
LOADED = """
import sys
import django
django.setup()
import fenxiao.cli.site.urls
import fenxiao.discovery.jobs
print("fenxiao.discovery.jobs" in sys.modules, sorted(name for name in sys.modules if name.split(".")[0] == "scipy"))
"""


def test_pages_and_jobs_start_without_scipy() -> None:
    env = os.environ | {"PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": "fenxiao.cli.site.settings"}

    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, env=env)

    assert told.stdout == "True []\n"
