"""The `fenxiao` command. Every command takes `--home`; a refused input exits 2 with one line and changes nothing."""

import sys

import typer

from fenxiao import __version__
from fenxiao.cli import backtesting, benching, books, goods, imports, quoting, ranking, running, world
from fenxiao.kernel.errors import Refused

app = typer.Typer(
    name="fenxiao",
    help="An open, self-hosted distribution alliance.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (running, goods, quoting, backtesting, ranking, books, world, benching):
    part.add_commands(app)
app.add_typer(imports.app, name="import")
app.add_typer(books.app, name="books")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fenxiao {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
) -> None:
    """Fenxiao: goods in, graded in the open, found, promoted, sold, and paid to the last fen."""


def main() -> None:
    """Run the command line; a `Refused` becomes one line on stderr and exit code 2."""
    try:
        app()
    except Refused as refused:
        sys.stderr.write(f"fenxiao: {refused.message(_language())}\n")
        raise SystemExit(2) from None


def _language() -> str:
    """The installation's language, English where the settings themselves were refused."""
    from fenxiao.kernel.settings import settings

    try:
        return settings().language
    except Refused:
        return "en"
