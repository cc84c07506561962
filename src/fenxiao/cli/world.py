"""Commands about simulated worlds: demo."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from fenxiao.cli.answers import AsJson, Home, answer, progress, step
from fenxiao.cli.house import choose_home, open_house

Days = Annotated[int, typer.Option("--days", min=8, help="Days of buying before today; fewer are quicker.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same world.")]


def add_commands(app: typer.Typer) -> None:
    """Hang these commands onto the `fenxiao` command."""
    app.command("demo")(demo)


def demo(home: Home = None, seed: Seed = 7, days: Days = 60, as_json: AsJson = False) -> None:
    """Build a scratch world and run the whole flywheel headless: services, the real edge, the books, bean-check."""
    if home is not None:
        _demo_in(home, seed=seed, days=days, as_json=as_json)
        return
    with tempfile.TemporaryDirectory(prefix="fenxiao-demo-") as scratch:
        try:
            _demo_in(Path(scratch), seed=seed, days=days, as_json=as_json)
        finally:
            _leave(Path(scratch))


def _leave(home: Path) -> None:
    """Let go of the scratch home's server before its folder is removed."""
    from django.db import connections

    from fenxiao.kernel.postgres import release_server

    connections.close_all()
    release_server(home)


def _demo_in(home: Path, *, seed: int, days: int, as_json: bool) -> None:
    here = choose_home(home)
    with step("opening the house"):
        open_house(home)
    from fenxiao.cli.flywheel import run_flywheel
    from fenxiao.simulator.world import Size

    with progress() as bars:
        tasks: dict[str, int] = {}

        def show(what: str, done: int, of: int) -> None:
            task = tasks.setdefault(what, bars.add_task(what, total=of)) if what not in tasks else tasks[what]
            bars.update(task, completed=done)  # type: ignore[arg-type]  # rich's TaskID is an int

        result = run_flywheel(here, seed=seed, show=show, size=Size(days=days))
    answer(result, as_json=as_json, title="Demo")
    if not (result["books_ok"] and result["beancount_ok"]):
        raise typer.Exit(1)
