"""`fenxiao import content`: what was told stands on the square when the command ends."""

import json
from pathlib import Path

import pytest
import time_machine

from fenxiao.cli.imports import content
from fenxiao.discovery.models import CreatorCard
from fenxiao.parties.models import Organisation
from tests.cast import NOON


def test_cards_of_creators_told_of_are_counted_at_once(
    chen: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = tmp_path / "days.csv"
    head, day = "creator,day,medium,pieces,views,gmv_fen", f"{chen.pk},2026-03-10,live,2,1000,50000"
    days.write_text(f"{head}\n{day}\n{chen.pk},2026-03-10,radio,1,1,1\n")

    with time_machine.travel(NOON, tick=False):
        content(days, told_by="Kuaishou", as_json=True)

    done = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (done["rows_created"], done["rows_refused"]) == (1, 1)
    assert list(CreatorCard.objects.values_list("creator", "live_pieces", "gpm_fen")) == [(chen.pk, 2, 50_000)]
