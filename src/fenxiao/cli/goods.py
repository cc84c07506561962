"""Commands about goods: grade, explain, index, match."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from fenxiao.cli.answers import AsJson, Home, answer, notes, step
from fenxiao.cli.house import open_house
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.kernel.errors import BadInput

Policy = Annotated[int | None, typer.Option("--policy", help="Number of the policy (default: the published one).")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say who would move; change nothing.")]
AsOf = Annotated[str | None, typer.Option("--at", help="Grade on what was known before this day (YYYY-MM-DD).")]


def add_commands(app: typer.Typer) -> None:
    """Hang these commands onto the `fenxiao` command."""
    app.command("grade")(grade)
    app.command("explain")(explain)
    app.command("index")(index)
    app.command("match")(match)


def grade(
    home: Home = None, policy: Policy = None, dry_run: DryRun = False, at: AsOf = None, as_json: AsJson = False
) -> None:
    """Grade every admitted product into L0 to L5."""
    open_house(home)
    from fenxiao.kernel import outbox
    from fenxiao.quality import services as quality

    now = clock.now()
    as_of = day_named(at) if at else last_known_day(now)
    with step(f"grading as of {as_of}"):
        bring_facts_up_to_date(now)
        quality.ensure_default_policy(by=SYSTEM, now=now)
        run = quality.grade(as_of=as_of, policy=policy, dry_run=dry_run, by=SYSTEM, now=now)
        outbox.deliver_all(now=clock.now())
    answer(
        {
            "run": run.pk,
            "policy": run.policy.number,
            "as_of": run.as_of,
            "engine": run.engine,
            "products": run.products,
            "quarantined": run.quarantined,
            "levels": run.by_level,
            "levels_changed": run.levels_changed,
            "seconds": run.seconds,
        },
        as_json=as_json,
        title="Grading run",
    )


def day_named(text: str) -> date:
    """The day `text` names; refuses anything but YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            field="--at", reason_zh=f"“{text}” 不是 YYYY-MM-DD 日期", reason_en=f"{text!r} is no YYYY-MM-DD day"
        ) from None


def last_known_day(now: datetime) -> date:
    """Today; where the facts ended over 30 days ago (an imported past), the day after the last one, with a note."""
    from fenxiao.facts.queries import last_day

    today, last = clock.business_day(now), last_day()
    if last is None or last >= today - timedelta(days=30):
        return today
    notes.print(f"[yellow]The facts end on {last}: grading as of the next day (choose another with --at).[/]")
    return last + timedelta(days=1)


def bring_facts_up_to_date(now: datetime) -> None:
    """Deliver the news that is due and count the days it touched."""
    from fenxiao.facts import services as facts
    from fenxiao.kernel import outbox

    outbox.deliver_all(now=now)
    facts.build(by=SYSTEM, now=now)


def explain(product: int, home: Home = None, as_json: AsJson = False) -> None:
    """Explain a product's level: 11 indicators, five powers, gates, its place among peers, ways up."""
    here = open_house(home)
    from fenxiao.cli.explaining import explanation_table, explanation_values
    from fenxiao.quality.queries import explanation_of

    found = explanation_of(product)
    if as_json:
        answer(explanation_values(found), as_json=True)
    else:
        explanation_table(found, language=here.language)


def index(home: Home = None, as_json: AsJson = False) -> None:
    """Rebuild the selection index beside the live one and swap it in."""
    open_house(home)
    from fenxiao.discovery import services as discovery

    with step("building the selection index"):
        built = discovery.rebuild_index(now=clock.now())
    answer({"products": built.products, "seconds": built.seconds}, as_json=as_json, title="Selection index")


def match(home: Home = None, as_json: AsJson = False) -> None:
    """Match goods and creators anew, both ways, beside the matches that serve, and swap the result in."""
    open_house(home)
    from fenxiao.discovery.match_making import make_matches

    with step("matching goods and creators"):
        made = make_matches(now=clock.now())
    answer(asdict(made), as_json=as_json, title="Matches")
