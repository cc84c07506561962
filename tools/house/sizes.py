"""Sizes, printed and not enforced. The aim: half the functions within ten lines, half the files within a hundred."""

from collections.abc import Iterable
from statistics import median

from house.source import Source

Sized = tuple[int, str]  # lines, what


def report(sources: Iterable[Source]) -> Iterable[str]:
    """The medians, then the ten largest files and functions."""
    house = [source for source in sources if source.is_house]
    if not house:
        return
    files = [(len(source.lines), str(source.path)) for source in house]
    functions = [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{source.path}:{node.lineno} {node.name}")
        for source in house
        for node in source.functions
    ]
    yield from _table("files", files)
    yield from _table("functions", functions)


def _table(title: str, sized: list[Sized]) -> Iterable[str]:
    middle = median(lines for lines, _ in sized) if sized else 0
    yield f"{len(sized)} {title}, median {middle:g} lines; the largest:"
    yield from (f"{lines:6} {what}" for lines, what in sorted(sized, reverse=True)[:10])
