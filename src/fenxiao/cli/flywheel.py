"""The demo's turn of the flywheel: a world of the past, then real clicks on the real edge, grading, index and books."""

import http.client
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db.models import Count, Sum
from scipy import stats

from fenxiao.catalog.models import Product, ProductState
from fenxiao.cli.ports import free_port
from fenxiao.deals.models import Activity, Application, Plan, PlanType
from fenxiao.discovery import services as discovery
from fenxiao.discovery.queries import search
from fenxiao.discovery.rules import SearchAsk
from fenxiao.facts import services as facts
from fenxiao.kernel import clock, outbox
from fenxiao.kernel.errors import Refused, Unavailable
from fenxiao.kernel.settings import Settings
from fenxiao.ledger import beancount
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import Account, AccountKind, Transfer
from fenxiao.ledger.queries import check_books
from fenxiao.orders import services as orders
from fenxiao.orders.models import LineState, Order, OrderLine, Way
from fenxiao.orders.rules import Kind, Paid, PaidLine, Told
from fenxiao.parties.models import Organisation
from fenxiao.quality import services as quality
from fenxiao.quality.queries import grades_of
from fenxiao.simulator.build import build_world
from fenxiao.simulator.world import BY, SOURCE, Size, World
from fenxiao.tracking.models import Click, Link

REAL_CLICKS = 60  # through the edge, over HTTP
EDGE_STARTS_WITHIN = 20.0  # seconds
PATIENCE = 5.0  # seconds for one answer

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """What the edge answered to one click."""

    link: Link
    buyer_key: str
    click_token: str


class HomeInUse(Refused):
    """A demo world would mix with what stands there."""

    code, status = "home_in_use", 409
    zh = "该安装中已有 {count} 个组织，演示只能在空的数据库中运行：请换一个 --home，或取消 FENXIAO_DATABASE_URL"
    en = (
        "{count} organisations stand there already and the demo needs an empty database: "
        "choose another --home, or unset FENXIAO_DATABASE_URL"
    )


def run_flywheel(here: Settings, *, seed: int, show: Show, size: Size | None = None) -> dict[str, Any]:
    """Turn the flywheel once in an empty home and return what came of it. Refuses a home where anyone is registered."""
    began = monotonic()
    if count := Organisation.objects.count():
        raise HomeInUse(count=count)
    world = build_world(size or Size(), seed=seed, now=clock.now(), progress=show)
    with running_edge(here) as port:
        redirects = [click_for_real(port, link) for link in world.links[:REAL_CLICKS]]
    _buy(redirects, now=clock.now())
    now = clock.now()
    outbox.deliver_all(now=now)
    facts.build(by=BY, now=now)
    quality.grade(as_of=clock.business_day(now) + timedelta(days=1), by=BY, now=now)
    built = discovery.rebuild_index(now=now)
    ledger.settle(until=now, by=BY, now=now)
    outbox.deliver_all(now=clock.now())
    return {
        **_counts(world),
        "redirects": len(redirects),
        "indexed": built.products,
        "found_for_坚果": search(SearchAsk(text="坚果"), now=now).total,
        **_books(here.home / "books.beancount", currency=here.currency),
        "score_vs_hidden_quality": score_against_quality(world),
        "seconds": round(monotonic() - began, 1),
    }


@contextmanager
def running_edge(here: Settings) -> Iterator[int]:
    """The real edge as a process of its own, on a free port; stopped at the end."""
    port = free_port(after=18_000)
    command = [sys.executable, "-m", "fenxiao.cli", "edge", "--home", str(here.home), "--port", str(port)]
    here.log_dir.mkdir(parents=True, exist_ok=True)  # nobody has made it where the server is another's
    log = (here.log_dir / "demo-edge.log").open("wb")
    edge = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  # our own command
    try:
        _await_edge(port, edge)
        yield port
    finally:
        edge.terminate()
        edge.wait(timeout=10)
        log.close()


def _await_edge(port: int, edge: "subprocess.Popen[bytes]") -> None:
    until = monotonic() + EDGE_STARTS_WITHIN
    while monotonic() < until and edge.poll() is None:
        try:
            if _get(port, "/healthz").status == http.client.OK:
                return
        except OSError:
            sleep(0.1)
    raise Unavailable(what="edge", reason=f"no answer on port {port} within {EDGE_STARTS_WITHIN:.0f} s")


