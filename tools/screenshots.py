"""Take pictures of the console on a running server: `python tools/screenshots.py [--url URL] [--logins FILE] [--all]`.

Logs in as each demo person and writes PNGs at 1440 and 390 px to docs/pictures/: those that the README and the guides
show, or every page in its whole length with --all. Exit code 1 when a page is wider than its window or its scripts
complain.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
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
WIDTHS = (1440, 390)
LANGUAGES = ("zh-hans", "en")
WORK_MS = 120_000  # how long the worker may take


@dataclass(frozen=True)
class Shot:
    """A page by its address, or by the first link on it that matches `follow`.

    `before` sees to it that there is something to show.
    """

    name: str
    path: str
    follow: str = ""
    before: "Callable[[Page], None] | None" = None
    anchor: str = ""  # where on the page to look

    def file_name(self, width: int, language: str) -> str:
        """The name of its picture; the installation's first language goes without saying."""
        return f"{self.name}-{width}{'' if language == LANGUAGES[0] else '-' + language}.png"


def try_a_policy(page: Page) -> None:
    """Draft another version and have the worker try it, unless a draft stands there."""
    page.goto("/operator/policies/")
    if page.locator("main td a").count() > 1:
        return
    page.goto("/operator/policies/new/")
    page.fill("#id_note", "Brand counts less and sales more; L3 is easier to reach, L4 asks for more orders")
    page.fill("#id_power_brand", "5")
    page.fill("#id_power_sales", "30")
    page.fill("#id_threshold_3", "52")
    page.fill("#id_gate_4_orders", "40")
    page.click("button[value=save]")
    page.click("form[action$='/try'] button")
    page.wait_for_selector("#moved", timeout=WORK_MS)


def make_a_backtest(page: Page) -> None:
    """Have the worker look back 35 days, unless it did."""
    page.goto("/operator/backtests/")
    if page.locator("main td a").count():
        return
    page.goto("/operator/backtests/new/")
    page.fill("#id_at", (datetime.now(UTC).date() - timedelta(days=35)).isoformat())
    page.fill("#id_horizon", "30")
    page.click("main button.btn-primary")
    page.wait_for_selector(".fx-columns-chart", timeout=WORK_MS)


