"""The web process says whether it lives and can work, and each request can be found in the log by its id."""

import logging
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_web_process_with_its_tables_is_ready() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").json() == {"status": "ready"}


def test_a_web_process_whose_tables_are_behind_lives_and_is_not_ready() -> None:
    MigrationRecorder.Migration.objects.filter(app="deals").delete()

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "migrations missing")
    assert Client().get("/healthz").status_code == 200


@pytest.mark.parametrize(("given", "is_kept"), [("abc-123", True), ("a b\tc", False), ("x" * 65, False)])
def test_a_request_is_found_in_the_log_by_its_id(given: str, is_kept: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="fenxiao.web")

    answer = Client().get("/healthz", headers={"X-Request-Id": given})

    lines: list[Any] = [record.msg for record in caplog.records if record.name == "fenxiao.web"]
    assert [(line["path"], line["status"], line["request_id"]) for line in lines] == [
        ("/healthz", 200, answer["X-Request-Id"])
    ]
    assert (answer["X-Request-Id"] == given) is is_kept
