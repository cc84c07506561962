"""The table of indicators in `docs/grading.md` is that of the code."""

from pathlib import Path

from fenxiao.quality.rules import INDICATORS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "grading.md"


def told_indicators() -> dict[str, list[str]]:
    """The cells of each row whose first one names an indicator, by its code."""
    section = PAGE.read_text(encoding="utf-8").split("## The eleven indicators")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    return {row[0].strip("`"): row[1:] for row in rows if row[0].startswith("`")}


def test_the_page_tells_of_exactly_the_indicators_there_are() -> None:
    assert list(told_indicators()) == list(INDICATORS)


def test_power_unit_direction_and_strength_are_those_of_the_code() -> None:
    expected = {
        code: [one.power.value, one.unit.value, "higher" if one.higher_is_better else "lower", str(one.strength or "–")]
        for code, one in INDICATORS.items()
    }

    assert {code: [cells[0], cells[3], cells[4], cells[8]] for code, cells in told_indicators().items()} == expected