ENTRANCE = (Shot("login", "/accounts/login/"),)
SHOTS: dict[str, tuple[Shot, ...]] = {
    "Merchant": (
        Shot("merchant-home", "/merchant/"),
        Shot("merchant-products", "/merchant/products/"),
        Shot("merchant-product", "/merchant/products/?level=3", ".fx-goods"),
        Shot("merchant-what-if", "/merchant/products/?level=2", "TRY"),
        Shot("merchant-levers", "/merchant/levers/"),
        Shot("merchant-lever", "/merchant/levers/", "main td a"),
        Shot("merchant-edit", "/merchant/products/?state=admitted", "EDIT"),
        Shot("merchant-pick-category", "/merchant/products/add/?category=hb-3"),
        Shot("merchant-add", "/merchant/products/add/?category=hb-3", "a[href*='/add/hb-3-']"),
        Shot("merchant-plan", "/merchant/products/?state=admitted", "PLAN"),
        Shot("merchant-plans", "/merchant/plans/"),
        Shot("merchant-plan-page", "/merchant/plans/?type=4", "main td a[href*='/plans/']"),
        Shot("merchant-plan-normal", "/merchant/plans/?type=1", "main td a[href*='/plans/']"),
        Shot("merchant-new-plan", "/merchant/plans/new/targeted/"),
        Shot("merchant-plan-requests", "/merchant/plans/requests/"),
        Shot("merchant-plan-sheet", "/merchant/plans/sheet/"),
        Shot("merchant-activities", "/merchant/activities/"),
        Shot("merchant-activity", "/merchant/activities/", "main td a[href*='/activities/']"),
        Shot("merchant-applications", "/merchant/applications/"),
        Shot("merchant-application", "/merchant/applications/", "main td a[href*='/applications/']"),
        Shot("merchant-trusteeships", "/merchant/trusteeships/"),
        Shot("merchant-effects", "/merchant/effects/"),
        Shot("merchant-activity-effect", "/merchant/effects/", "main td a[href*='/effects/']"),
        Shot("merchant-orders", "/merchant/orders/"),
        Shot("merchant-wallet", "/merchant/wallet/"),
        Shot("merchant-square", "/creators/?sort=gmv"),
        Shot("merchant-square-creator", "/creators/", ".fx-who a"),
        Shot("merchant-shortlist", "/creators/shortlist/"),
        Shot("merchant-notices", "/notices/"),
    ),
    "Creator": (
        Shot("creator-home", "/creator/home/"),
        Shot("creator-selection", "/creator/"),
        Shot("creator-product", "/creator/?sort=commission", ".fx-item"),
        Shot("creator-compare", "/creator/", "COMPARE"),
        Shot("creator-link", "/creator/?sort=sales", "LINK"),
        Shot("creator-charts", "/creator/charts/"),
        Shot("creator-topics", "/creator/topics/"),
        Shot("creator-topic", "/creator/topics/", "main a.fx-topic"),
        Shot("creator-shelf", "/creator/shelf/"),
        Shot("creator-ways", "/creator/shelf/", "main td a.fx-goods"),
        Shot("creator-token", "/creator/token/?token=ABCDEFGHJKLM"),
        Shot("creator-plans", "/creator/plans/"),
        Shot("creator-requests", "/creator/requests/"),
        Shot("creator-links", "/creator/links/"),
        Shot("creator-orders", "/creator/orders/"),
        Shot("creator-income", "/creator/income/"),
        Shot("creator-notices", "/notices/"),
    ),
    "Leader": (
        Shot("leader-home", "/leader/"),
        Shot("leader-applications", "/leader/applications/"),
        Shot("leader-audit", "/leader/applications/?state=1", "main td a[href*='/applications/']"),
        Shot("leader-application", "/leader/applications/?state=2", "main td a[href*='/applications/']"),
        Shot("leader-ended", "/leader/applications/ended/"),
        Shot("leader-second-activities", "/leader/second-activities/"),
        Shot("leader-second-activity", "/leader/second-activities/", "main td a[href*='/second-activities/']"),
        Shot("leader-handed-on", "/leader/handed-on/"),
        Shot("leader-handed-on-waiting", "/leader/handed-on/?state=1", "main td a.fx-goods"),
        Shot("leader-handed-on-one", "/leader/handed-on/?state=2", "main td a.fx-goods"),
        Shot("leader-wishes", "/leader/wishes/"),
        Shot("leader-trusteeships", "/leader/trusteeships/"),
        Shot("leader-trusted-plans", "/leader/trusteeships/plans/"),
        Shot("leader-trusted-plan", "/leader/trusteeships/plans/", "main td a[href*='/plans/']"),
        Shot("leader-effects", "/leader/effects/"),
        Shot("leader-activity-effect", "/leader/effects/", "main td a[href*='/effects/']"),
        Shot("leader-square", "/creators/?sort=gmv"),
        Shot("leader-square-creator", "/creators/", ".fx-who a"),
        Shot("leader-shortlist", "/creators/shortlist/"),
        Shot("leader-notices", "/notices/"),
    ),
    "Operator": (
        Shot("operator-home", "/operator/"),
        Shot("operator-review", "/operator/review/"),
        Shot("operator-case", "/operator/review/", ".fx-goods"),
        Shot("operator-products", "/operator/products/"),
        Shot("operator-product", "/operator/products/?level=2", ".fx-goods"),
        Shot("operator-violations", "/operator/violations/"),
        Shot("operator-topics", "/operator/topics/"),
        Shot("operator-topic", "/operator/topics/", "main td a[href*='/topics/']"),
        Shot("operator-new-topic", "/operator/topics/new/"),
        Shot("operator-charts", "/operator/charts/"),
        Shot("operator-runs", "/operator/grading/"),
        Shot("operator-run", "/operator/grading/", "main td a"),
        Shot("operator-levels", "/operator/levels/"),
        Shot("operator-policies", "/operator/policies/"),
        Shot("operator-new-policy", "/operator/policies/new/"),
        Shot("operator-policy", "/operator/policies/", "main td a", try_a_policy),
        Shot("operator-moves", "/operator/policies/", "main td a", try_a_policy, "#moved"),
        Shot("operator-why", "/operator/why/?creator=杨小满的小店"),
        Shot("operator-backtests", "/operator/backtests/"),
        Shot("operator-new-backtest", "/operator/backtests/new/"),
        Shot("operator-backtest", "/operator/backtests/", "main td a", make_a_backtest),
    ),
}
SHOTS["Second leader"] = (Shot("leader-seconds", "/leader/seconds/"),)
SHOTS["Creator"] += (Shot("public-product", "/creator/?sort=price_asc", "PUBLIC"),)


