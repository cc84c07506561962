"""The compiled translations: made when they are older than their source, in whole files."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "src/fenxiao/console/locale/zh_Hans/LC_MESSAGES/django.po"


def compile_if_stale() -> None:
    """What `make setup` does, for those who run pytest by itself."""
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < CATALOGUE.stat().st_mtime:
        sys.path.insert(0, str(ROOT / "tools"))
        from compile_messages import main

        assert main([str(CATALOGUE)]) == 0
