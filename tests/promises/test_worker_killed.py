"""Workers in parallel, and workers killed in the middle: every piece of news has its effect once."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.db import connection, transaction

from fenxiao.kernel import outbox
from fenxiao.kernel.models import AuditRow, OutboxDelivery, OutboxEvent

ROOT = Path(__file__).resolve().parents[2]
NEWS = 400

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]


def publish(count: int) -> None:
    with transaction.atomic():
        for cup in range(count):
            outbox.publish("cup.sold", cup=cup)


def start_worker() -> "subprocess.Popen[str]":
    """A process that delivers until nothing is due, from the word `go` on."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.promises.delivering", connection.settings_dict["NAME"]],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def go(worker: "subprocess.Popen[str]") -> None:
    assert worker.stdin is not None
    worker.stdin.close()


def end(worker: "subprocess.Popen[str]") -> int:
    status = worker.wait(timeout=60)
    assert worker.stdout is not None
    worker.stdout.close()
    return status


def marks() -> Counter[str]:
    return Counter(AuditRow.objects.filter(act="cup.sold").values_list("subject_id", flat=True))


ONCE_EACH = Counter({str(cup): 1 for cup in range(NEWS)})


def test_two_workers_in_parallel_deliver_everything_once() -> None:
    publish(NEWS)

    workers = [start_worker(), start_worker()]
    for worker in workers:
        go(worker)
    statuses = [end(worker) for worker in workers]

    hands = set(AuditRow.objects.filter(act="cup.sold").values_list("actor", flat=True))
    assert statuses == [0, 0]
    assert marks() == ONCE_EACH
    assert len(hands) == 2  # both had a share, or nothing was shown
    assert OutboxEvent.objects.filter(delivered_at=None).count() == 0


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing() -> None:
    random = Random(1)  # noqa: S311  # repeatable, not secret
    publish(NEWS)
    workers = [start_worker() for _ in range(4)]

    for worker in workers[:3]:
        before = len(marks())
        go(worker)
        while len(marks()) <= before:  # until it is at work
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.1))
        worker.kill()
        end(worker)
    interrupted = len(marks())
    go(workers[3])
    last = end(workers[3])

    assert 0 < interrupted < NEWS  # they were really killed in the middle
    assert last == 0
    assert marks() == ONCE_EACH
    assert OutboxDelivery.objects.count() == NEWS
    assert OutboxEvent.objects.filter(delivered_at=None).count() == 0
