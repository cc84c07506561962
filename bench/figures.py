"""The form in which every bench gives its figures: a value, what it is held against, whether it reached its target."""

import json
import os
import platform
from typing import Any


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    target: float,
    peer: str = "",
    peer_value: float | None = None,
    is_less_better: bool = False,
) -> dict[str, Any]:
    """One figure. The target is for the ratio value ÷ peer where there is a peer, else for the value itself."""
    ratio = value / peer_value if peer_value else None
    judged = value if ratio is None else ratio
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": peer or None,
        "peer_value": peer_value,
        "ratio": ratio,
        "target": target,
        "ok": judged <= target if is_less_better else judged >= target,
    }


def report(bench: str, figures: list[dict[str, Any]], *, as_json: bool, **more: Any) -> None:
    """Print the figures for people and, if asked, as one JSON object on the last line."""
    for one in figures:
        beside = f"  {one['peer']} {_told(one['peer_value'])}, ratio {one['ratio']:.2f}" if one["peer"] else ""
        verdict = "ok" if one["ok"] else "MISSED"
        print(
            f"{one['name']:<26} {_told(one['value']):>12} {one['unit']}{beside}  (target {one['target']:,}: {verdict})"
        )
    for name, value in more.items():
        print(f"{name:<26} {value}")
    if as_json:
        machine = f"{os.cpu_count()} cores, {platform.machine()}"
        print(json.dumps({"bench": bench, "machine": machine, "figures": figures, **more}))


def _told(value: float) -> str:
    """As people read it: parts of one need their digits."""
    return f"{value:.4f}" if abs(value) < 1 else f"{value:,.1f}"
