"""The growth of cost from size to size as a picture: both axes logarithmic, a line each for seconds and gigabytes."""

import math
from collections.abc import Sequence
from typing import Any, Final

WIDTH, HEIGHT, MARGIN = 640, 360, 56
FONT: Final = 'font-family="sans-serif" font-size="12"'
LINES: Final = (
    ("learning_seconds", "learning, s", "#2f6fb0"),
    ("finding_seconds", "50 best for everybody, s", "#c0562f"),
    ("peak_gb", "memory, GB", "#5b8c3e"),
)


def plot(rows: Sequence[dict[str, Any]]) -> str:
    """The picture as SVG."""
    xs = _axis([row["share"] for row in rows], MARGIN, WIDTH - MARGIN / 2)
    values = [row[name] for row in rows for name, _label, _colour in LINES]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))
    ys = _axis([low, high], HEIGHT - MARGIN, MARGIN / 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *_grid(rows, xs, ys, low, high),
    ]
    for at, (name, label, colour) in enumerate(LINES):
        points = " ".join(f"{xs(row['share']):.1f},{ys(row[name]):.1f}" for row in rows)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{xs(row["share"]):.1f}" cy="{ys(row[name]):.1f}" r="3" fill="{colour}"/>' for row in rows
        ]
        parts.append(f'<text x="{MARGIN + 12}" y="{34 + 18 * at}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _grid(rows: Sequence[dict[str, Any]], xs: Any, ys: Any, low: float, high: float) -> list[str]:
    bottom = HEIGHT - MARGIN
    parts = [
        f'<text x="{xs(row["share"]):.1f}" y="{bottom + 18}" text-anchor="middle">{row["share"]:.0%}</text>'
        for row in rows
    ]
    parts.append(
        f'<text x="{WIDTH / 2}" y="{bottom + 40}" text-anchor="middle">of 3.5 M creators and 10 M goods</text>'
    )
    step = low
    while step <= high:
        y = ys(step)
        parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN / 2}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{step:g}</text>')
        step *= 10
    return parts


def _axis(values: Sequence[float], start: float, end: float) -> Any:
    """A logarithmic axis that takes the values from start to end."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return lambda value: start + (math.log10(value) - low) / ((high - low) or 1) * (end - start)