def _get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def click_for_real(port: int, link: Link) -> Redirect:
    """Click a link as a browser does. Refuses anything but a redirect that carries the signed click."""
    answer = _get(port, f"/t/{link.code}")
    place = answer.getheader("Location") or ""
    tokens = parse_qs(urlsplit(place).query).get("fx_click", [])
    if answer.status != http.client.FOUND or len(tokens) != 1:
        raise Unavailable(what="edge", reason=f"/t/{link.code} answered {answer.status} {place!r}")
    buyer_key = (answer.getheader("Set-Cookie") or "").partition("fx_buyer=")[2].partition(";")[0]
    return Redirect(link=link, buyer_key=buyer_key, click_token=tokens[0])


def _buy(redirects: list[Redirect], *, now: datetime) -> None:
    """Every third buyer buys; half of their shops pass the click on, the others are found by their last click."""
    products = Product.objects.in_bulk([redirect.link.product_id for redirect in redirects])
    told = []
    for number, redirect in enumerate(redirects[::3]):
        product = products[redirect.link.product_id]
        line = PaidLine(
            line_no=1,
            product_id=product.pk,
            quantity=1,
            paid_fen=product.price_fen,
            click_token=redirect.click_token if number % 2 else "",
        )
        body = Paid(lines=(line,), buyer_key=redirect.buyer_key)
        ref = f"E{number:05d}"
        told.append(
            Told(source=SOURCE, event_id=f"{ref}:paid", kind=Kind.PAID, order_ref=ref, occurred_at=now, body=body)
        )
    orders.take_events(told, by=BY, now=now)


def _counts(world: World) -> dict[str, Any]:
    lines = OrderLine.objects.all()
    levels = Product.objects.filter(state=ProductState.ADMITTED).values_list("level", flat=True)
    return {
        "products": Product.objects.count(),
        "admitted": len(levels),
        "levels": {f"L{level}": sum(1 for found in levels if found == level) for level in range(6)},
        "merchants": len(world.merchants),
        "creators": len(world.creators),
        "links": Link.objects.count(),
        "clicks": Click.objects.count(),
        "orders": Order.objects.count(),
        "attributed_orders": lines.exclude(attributed_by=Way.NONE).values("order").distinct().count(),
        "settled_orders": lines.filter(state=LineState.SETTLED).values("order").distinct().count(),
        **_deals(),
    }


def _deals() -> dict[str, Any]:
    """How far terms beside the normal plan's went: settled lines by what they carried, and what stands by type."""
    settled = OrderLine.objects.filter(state=LineState.SETTLED)
    plans = Plan.objects.values_list("type").annotate(plans=Count("pk"))
    return {
        "plans": {PlanType(number).name.lower(): count for number, count in sorted(plans)},
        "activities": Activity.objects.count(),
        "applications": Application.objects.count(),
        "settled_with_leader": settled.exclude(application_id=None).count(),
        "settled_with_second_leader": settled.exclude(second_application_id=None).count(),
        "settled_with_step": settled.filter(step_bp__gt=0).count(),
    }


def _books(file: Path, *, currency: str) -> dict[str, Any]:
    report = check_books()
    creators = Account.objects.filter(kind=AccountKind.CREATOR_INCOME)  # settled, after fees and clawbacks
    with file.open("w", encoding="utf-8") as out:
        beancount.export(out, currency=currency)
    leaders = Account.objects.filter(kind=AccountKind.LEADER_INCOME)
    return {
        "leader_income_fen": leaders.aggregate(fen=Sum("balance_fen", default=0))["fen"],
        "commission_fen": creators.aggregate(fen=Sum("balance_fen", default=0))["fen"],
        "ledger_transfers": Transfer.objects.count(),
        "ledger_sum_fen": report.sum_fen,
        "books_ok": report.ok,
        "beancount_ok": bean_check(file),
    }


def bean_check(file: Path) -> bool:
    """Whether the program `bean-check` (beancount, installed beside us) finds nothing wrong with `file`."""
    program = Path(sys.executable).parent / "bean-check"
    if not program.exists():
        raise Unavailable(what="bean-check", reason="make setup")
    done = subprocess.run([program, file], capture_output=True, text=True, check=False)  # noqa: S603  # a fixed program
    if done.returncode or done.stdout or done.stderr:
        sys.stderr.write(done.stdout[:2_000] + done.stderr[:2_000])
    return done.returncode == 0


def score_against_quality(world: World) -> float:
    """Spearman's rank correlation of the score with the hidden quality, over graded products."""
    grades = grades_of([product.pk for product in world.products])
    pairs = [(grade.score, world.quality[product]) for product, grade in grades.items()]
    scores, qualities = zip(*pairs, strict=True)
    return round(float(stats.spearmanr(scores, qualities).statistic), 3)
