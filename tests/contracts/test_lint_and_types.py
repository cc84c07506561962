"""Ruff and mypy, as configured here, fail on planted breaks."""

from pathlib import Path

import pytest
from tests.contracts.small_house import BIN, plant, run

RUFF_BREAKS = {
    "an undocumented function": (
        "src/fenxiao/orders/rules.py",
        '"""Rules."""\n\n\ndef rate() -> int:\n    return 1\n',
        "D103",
    ),
    "an undocumented module": ("src/fenxiao/orders/rules.py", "rate = 1\n", "D100"),
    "an unused import": ("src/fenxiao/orders/rules.py", '"""Rules."""\n\nimport os\n', "F401"),
    "a moment without a zone": (
        "src/fenxiao/cli/main.py",
        '"""A door."""\n\nfrom datetime import datetime\n\nmoment = datetime.now()\n',
        "DTZ005",
    ),
}


@pytest.mark.parametrize(("path", "text", "code"), RUFF_BREAKS.values(), ids=RUFF_BREAKS)
def test_ruff_fails_on(house: Path, path: str, text: str, code: str) -> None:
    plant(house, path, text)

    exit_code, told = run(house, BIN / "ruff", "check", "--no-cache", "--output-format", "concise", path)

    assert exit_code == 1
    assert f" {code} " in told


def test_ruff_fails_on_a_file_out_of_format(house: Path) -> None:
    plant(house, "src/fenxiao/orders/rules.py", "rate  =  1\n")

    code, told = run(house, BIN / "ruff", "format", "--no-cache", "--check", ".")

    assert code == 1
    assert "src/fenxiao/orders/rules.py:1:6" in told
    assert "1 file would be reformatted" in told


@pytest.mark.parametrize(
    ("text", "code", "finding"),
    [
        ("def rate() -> int:\n    return 1\n", 0, "Success"),
        ('def rate() -> int:\n    return "1"\n', 1, "[return-value]"),
        ("def rate(bp):\n    return bp\n", 1, "[no-untyped-def]"),
        ("x = int('1')  # type: " + "ignore[arg-type]\n", 1, "[unused-ignore]"),
    ],
    ids=["sound code passes", "a wrong type", "no types", "an exception to nothing"],
)
def test_mypy_fails_on_unsound_code_only(house: Path, text: str, code: int, finding: str) -> None:
    # The Django plugin would set up the whole site for one line of arithmetic.
    configuration = (house / "pyproject.toml").read_text(encoding="utf-8")
    plant(house, "mypy.toml", configuration.replace('plugins = ["mypy_django_plugin.main"]\n', ""))
    plant(house, "src/fenxiao/orders/rules.py", text)

    cache = house / "cache"
    exit_code, told = run(
        house, BIN / "mypy", "--config-file", "mypy.toml", "--cache-dir", cache, "src/fenxiao/orders/rules.py"
    )

    assert exit_code == code, told
    assert finding in told
