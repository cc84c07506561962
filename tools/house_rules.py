"""Check the house rules and print sizes: `python tools/house_rules.py [CHECKOUT]`. Exit code 1 on any break."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from house import clock, floors, sizes, words
from house.source import Rule, Source

RULES: dict[str, Rule] = {
    "upward-name": floors.upward_names,
    "signal": floors.signals,
    "plain-model": floors.plain_models,
    "transaction": floors.transactions,
    "whole-act": floors.whole_acts,
    "clock": clock.clock,
    "empty-name": words.empty_names,
    "exception": words.exceptions,
}


def main(root: Path) -> int:
    """Print every break as `path:line rule why`, then the sizes."""
    paths = tracked(root)
    sources = [Source(path, read(root / path)) for path in paths if is_ours(path)]
    breaks = [*breaks_of_rules(sources), *breaks_of_words(root, paths)]
    for line in sorted(breaks):
        print(line)
    if not breaks:
        print(*sizes.report(sources), sep="\n")
    print(f"House rules: {len(sources)} files, {len(breaks)} broken")
    return 1 if breaks else 0


def tracked(root: Path) -> list[Path]:
    """Every file git keeps or would keep, relative to `root`; every file there is, where git keeps none."""
    asked = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    if told.returncode:
        return [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return [Path(name) for name in told.stdout.split("\0") if name and (root / name).is_file()]


def is_ours(path: Path) -> bool:
    """Python written by hand: migrations are made by Django."""
    return path.suffix == ".py" and path.parts[0] in {"src", "tests", "tools"} and "migrations" not in path.parts


def breaks_of_rules(sources: list[Source]) -> Iterator[str]:
    """Breaks found in the syntax trees."""
    for source in sources:
        for name, rule in RULES.items():
            yield from (f"{source.path}:{line} {name} {why}" for line, why in rule(source))


def breaks_of_words(root: Path, paths: list[Path]) -> Iterator[str]:
    """Breaks found in any text file, code or not."""
    for path in paths:
        yield from (f"{path}:{line} foreign-word {why}" for line, why in words.foreign_words(path, read(root / path)))


def read(path: Path) -> str:
    """The text of a file; nothing of one that is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
