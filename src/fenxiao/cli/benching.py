"""The command `bench`: measures of speed, which live in the checkout's `bench` folder and not in the package."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from fenxiao.kernel.errors import BadInput

FOLDER = Path(__file__).resolve().parents[3] / "bench"

Name = Annotated[str, typer.Argument(help="Which one; none: list them.")]


def add_commands(app: typer.Typer) -> None:
    """Hang this command onto the `fenxiao` command; what follows the name is the bench's own."""
    app.command("bench", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(bench)


def bench(context: typer.Context, name: Name = "") -> None:
    """Run a bench; each prints its figures beside a peer's on the same work in the same run."""
    names = benches()
    if not name:
        typer.echo("\n".join(names))
        return
    if name not in names:
        known = " | ".join(names) or "–"
        raise BadInput(
            field="NAME",
            reason_zh=f"没有名为 {name} 的测速；有：{known}",
            reason_en=f"no bench {name}; there are: {known}",
        )
    script = str(FOLDER / f"{name}.py")
    # A process of its own: nothing that this command has loaded may colour the figures.
    os.execv(sys.executable, [sys.executable, script, *context.args])  # noqa: S606  # our own interpreter and script


def benches() -> list[str]:
    """The benches of this checkout: scripts that can be run."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if "--json" in path.read_text(encoding="utf-8"))