def main() -> int:
    """Take the pictures; say what is wrong with any page."""
    asked = arguments()
    asked.to.mkdir(parents=True, exist_ok=True)
    logins = {row["role_en"]: row for row in json.loads(asked.logins.read_text(encoding="utf-8"))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        troubles = list(pictures(browser, asked, logins))
        browser.close()
    print(*troubles, sep="\n")
    return 1 if troubles else 0


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--logins", type=Path, default=ROOT / "var/demo_logins.json")
    parser.add_argument("--to", type=Path, default=ROOT / "docs/pictures")
    parser.add_argument("--only", default="", help="part of a picture's name")
    parser.add_argument("--all", action="store_true", help="every page, not only those that are shown")
    return parser.parse_args()


def pictures(browser: Browser, asked: argparse.Namespace, logins: dict[str, dict[str, str]]) -> Iterator[str]:
    """Every picture of every role, width and language; yields what is wrong."""
    shown = pictures_shown()
    for language in LANGUAGES:
        for width in WIDTHS:
            for role, shots in {"": ENTRANCE, **SHOTS}.items():
                wanted = [shot for shot in shots if asked.only in shot.name]
                wanted = [shot for shot in wanted if asked.all or shot.file_name(width, language) in shown]
                if wanted:
                    yield from session(browser, asked, logins.get(role), wanted, width=width, language=language)


def pictures_shown() -> set[str]:
    """The pictures that pages written for people name."""
    pages = (*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"))
    return {name for page in pages for name in re.findall(r"pictures/([\w-]+\.png)", page.read_text(encoding="utf-8"))}


def session(
    browser: Browser,
    asked: argparse.Namespace,
    login: dict[str, str] | None,
    shots: list[Shot],
    *,
    width: int,
    language: str,
) -> Iterator[str]:
    """One person at one width in one language."""
    context = browser.new_context(viewport={"width": width, "height": 900}, base_url=asked.url, has_touch=width < 600)
    context.add_cookies([{"name": "fx_language", "value": language, "url": asked.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if login:
        log_in(page, login)
    for shot in shots:
        if shot.before:
            shot.before(page)
        reach(page, shot)
        file = asked.to / shot.file_name(width, language)
        page.wait_for_timeout(400)  # charts draw once their library is here
        page.screenshot(path=str(file), full_page=asked.all)
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if too_wide > 0:
            yield f"{file.name}: {too_wide} px wider than its window"
        yield from (f"{file.name}: {complaint}" for complaint in complaints)
        complaints.clear()
    context.close()


def log_in(page: Page, login: dict[str, str]) -> None:
    """Through the form, as people do."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", login["email"])
    page.fill("input[name=password]", login["password"])
    page.click("main button.btn-primary")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def reach(page: Page, shot: Shot) -> None:
    """Go to the page of a picture."""
    page.goto(shot.path)
    first = ".fx-item" if shot.path.startswith("/creator/") else ".fx-goods"
    place = page.locator(first).first.get_attribute("href") if shot.follow.isupper() else None
    number = place.rstrip("/").rpartition("/")[2] if place else ""
    if shot.follow == "PUBLIC":
        page.goto(f"/p/{number}")
    elif shot.follow == "COMPARE":  # the first four
        goods = [each.get_attribute("href") or "" for each in page.locator(first).all()[:4]]
        page.goto("/creator/compare/?" + "&".join("products=" + href.rstrip("/").rpartition("/")[2] for href in goods))
    elif shot.follow == "TRY":  # the first way up of the product, tried
        page.goto(place or shot.path)
        page.goto(page.locator(".fx-next a").first.get_attribute("href") or shot.path)
    elif shot.follow.isupper():
        page.goto(f"{place}{shot.follow.lower()}/")
    elif shot.follow:
        page.goto((page.locator(shot.follow).first.get_attribute("href") or shot.path) + shot.anchor)


if __name__ == "__main__":
    sys.exit(main())
