"""A key gives one effect and the same answer."""

import threading

import pytest
from django.db import connection, transaction

from fenxiao.kernel.errors import BadInput, KeyReused
from fenxiao.kernel.idempotency import Answer, once
from fenxiao.kernel.models import AuditRow, IdempotencyKey
from tests.cast import NOON


def leave_a_mark() -> Answer:
    row = AuditRow.objects.create(at=NOON, act="mark", subject_type="test", subject_id="1", actor="test")
    return {"row": row.pk}


@pytest.mark.django_db
def test_the_same_key_gives_one_effect_and_the_same_answer() -> None:
    first = once("test", "k", request={"a": 1}, act=leave_a_mark)
    second = once("test", "k", request={"a": 1}, act=leave_a_mark)

    assert first == second
    assert AuditRow.objects.count() == 1


@pytest.mark.django_db
def test_a_key_with_another_request_is_refused() -> None:
    once("test", "k", request={"a": 1}, act=leave_a_mark)

    with pytest.raises(KeyReused):
        once("test", "k", request={"a": 2}, act=leave_a_mark)

    assert AuditRow.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_act_leaves_no_key_behind() -> None:
    def refuse() -> Answer:
        raise BadInput(field="x", reason_zh="坏", reason_en="bad")

    with pytest.raises(BadInput):
        once("test", "k", request={}, act=refuse)

    assert IdempotencyKey.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_callers_at_once_share_one_effect() -> None:
    begun, answers = threading.Barrier(2), []

    def call() -> None:
        begun.wait()
        answers.append(once("test", "k", request={"a": 1}, act=leave_a_mark))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert AuditRow.objects.count() == 1
    with transaction.atomic():
        AuditRow.objects.all().delete()
