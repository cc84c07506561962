"""`fenxiao evaluate-ranking`: what other boosts would have brought, told from the log of what creators were shown."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from fenxiao.cli.answers import AsJson, Home, answer, out
from fenxiao.cli.house import open_house
from fenxiao.kernel import clock
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.money import bp_of

if TYPE_CHECKING:
    from fenxiao.discovery.rules.boosts import Boosting
    from fenxiao.discovery.rules.evaluation import Estimate

Levels = Annotated[
    str | None, typer.Option("--levels", help="Per cent of L1 to L5, e.g. 100,110,140,170,200 (default: in force).")
]
Share = Annotated[
    str | None, typer.Option("--trial-share", help="Per cent of places kept for newcomers (default: in force).")
]
Days = Annotated[int, typer.Option("--days", min=1, max=90, help="How many days of the log, the last ones.")]


def add_commands(app: typer.Typer) -> None:
    """Hang the command onto `fenxiao`."""
    app.command("evaluate-ranking")(evaluate_ranking)


def evaluate_ranking(
    *, levels: Levels = None, trial_share: Share = None, days: Days = 30, home: Home = None, as_json: AsJson = False
) -> None:
    """Picks per page of creators' own lists as they were, and as they would be under other boosts (IPS, SNIPS)."""
    here = open_house(home)
    from fenxiao.discovery.queries.boosts import boosts_at
    from fenxiao.discovery.queries.evaluation import evaluate

    now = clock.now()
    other = _other(boosts_at(now).boosting, levels=levels, trial_share=trial_share)
    found = evaluate(other, since=now - timedelta(days=days), until=now)
    if as_json:
        answer(_values(found, other), as_json=True)
    else:
        _show(found, language=here.language)


def _other(boosting: "Boosting", *, levels: str | None, trial_share: str | None) -> "Boosting":
    if levels is not None:
        told = levels.split(",")
        if len(told) != len(boosting.level_percent) or not all(each.strip().isdecimal() for each in told):
            zh, en = "应为五个整数，以逗号分隔", "five whole numbers with commas between"
            raise BadInput(field="--levels", reason_zh=zh, reason_en=en)
        boosting = replace(boosting, level_percent={at: int(each) for at, each in enumerate(told, start=1)})
    if trial_share is not None:
        try:
            boosting = replace(boosting, trial_share_bp=bp_of(trial_share))
        except ValueError:
            zh, en = "应为百分比，例如 10", "a percentage such as 10"
            raise BadInput(field="--trial-share", reason_zh=zh, reason_en=en) from None
    return boosting


def _values(found: "Estimate", other: "Boosting") -> dict[str, Any]:
    told = {"level_percent": dict(other.level_percent), "trial_share_bp": other.trial_share_bp}
    return {**asdict(found), "is_covered": found.is_covered, "boosts": told}


def _show(found: "Estimate", *, language: str) -> None:
    zh = language.startswith("zh")
    table = Table(title="每页选取数" if zh else "Picks per page", title_justify="left")
    for column in ("", "估计" if zh else "estimate", "标准误" if zh else "standard error"):
        table.add_column(column)
    table.add_row("实际展示" if zh else "as shown", f"{found.shown:.4f}", "")
    table.add_row("IPS", f"{found.ips:.4f}", f"{found.ips_error:.4f}")
    table.add_row("SNIPS", f"{found.snips:.4f}", f"{found.snips_error:.4f}")
    out.print(table)
    if zh:
        out.print(
            f"{found.pages:,} 页，{found.places:,} 个位置，有效样本 {found.effective:,.0f}，覆盖 {found.coverage:.0%}"
        )
    else:
        told = f"{found.pages:,} pages, {found.places:,} places, effective size {found.effective:,.0f}"
        out.print(f"{told}, coverage {found.coverage:.0%}")
    if not found.is_covered:
        en = "The log never tried most of what these boosts would do: do not decide by this."
        out.print("[yellow]" + ("记录中很少出现这些加权会带来的排法，不足以据此决定。" if zh else en) + "[/]")
