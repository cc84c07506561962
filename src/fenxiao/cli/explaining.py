"""How `fenxiao explain` shows an explanation: as tables for people, or as plain values."""

from dataclasses import asdict
from typing import Any, Final

from rich.table import Table

from fenxiao.cli.answers import out
from fenxiao.quality.rules import Explanation, IndicatorLine, Words

CONFIRMED: Final[dict[bool | None, Words]] = {
    True: Words("已按原始事实复算，结果一致", "worked out again from raw facts: the same"),
    False: Words(
        "按原始事实复算，结果不一致：请重新评估", "worked out again from raw facts: NOT the same; grade again"
    ),
}


def explanation_values(found: Explanation) -> dict[str, Any]:
    """The explanation as one JSON-ready object; words in both languages."""
    return {name: _plain(value) for name, value in asdict(found).items()}


def _plain(value: Any) -> Any:
    """`asdict` keeps named tuples of words as they are; in JSON they read better with their languages."""
    if hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def explanation_table(found: Explanation, *, language: str) -> None:
    """Print the level with its reason, the powers, the indicators, the gates and the ways up."""
    zh = language.startswith("zh")
    label = " 「精选好物」" if found.is_select else ""
    out.print(f"[bold]L{found.level} {found.level_name.told(language)}[/]{label}  {found.reason.told(language)}")
    coverage = f"{'证据覆盖' if zh else 'evidence'} {found.coverage:.0%}"
    out.print(f"{'得分' if zh else 'score'} {found.score:.1f} · {coverage} · {found.peer_group.told(language)}")
    out.print(found.place.told(language))
    powers = Table(show_header=False, title="五力" if zh else "Five powers", title_justify="left")
    for power in found.powers:
        points = "–" if power.points is None else f"{power.points:.0f}"
        powers.add_row(power.name.told(language), points, f"{power.contribution:+.1f}")
    out.print(powers)
    out.print(_indicator_table(found.indicators, language=language))
    for gate in (*found.gates, *found.label_gates):
        where = f"L{gate.level}" if gate.level else ("标识" if zh else "label")
        out.print(f"{'[green]✓[/]' if gate.passed else '[red]✗[/]'} {where} {gate.asks.told(language)}", end="")
        out.print(f"  [dim]{gate.shown.told(language)}[/]")
    for way in found.ways_up:
        out.print(f"[cyan]↑[/] {way.told(language)}")
    if (confirmed := CONFIRMED.get(found.is_confirmed)) is not None:
        out.print(f"[dim]{confirmed.told(language)}[/]")


def _indicator_table(lines: tuple[IndicatorLine, ...], *, language: str) -> Table:
    zh = language.startswith("zh")
    table = Table(title="11 项指标" if zh else "Eleven indicators", title_justify="left")
    for column in (
        ("指标", "值", "证据", "百分位", "贡献") if zh else ("indicator", "value", "evidence", "percentile", "adds")
    ):
        table.add_column(column)
    for line in lines:
        value = line.shown.told(language) if line.is_known else f"[dim]{line.shown.told(language)}*[/]"
        evidence = line.evidence_shown.told(language)
        table.add_row(line.name.told(language), value, evidence, f"{line.percentile:.0f}", f"{line.contribution:+.1f}")
    if any(not line.is_known for line in lines):
        table.caption = "* 无证据，取同类均值" if zh else "* no evidence: the peers' mean"
    return table
