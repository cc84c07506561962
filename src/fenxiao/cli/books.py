"""Commands about money: settle, books check, books export."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fenxiao.cli.answers import AsJson, Home, answer, step
from fenxiao.cli.goods import day_named
from fenxiao.cli.house import open_house
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM

app = typer.Typer(no_args_is_help=True, help="Check and export the books.")

Until = Annotated[str | None, typer.Option("--until", help="Settle what is due by the end of this day (YYYY-MM-DD).")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write (default: stdout).")]


class BookFormat(StrEnum):
    """Formats that books can be exported in."""

    BEANCOUNT = "beancount"


def add_commands(main: typer.Typer) -> None:
    """Hang these commands onto the `fenxiao` command."""
    main.command("settle")(settle)


def settle(home: Home = None, until: Until = None, as_json: AsJson = False) -> None:
    """Settle every line that is due: merchants' wallets pay creators, leaders and the platform."""
    open_house(home)
    from fenxiao.kernel import outbox
    from fenxiao.ledger import services as ledger

    now = clock.now()
    limit = clock.day_start(day_named(until) + timedelta(days=1)) if until else now
    with step("settling"):
        outbox.deliver_all(now=now)
        run = ledger.settle(until=min(limit, now), by=SYSTEM, now=now)
        outbox.deliver_all(now=clock.now())
    answer(
        {
            "lines_settled": run.lines_settled,
            "lines_awaiting": run.lines_awaiting,
            "commission_fen": run.commission_fen,
            "until": run.until.isoformat(),
        },
        as_json=as_json,
        title="Settlement",
    )


@app.command("check")
def check(home: Home = None, as_json: AsJson = False) -> None:
    """Check that postings sum to zero, balances match them and every settled line was split as agreed."""
    open_house(home)
    from fenxiao.ledger.queries import check_books

    with step("checking the books"):
        report = check_books()
    answer(
        {
            "ok": report.ok,
            "transfers": report.transfers,
            "postings": report.postings,
            "sum_fen": report.sum_fen,
            "problems": list(report.problems),
        },
        as_json=as_json,
        title="Books",
    )
    if not report.ok:
        raise typer.Exit(1)


@app.command("export")
def export(
    home: Home = None,
    kind: Annotated[BookFormat, typer.Option("--format")] = BookFormat.BEANCOUNT,
    output: Output = None,
) -> None:
    """Export the books, so that anyone can verify them with a program that is not ours."""
    here = open_house(home)
    from fenxiao.ledger import beancount

    if output is None:
        beancount.export(typer.get_text_stream("stdout"), currency=here.currency)
        return
    with output.open("w", encoding="utf-8") as file, step(f"exporting the books to {output}"):
        beancount.export(file, currency=here.currency)
