"""Compile .po files to the .mo files Django reads, without gettext, and refuse placeholders that do not match."""

import re
import sys
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def main(paths: list[str]) -> int:
    """Compile each path; exit code 1 when a translation asks for values its message does not give."""
    troubles = [trouble for path in map(Path, paths) for trouble in compile_messages(path)]
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return 1 if troubles else 0


def compile_messages(path: Path) -> list[str]:
    """Write `path` as .mo beside it, unless something is wrong with it."""
    messages = polib.pofile(str(path))
    troubles = [
        f"{path}:{entry.linenum} {why}" for entry in messages.translated_entries() if (why := trouble_in(entry))
    ]
    if not troubles:
        messages.save_as_mofile(str(path.with_suffix(".mo")))
    return troubles


def trouble_in(entry: polib.POEntry) -> str:
    """What the translation asks for and the message does not give, or nothing."""
    given = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    asked = set(PLACEHOLDER.findall(entry.msgstr + "".join(entry.msgstr_plural.values())))
    return f"asks for {', '.join(sorted(asked - given))}, which “{entry.msgid}” does not give" if asked - given else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
