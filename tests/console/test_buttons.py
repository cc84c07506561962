"""Buttons do what they say, with scripts and without."""

import re
from pathlib import Path

from tests.console.words import ROOT

AFAR = re.compile(r"<button(?=[^>]* form=)[^>]*>")


def test_a_button_outside_its_form_says_that_it_submits() -> None:
    """Else htmx does not know which of a form's buttons was pressed: neither its value nor its address is sent."""
    templates = Path(ROOT / "src/fenxiao/console/templates").rglob("*.html")
    afar = [(path.name, found) for path in templates for found in AFAR.findall(path.read_text(encoding="utf-8"))]

    assert afar
    assert [each for each in afar if 'type="submit"' not in each[1]] == []
