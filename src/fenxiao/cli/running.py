"""Commands that run the processes: up, serve, edge, worker, migrate, doctor."""

from typing import Annotated

import typer

from fenxiao.cli.answers import AsJson, Home, answer, out
from fenxiao.cli.house import choose_home, migrate, open_house

Port = Annotated[
    int, typer.Option("--port", min=1, max=65_534, help="Port of the web process; the edge takes the next.")
]
EdgePort = Annotated[int, typer.Option("--port", min=1, max=65_535, help="Port to listen on.")]


def add_commands(app: typer.Typer) -> None:
    """Hang these commands onto the `fenxiao` command."""
    app.command("up")(up)
    app.command("serve")(serve)
    app.command("edge")(edge)
    app.command("worker")(worker)
    app.command("migrate")(migrate_tables)
    app.command("doctor")(doctor)


def up(
    home: Home = None, port: Port = 8000, demo: Annotated[bool, typer.Option(help="Fill an empty home.")] = True
) -> None:
    """Start everything: database, tables, the demo world if the home is empty, web, edge and worker."""
    from fenxiao.cli import up as starting
    from fenxiao.cli.first_run import demo_logins, preparations

    here = choose_home(home)
    starting.run(here, port=port, prepare=preparations(here, demo=demo), logins=lambda: demo_logins(here))


def serve(home: Home = None, port: Port = 8000) -> None:
    """Run the web process."""
    from fenxiao.cli.serve import run_web

    run_web(choose_home(home), port)


def edge(home: Home = None, port: EdgePort = 8001) -> None:
    """Run the edge: tracked links and click intake."""
    from fenxiao.cli.serve import run_edge

    run_edge(choose_home(home), port)


def worker(home: Home = None) -> None:
    """Run the worker: outbox, schedules, settlement."""
    open_house(home)
    from fenxiao.cli.worker import run

    run()


def migrate_tables(home: Home = None) -> None:
    """Bring the database's tables up to date."""
    choose_home(home)
    import django

    django.setup()
    migrate(quietly=False)


def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Check the installation; says in one line each what is wrong and how to mend it."""
    from fenxiao.cli.doctor import checks

    here = choose_home(home)
    found = checks(here)
    if as_json:
        answer({"ok": all(c.ok for c in found), "checks": {c.name: c.ok for c in found}}, as_json=True)
    else:
        for check in found:
            out.print(f"{'[green]✓[/]' if check.ok else '[red]✗[/]'} {check.line(here.language)}", soft_wrap=True)
    if not all(check.ok for check in found):
        raise typer.Exit(1)
