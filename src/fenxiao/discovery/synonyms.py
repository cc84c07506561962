"""The synonyms of this installation: the file that comes with the program, then the home's own."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from fenxiao.discovery.rules import Synonyms, read_synonyms
from fenxiao.kernel.settings import settings

OURS: Final = Path(__file__).with_name("synonyms.txt")


def synonyms() -> Synonyms:
    """The groups in force. A home's file that was changed holds from the next query on."""
    own = settings().home / "synonyms.txt"
    try:
        changed = own.stat().st_mtime_ns
    except OSError:
        return _read(None, 0)
    return _read(own, changed)


@lru_cache(maxsize=2)
def _read(own: Path | None, _changed: int) -> Synonyms:
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in (OURS, own) if path is not None]
    return read_synonyms(line for text in texts for line in text.splitlines())
