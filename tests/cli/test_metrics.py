"""Metrics are for who brings the token."""

import dataclasses

import pytest
from django.test import Client

from fenxiao.cli.site import metrics
from fenxiao.kernel.settings import settings


@pytest.mark.django_db
def test_without_a_token_there_are_no_metrics(client: Client) -> None:
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_the_token_opens_the_metrics(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = dataclasses.replace(settings(), metrics_token="sesame")
    monkeypatch.setattr(metrics, "settings", lambda: chosen)

    assert client.get("/metrics").status_code == 404
    answer = client.get("/metrics", headers={"authorization": "Bearer sesame"})
    assert answer.status_code == 200
    assert b"django_http_requests" in answer.content
