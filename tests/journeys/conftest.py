"""A real browser on a real server: one journey per role."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from fenxiao.parties.models import Organisation
from tests.cast import make_member
from tests.console.words import compile_if_stale

compile_if_stale()

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

Enter = Callable[..., Page]


@pytest.fixture
def chromium(live_server: LiveServer) -> Iterator[Browser]:
    """The system's Chromium, headless; gone before the database is emptied, which its loop would forbid."""
    if not shutil.which(CHROMIUM):
        pytest.skip(f"{CHROMIUM} is missing: make test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Enter]:
    """Log a member of `organisation` in, on a desk or a phone, with scripts or without; complaints fail the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    complaints: list[str] = []
    contexts = []

    def entered(
        organisation: Organisation, *, viewport: dict[str, int] = DESK, scripts: bool = True, language: str = "zh-hans"
    ) -> Page:
        context = chromium.new_context(viewport=viewport, java_script_enabled=scripts, base_url=live_server.url)
        contexts.append(context)
        context.add_cookies([{"name": "fx_language", "value": language, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        member = make_member(organisation, f"p{len(contexts)}.{organisation.pk}@example.org")
        log_in(page, member.user.email)
        return page

    yield entered
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, email: str) -> None:
    """Through the form, with the cast's password."""
    page.goto("/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", "correct horse")
    page.click("main button.btn-primary")
    expect(page.locator("header .fx-drop").first).to_be_visible()


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    for item in items:
        if os.sep + "journeys" + os.sep in str(item.path):
            item.add_marker("browser")
