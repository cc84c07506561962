"""Commands that bring in what others keep: `import olist`, `import taxonomy`, `import content`."""

from pathlib import Path
from typing import Annotated

import typer

from fenxiao.cli.answers import AsJson, Home, answer, notes, step
from fenxiao.cli.house import choose_home, open_house
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM

MOST_TOLD = 20  # refused lines that are told to people; --json has all

app = typer.Typer(no_args_is_help=True, help="Bring in goods and orders from elsewhere.")

Folder = Annotated[Path, typer.Argument(help="Folder with the eight CSV files.")]
File = Annotated[Path, typer.Argument(help="Category file: id, depth, names; see docs/operators.md.")]


@app.command("olist")
def olist(folder: Folder, home: Home = None, as_json: AsJson = False) -> None:
    """Import the Olist dataset; running it again changes nothing. The home's currency becomes BRL."""
    from fenxiao.cli.olist.money import set_home_to_brl
    from fenxiao.cli.olist.reading import open_dataset

    dataset = open_dataset(folder)
    set_home_to_brl(choose_home(home))
    here = open_house(home)
    from fenxiao.cli.olist.importing import import_dataset

    done = import_dataset(dataset, reports=here.report_dir)
    result = {
        "orders_read": done.orders_read,
        "rows_created": done.created,
        "rows_changed": done.changed,
        "problems": sum(done.problems.values()),
        "problems_by_reason": dict(done.problems),
        "report": str(done.report),
    }
    answer(result, as_json=as_json, title="Olist import")
    if not as_json and done.problems:
        notes.print(f"What could not be used as it stands is listed row by row in {done.report}")


@app.command("taxonomy")
def taxonomy(file: File, home: Home = None, as_json: AsJson = False) -> None:
    """Load a category tree; running it again changes nothing."""
    open_house(home)
    from fenxiao.catalog import services as catalog
    from fenxiao.catalog.taxonomy_file import taxonomy_of

    with step(f"loading categories from {file}"):
        loaded = catalog.load_categories(taxonomy_of(file), by=SYSTEM, now=clock.now())
    answer({"rows_created": loaded.created, "rows_changed": loaded.changed}, as_json=as_json, title="Categories")


@app.command("content")
def content(
    file: Annotated[Path, typer.Argument(help="CSV or JSON lines: creator, day, medium, pieces, views, gmv_fen.")],
    told_by: Annotated[str, typer.Option("--told-by", help="Who tells it, e.g. the platform's name.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Import creators' live broadcasts and videos by day; bad lines are named. The square has the others at once."""
    open_house(home)
    from fenxiao.cli.content_file import content_of
    from fenxiao.facts import services as facts
    from fenxiao.kernel import outbox

    read = content_of(file)
    with step(f"taking days from {file}"):
        taken = facts.take_content_days(read.rows, told_by=told_by, by=SYSTEM, now=clock.now())
    with step("counting the cards of these creators"):  # else the square waits for a worker
        outbox.deliver_all(now=clock.now())
    refused = sorted([*read.unread, *taken.refused], key=lambda row: row.line)
    result = {
        "rows_created": taken.created,
        "rows_changed": taken.changed,
        "rows_same": taken.same,
        "rows_refused": len(refused),
        "refused": [{"line": row.line, "field": row.field, "zh": row.zh, "en": row.en} for row in refused],
    }
    for row in [] if as_json else refused[:MOST_TOLD]:
        notes.print(f"line {row.line}: {row.field}: {row.en}")
    shown = {name: value for name, value in result.items() if as_json or name != "refused"}
    answer(shown, as_json=as_json, title="Content days")
