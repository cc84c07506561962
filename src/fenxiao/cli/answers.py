"""How commands speak: progress on stderr, the result on stdout, one JSON object as its last line with `--json`."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

Home = Annotated[Path | None, typer.Option("--home", help="Folder of the installation (default: FENXIAO_HOME, ./var).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line of stdout.")]

notes = Console(stderr=True, highlight=False)
out = Console(highlight=False)


def progress() -> Progress:
    """A progress bar on stderr, with counts and elapsed time."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=notes,
        transient=not notes.is_terminal,
    )


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say on stderr that a long step has begun, and how long it took."""
    began = monotonic()
    notes.print(f"[dim]…[/] {name}")
    yield
    notes.print(f"[green]✓[/] {name} [dim]{monotonic() - began:.1f} s[/]")


def answer(result: Mapping[str, Any], *, as_json: bool, title: str = "") -> None:
    """Print a result: a table for people, or one JSON object as the last line."""
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
        return
    table = Table(title=title or None, show_header=False, title_justify="left")
    for name, value in result.items():
        table.add_row(name.replace("_", " "), _readable(value))
    out.print(table)


def _readable(value: object) -> str:
    if isinstance(value, Mapping):
        return "  ".join(f"{key}: {part}" for key, part in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
