"""The edge over real HTTP: a click is on disk before its redirect, and nothing else is counted."""

import contextlib
import threading
import time
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from fenxiao.catalog.models import Product, ProductState
from fenxiao.edge import clicks, links
from fenxiao.parties.models import MerchantDomain, Organisation
from fenxiao.tracking import queries
from fenxiao.tracking.models import Click, Link
from fenxiao.tracking.queries import EvidenceAsk
from fenxiao.tracking.rules import read_click
from tests.cast import NOON
from tests.edge.conftest import SECRET, RunningEdge, running_edge, told_by, url_of_test_database, wait_until

CODE_OF_NOBODY = "abcdefghijkl"


def click_id_in(address: str) -> UUID | None:
    return read_click(dict(parse_qsl(urlsplit(address).query))["fx_click"], SECRET)


def give_page(link: Link, page_url: str, *domains: str) -> None:
    Product.objects.filter(pk=link.product_id).update(page_url=page_url)
    for domain in domains:
        MerchantDomain.objects.create(merchant=link.product.merchant, domain=domain, registered_at=NOON)


# --- a click


def test_a_visit_leaves_a_click_and_leads_to_the_product(edge: RunningEdge, link: Link) -> None:
    began = timezone.now()

    told = edge.ask(f"/t/{link.code}", Referer="https://live.example/room?x=1", User_Agent="Firefox")

    click = Click.objects.get()
    buyer = told.headers["set-cookie"].split(";")[0].removeprefix("fx_buyer=")
    assert told.status == 302
    assert told.location.startswith(f"https://fenxiao.example/p/{link.product_id}?fx_click=")
    assert click_id_in(told.location) == click.pk
    assert (click.link_id, click.creator_id, click.product_id) == (link.pk, link.creator_id, link.product_id)
    assert (click.buyer_key, click.referrer) == (buyer, "live.example")
    assert (len(click.address_digest), len(click.agent_digest), click.pk.version) == (16, 16, 7)
    assert began - timedelta(milliseconds=1) <= click.clicked_at <= timezone.now()
    assert told.headers["set-cookie"] == (f"fx_buyer={buyer}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure")
    assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("referrer", "host"),
    [("https://null/", "null"), ("", ""), ("https://a\\b/", ""), ('https://a"b/', ""), ("https://{a}/", "")],
)
def test_a_referrer_is_kept_as_it_is_or_not_at_all(edge: RunningEdge, link: Link, referrer: str, host: str) -> None:
    edge.ask(f"/t/{link.code}", Referer=referrer)

    assert Click.objects.get().referrer == host


def test_a_buyer_who_comes_again_is_known_and_gets_no_new_cookie(edge: RunningEdge, link: Link) -> None:
    first = edge.ask(f"/t/{link.code}")
    buyer = first.headers["set-cookie"].split(";")[0].removeprefix("fx_buyer=")

    again = edge.ask(f"/t/{link.code}", Cookie=f"fx_buyer={buyer}")

    assert "set-cookie" not in again.headers
    assert list(Click.objects.values_list("buyer_key", flat=True)) == [buyer, buyer]
    assert again.location != first.location


def test_the_click_is_evidence_for_the_order_that_follows(edge: RunningEdge, link: Link) -> None:
    told = edge.ask(f"/t/{link.code}")
    click = Click.objects.get()

    found = queries.evidence_for(
        [EvidenceAsk(product_id=link.product_id, paid_at=click.clicked_at, buyer_key=click.buyer_key)]
    )

    assert click_id_in(told.location) == click.pk
    assert [one.last_click.click_id for one in found if one.last_click] == [click.pk]


def test_a_page_on_a_registered_domain_is_where_the_buyer_goes(edge: RunningEdge, link: Link) -> None:
    give_page(link, "https://www.mei.example/cup?colour=blue#buy", "mei.example")

    told = edge.ask(f"/t/{link.code}")

    assert told.location.startswith("https://www.mei.example/cup?colour=blue&fx_click=")
    assert told.location.endswith("#buy")


