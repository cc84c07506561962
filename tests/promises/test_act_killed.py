"""A process killed between an act and its answer: asked again with the same key, it has acted once."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from fenxiao.kernel.models import AuditRow
from fenxiao.ledger.models import AccountKind, Transfer
from fenxiao.ledger.queries import balances_of, check_books
from fenxiao.parties.models import Kind, Organisation
from tests.cast import make_organisation

ROOT = Path(__file__).resolve().parents[2]
DEPOSITS = 150
PAUSES = [0.0, 0.013, 0.05]  # seconds between an answer and the kill

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]


def start(merchant: Organisation) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.promises.depositing",
            connection.settings_dict["NAME"],
            str(merchant.pk),
            str(DEPOSITS),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    )


def killed_after(answers: int, pause: float, merchant: Organisation) -> list[str]:
    """Kills a process `pause` after so many answers; every answer it gave."""
    process = start(merchant)
    assert process.stdout is not None
    heard = [process.stdout.readline().strip() for _ in range(answers)]
    time.sleep(pause)
    process.kill()
    heard += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    process.wait(timeout=10)
    return heard


def test_a_key_acts_once_however_often_its_process_is_killed() -> None:
    mei = make_organisation(Kind.MERCHANT, "Mei")

    heard = [killed_after(20 * (number + 1), pause, mei) for number, pause in enumerate(PAUSES)]
    last = start(mei)
    told, _ = last.communicate(timeout=60)

    answers = told.split("\n")[:-1]
    assert (last.returncode, len(answers)) == (0, DEPOSITS)
    assert all(len(early) < DEPOSITS for early in heard)  # they were really killed in the middle
    assert all(set(early) <= set(answers) for early in heard)  # nothing acknowledged was lost; the same key, the same
    assert Transfer.objects.count() == AuditRow.objects.filter(act="deposit").count() == DEPOSITS
    assert balances_of(mei)[AccountKind.MERCHANT_WALLET].fen == sum(100 + number for number in range(DEPOSITS))
    assert check_books().ok
