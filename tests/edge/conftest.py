"""A real edge: granian in a process group of its own, on the test database, spoken to over HTTP."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.parties.models import Organisation
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link
from tests.cast import BY, NOON

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the edge's secret in tests"
BASE_URL = "https://fenxiao.example"


@dataclass(frozen=True)
class Told:
    """What the edge answered."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class RunningEdge:
    """An edge process and its port."""

    process: "subprocess.Popen[bytes]"
    port: int

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> Told:
        caller = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            caller.request(method, path, headers={name.replace("_", "-"): told for name, told in headers.items()})
            return told_by(caller.getresponse())
        finally:
            caller.close()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def told_by(response: HTTPResponse) -> Told:
    body = response.read().decode()
    return Told(response.status, {name.lower(): told for name, told in response.getheaders()}, body)


def url_of_test_database(**overrides: str) -> str:
    told = {name: str(connection.settings_dict[name]) for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    told |= overrides
    account = quote(told["USER"], safe="") + (f":{quote(told['PASSWORD'], safe='')}" if told["PASSWORD"] else "")
    return f"postgresql://{account}@/{told['NAME']}?host={quote(told['HOST'], safe='')}&port={told['PORT'] or 5432}"


@contextlib.contextmanager
def running_edge(*, database_url: str) -> Iterator[RunningEdge]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "fenxiao.edge.app:application"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "FENXIAO_DATABASE_URL": database_url,
            "FENXIAO_SECRET_KEY": SECRET,
            "FENXIAO_BASE_URL": BASE_URL,
            "FENXIAO_TRACKING_URL": "https://go.fenxiao.example",
        },
        start_new_session=True,
    )
    edge = RunningEdge(process, port)
    try:
        wait_until(lambda: edge.ask("/healthz").status == 200)
        yield edge
    finally:
        edge.stop()


def wait_until(holds: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if holds():
                return
        time.sleep(0.05)
    raise AssertionError(f"not so after {seconds} seconds")


@pytest.fixture(scope="module")
def edge(django_db_setup: None) -> Iterator[RunningEdge]:
    with running_edge(database_url=url_of_test_database()) as running:
        wait_until(lambda: running.ask("/readyz").status == 200)
        yield running


@pytest.fixture
def link(transactional_db: None, chen: Organisation, cup: Product) -> Link:
    """Chen's link to Mei's cup, which has no page of its own."""
    deals.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    place = tracking.open_place(chen, name="直播间", by=BY, now=NOON)
    return tracking.make_link(chen, product=cup, place=place, by=BY, now=NOON)
