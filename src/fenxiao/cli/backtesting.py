"""`fenxiao backtest`: what would have followed, had goods been graded by a policy at dates of the past."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from fenxiao.cli.answers import AsJson, Home, out, step
from fenxiao.cli.goods import Policy, day_named
from fenxiao.cli.house import open_house
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.kernel.errors import BadInput

if TYPE_CHECKING:
    from fenxiao.quality.backtest import Backtest
    from fenxiao.quality.rules import PolicyBody

At = Annotated[list[str], typer.Option("--at", help="Grade on what was known before this day; may be given again.")]
Horizon = Annotated[int, typer.Option("--horizon", help="Days that followed.")]
Weight = Annotated[
    float, typer.Option("--received-weight", help="Lines that one received line stands for (a sample: 18.65 on Olist).")
]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the results for the operators' pages.")]
Body = Annotated[Path | None, typer.Option("--body", help="Try the policy in this JSON file instead.")]


def add_commands(app: typer.Typer) -> None:
    """Hang the command onto `fenxiao`."""
    app.command("backtest")(backtest)


def backtest(
    *,
    at: At,
    horizon: Horizon = 90,
    received_weight: Weight = 1.0,
    policy: Policy = None,
    body: Body = None,
    keep: Keep = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Grade on what was known at DATE; say per level what followed, and how well scores foretold it."""
    open_house(home)
    from fenxiao.quality.backtest import backtest as tried

    days, today = [day_named(text) for text in at], clock.business_day(clock.now())
    if not received_weight > 0:  # nan is no weight either
        raise BadInput(field="--received-weight", reason_zh="应大于 0", reason_en="more than 0")
    chosen, found = _policy(policy, body), []
    for day in days:
        with step(f"backtest at {day}, {horizon} days"):
            found.append(tried(at=day, horizon=horizon, policy=chosen, today=today, weight=received_weight))
    kept = _kept(found, number=policy, body=body) if keep else []
    if as_json:
        told = {"horizon": horizon, "received_weight": received_weight, "dates": [_values(one) for one in found]}
        told |= {"kept": kept} if keep else {}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
        return
    for one in found:
        _print(one)


def _policy(number: int | None, body: Path | None) -> "PolicyBody":
    """The policy of that number, of that file, or the one in force; without any, the default."""
    from fenxiao.quality.queries import policy_body
    from fenxiao.quality.rules import PolicyBody

    if body is None:
        return policy_body(number)
    try:
        return PolicyBody.from_json(json.loads(body.read_text()))
    except (OSError, ValueError) as wrong:
        raise BadInput(field="--body", reason_zh=f"无法读取 {body}：{wrong}", reason_en=f"{body}: {wrong}") from None


def _kept(found: "Sequence[Backtest]", *, number: int | None, body: Path | None) -> list[int]:
    """Keep the results; their numbers on the pages."""
    from fenxiao.quality import services as quality
    from fenxiao.quality.models import Policy
    from fenxiao.quality.queries import policy_in_force

    note = body.name if body else ""
    policy = None if body else Policy.objects.filter(number=number).first() if number else policy_in_force()
    now = clock.now()
    return [quality.keep_backtest(one, policy=policy, note=note, by=SYSTEM, now=now).pk for one in found]


def _values(one: "Backtest") -> dict[str, Any]:
    told = asdict(one)
    for row in told["correlations"]:
        row["words"] = row["words"]._asdict()
    return told


def _print(one: "Backtest") -> None:
    levels = Table(title=f"{one.at} → {one.until} · {one.products:,} products · {one.engine}", title_justify="left")
    for column in ("level", "products", "active", "orders / 100", "review score", "refund rate", "late rate"):
        levels.add_column(column, justify="right")
    for row in one.levels:
        levels.add_row(
            f"L{row.level}",
            f"{row.products:,}",
            f"{row.active / row.products:.1%}",
            f"{100 * row.orders / row.products:,.0f}",
            _shown(row.review_score, ".2f"),
            _shown(row.refund_rate, ".2%"),
            _shown(row.late_rate, ".1%"),
        )
    out.print(levels)
    ranks = Table(title="Spearman", title_justify="left")
    for column in ("outcome", "products", "level", "score", "sales only", "review only"):
        ranks.add_column(column, justify="right")
    for found in one.correlations:
        four = (found.level, found.score, found.sales_only, found.review_only)
        ranks.add_row(found.words.en, f"{found.products:,}", *(_shown(value, "+.3f") for value in four))
    out.print(ranks)
    _print_set_aside(one)


def _print_set_aside(one: "Backtest") -> None:
    """The rows that cannot be true, where there are any: nothing is said of their products."""
    if not one.quarantined:
        return
    rows = Table(title=f"{one.quarantined:,} products set aside: facts that cannot be true", title_justify="left")
    for column in ("product", "where", "reason", "row"):
        rows.add_column(column, overflow="fold")
    for row in one.set_aside:
        rows.add_row(str(row.product_id), row.source, row.reason, row.row)
    out.print(rows)


def _shown(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