@pytest.mark.parametrize(
    "page_url",
    ["https://evil.example/", "https://mei.example.evil.example/", "https://evil.example\\@mei.example/"],
)
def test_a_page_elsewhere_is_never_where_the_buyer_goes(edge: RunningEdge, link: Link, page_url: str) -> None:
    give_page(link, page_url, "mei.example")

    told = edge.ask(f"/t/{link.code}")

    assert told.location.startswith(f"https://fenxiao.example/p/{link.product_id}?fx_click=")


def test_many_visits_at_once_are_each_kept(edge: RunningEdge, link: Link) -> None:
    told: list[UUID | None] = []

    def visit() -> None:
        told.extend(click_id_in(edge.ask(f"/t/{link.code}").location) for _ in range(20))

    visitors = [threading.Thread(target=visit) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert len(told) == 160
    assert set(Click.objects.values_list("pk", flat=True)) == set(told)


# --- what is no click


@pytest.mark.parametrize(
    "path", [f"/t/{CODE_OF_NOBODY}", "/t/", "/t/a/b", "/t/%00", "/t/" + "a" * 21, "/t/%E6%9D%AF", "/", "/t"]
)
def test_what_leads_nowhere_is_a_page_in_both_languages(edge: RunningEdge, transactional_db: None, path: str) -> None:
    chinese, english = edge.ask(path), edge.ask(path, Accept_Language="en-GB,en;q=0.9,zh;q=0.1")

    assert (chinese.status, english.status) == (404, 404)
    assert "<h1>链接不存在</h1>" in chinese.body
    assert "<h2>No such link</h2>" in chinese.body
    assert "<h1>No such link</h1>" in english.body
    assert "set-cookie" not in chinese.headers
    assert Click.objects.count() == 0


@pytest.mark.parametrize(
    "fall",
    [
        {"level": 0, "is_select": False},
        {"state": ProductState.OFF_SHELF},
        {"state": ProductState.REFUSED},
        {"state": ProductState.PENDING},
    ],
)
def test_goods_that_are_not_promoted_any_more_lead_to_a_notice(
    edge: RunningEdge, link: Link, fall: dict[str, object]
) -> None:
    Product.objects.filter(pk=link.product_id).update(**fall)

    told = edge.ask(f"/t/{link.code}")

    assert (told.status, told.location) == (302, f"https://fenxiao.example/p/{link.product_id}?gone=1")
    assert "set-cookie" not in told.headers
    assert Click.objects.count() == 0


def test_a_fall_is_seen_within_seconds_by_an_edge_that_knows_the_link(edge: RunningEdge, link: Link) -> None:
    assert "fx_click" in edge.ask(f"/t/{link.code}").location

    Product.objects.filter(pk=link.product_id).update(level=0, is_select=False)

    wait_until(lambda: edge.ask(f"/t/{link.code}").location.endswith("?gone=1"), seconds=5)


def test_a_suspended_merchants_goods_lead_to_a_notice(edge: RunningEdge, link: Link, mei: Organisation) -> None:
    Organisation.objects.filter(pk=mei.pk).update(is_active=False)

    assert edge.ask(f"/t/{link.code}").location.endswith("?gone=1")
    assert Click.objects.count() == 0


def test_a_suspended_creators_link_still_leads_to_the_goods_but_counts_nothing(
    edge: RunningEdge, link: Link, chen: Organisation
) -> None:
    Organisation.objects.filter(pk=chen.pk).update(is_active=False)

    assert edge.ask(f"/t/{link.code}").location == f"https://fenxiao.example/p/{link.product_id}"
    assert Click.objects.count() == 0


def test_a_look_by_head_is_not_counted(edge: RunningEdge, link: Link) -> None:
    told = edge.ask(f"/t/{link.code}", method="HEAD")

    assert (told.status, told.location, told.body) == (302, f"https://fenxiao.example/p/{link.product_id}", "")
    assert Click.objects.count() == 0


@pytest.mark.parametrize("header", ["Sec_Purpose", "Purpose", "X_Purpose", "X_Moz"])
def test_a_fetch_ahead_is_turned_away_and_not_counted(edge: RunningEdge, link: Link, header: str) -> None:
    told = edge.ask(f"/t/{link.code}", **{header: "prefetch"})

    assert (told.status, told.headers["cache-control"]) == (503, "no-store")
    assert Click.objects.count() == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(edge: RunningEdge, link: Link, method: str) -> None:
    told = edge.ask(f"/t/{link.code}", method=method)

    assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")
    assert Click.objects.count() == 0


# --- what must hold when things break


def test_the_edges_statements_name_columns_that_exist(edge: RunningEdge, link: Link) -> None:
    names = [field.column for field in Click._meta.fields]

    with connection.cursor() as cursor:
        cursor.execute(links.SELECT, [[link.code]])
        found = cursor.fetchall()

    assert [row[:4] for row in found] == [(link.code, link.pk, link.creator_id, link.product_id)]
    assert list(clicks.Click._fields) == names
    assert clicks.INSERT.split("(")[1].split(")")[0].replace("\n", "").replace(" ", "") == ",".join(names)


@pytest.mark.kill
def test_every_click_that_was_answered_is_kept_when_the_edge_is_killed(link: Link) -> None:
    answered: list[UUID | None] = []

    def visit_until_killed(port: int) -> None:
        with contextlib.suppress(OSError, HTTPException):
            caller = HTTPConnection("127.0.0.1", port, timeout=10)
            while True:
                caller.request("GET", f"/t/{link.code}")
                told = told_by(caller.getresponse())
                answered.append(click_id_in(told.location))

    with running_edge(database_url=url_of_test_database()) as edge:
        wait_until(lambda: edge.ask("/readyz").status == 200)
        visitors = [threading.Thread(target=visit_until_killed, args=(edge.port,)) for _ in range(8)]
        for visitor in visitors:
            visitor.start()
        time.sleep(1.0)
        with transaction.atomic(), connection.cursor() as cursor:
            # No click can be written now: an edge that answers all the same is killed with the proof in its hands.
            cursor.execute("LOCK TABLE tracking_click IN SHARE ROW EXCLUSIVE MODE")
            time.sleep(0.5)
            edge.kill()
        for visitor in visitors:
            visitor.join()

    kept = set(Click.objects.values_list("pk", flat=True))
    assert len(answered) > 100
    assert None not in answered
    assert len(set(answered)) == len(answered)
    assert set(answered) - kept == set()


def test_an_edge_without_a_database_refuses_in_words_and_redirects_nobody(transactional_db: None) -> None:
    with running_edge(database_url="postgresql://nobody@127.0.0.1:1/nothing") as edge:
        told = edge.ask(f"/t/{CODE_OF_NOBODY}")

        assert (told.status, told.location, told.headers["retry-after"]) == (503, "", "1")
        assert "<h1>请稍后再试</h1>" in told.body
        assert edge.ask("/readyz").status == 503
        assert edge.ask("/healthz").status == 200


@pytest.mark.kill
def test_a_database_that_goes_away_and_comes_back_is_used_again(edge: RunningEdge, link: Link) -> None:
    name = connection.settings_dict["NAME"]
    assert edge.ask(f"/t/{link.code}").status == 302

    with connection._nodb_cursor() as elsewhere:
        elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            elsewhere.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'fenxiao-edge' AND datname = %s",
                [name],
            )
            while_away = edge.ask(f"/t/{link.code}")
            time.sleep(3)
        finally:
            elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    assert (while_away.status, while_away.location) == (503, "")
    wait_until(lambda: edge.ask(f"/t/{link.code}").status == 302, seconds=10)
    assert Click.objects.count() == 2
