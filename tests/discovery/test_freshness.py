"""The index follows what changes, and an unfinished build never serves."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product
from fenxiao.catalog.rules import LevelSetting
from fenxiao.deals import services as deals
from fenxiao.deals.models import Plan
from fenxiao.discovery import folders, jobs, reader, services
from fenxiao.discovery.errors import IndexBeingBuilt, IndexMissing
from fenxiao.discovery.queries import SearchAsk, search
from fenxiao.kernel import outbox
from fenxiao.parties import services as parties
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_plan, make_product
from tests.discovery.shop import Shop, open_shop

KILLED_WHILE_BUILDING = """
import os, signal
from fenxiao.discovery import folders, layout
with folders.rebuilding():
    new = folders.begin()
    layout.create(str(new))
    with layout.written(str(new), heap_bytes=15_000_000, threads=1) as writer, folders.writing():
        os.kill(os.getpid(), signal.SIGKILL)
"""
LATER = NOON + timedelta(minutes=1)
TOLD = NOON + timedelta(days=9_999)  # news is due from the moment of the wall clock on


@pytest.fixture
def shop(mei: Organisation) -> Shop:
    shop = open_shop(mei)
    services.rebuild_index(now=NOON)
    return shop


def found_ids(text: str = "") -> set[int]:
    return {row.product.pk for row in search(SearchAsk(text=text), now=LATER).rows}


def set_level(product: Product, level: int) -> None:
    setting = LevelSetting(product_id=product.pk, level=level, is_select=False, reason="score")
    catalog.set_levels([setting], run=1, by=BY, now=NOON)


def interrupt(at: str, *, act: Callable[[], Any]) -> Any:
    """Do `act` once, right before the first statement on the table `at`."""
    waiting = [act]

    def meddle(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f"FROM {at} " in sql and waiting:
            waiting.pop()()
        return execute(sql, params, many, context)

    return connection.execute_wrapper(meddle)


def test_a_level_change_is_in_the_index_as_soon_as_it_is_told(shop: Shop) -> None:
    set_level(shop.tray, 4)
    set_level(shop.litter, 0)
    outbox.deliver_all(now=TOLD)

    assert found_ids() == {shop.tray.pk, shop.beans.pk, shop.drip.pk}
    assert reader.searcher().num_docs == 3  # gone from the index, not only left out of the page
    assert [row.product for row in search(SearchAsk(levels=(4,)), now=LATER).rows] == [shop.tray]


def test_plans_bring_and_change_goods(shop: Shop, mei: Organisation) -> None:
    tea = make_product(mei, "乌龙茶")
    deals.open_plan(tea, rate_bp=1_500, by=BY, now=NOON)
    deals.change_rate(Plan.objects.get(product=shop.drip), rate_bp=4_000, by=BY, now=LATER)
    outbox.deliver_all(now=TOLD)

    found = search(SearchAsk(commission_min_bp=1_500), now=LATER)

    assert {row.product.pk: row.rate_bp for row in found.rows} == {
        tea.pk: 1_500,
        shop.drip.pk: 4_000,
        shop.litter.pk: 2_000,
        shop.beans.pk: 3_000,
    }


def test_a_new_price_moves_the_product(shop: Shop) -> None:
    catalog.reprice_product(shop.litter, price_fen=9_900, by=BY, now=NOON)
    outbox.deliver_all(now=TOLD)

    assert [row.product.pk for row in search(SearchAsk(price_min_fen=9_000), now=LATER).rows] == [shop.litter.pk]


def test_goods_of_a_suspended_merchant_leave_and_come_back(shop: Shop, mei: Organisation) -> None:
    parties.suspend_organisation(mei, reason="fraud", by=BY, now=NOON)
    outbox.deliver_all(now=TOLD)
    gone = reader.searcher().num_docs
    parties.restore_organisation(mei, reason="cleared", by=BY, now=NOON)
    outbox.deliver_all(now=TOLD)

    assert (gone, reader.searcher().num_docs) == (0, 4)


def test_refreshing_twice_leaves_one_of_each(shop: Shop) -> None:
    ids = [shop.beans.pk, shop.beans.pk, shop.drip.pk]

    assert services.refresh(ids, now=NOON) == 2
    assert services.refresh(ids, now=NOON) == 2
    assert reader.searcher().num_docs == 4


def test_news_without_an_index_waits_for_the_first_build(mei: Organisation) -> None:
    tea = make_product(mei, "乌龙茶")
    deals.open_plan(tea, rate_bp=1_500, by=BY, now=NOON)

    assert outbox.deliver_all(now=TOLD) == 1
    with pytest.raises(IndexMissing):
        services.refresh([tea.pk], now=LATER)
    jobs.build_missing()

    assert found_ids("乌龙茶") == {tea.pk}


def test_who_still_searches_the_old_build_goes_on(shop: Shop) -> None:
    held = reader.searcher()
    set_level(shop.litter, 0)
    services.rebuild_index(now=NOON)
    services.rebuild_index(now=NOON)

    assert (held.num_docs, reader.searcher().num_docs) == (4, 3)
    assert search(SearchAsk(), now=LATER).total == 3


def test_old_builds_are_swept_away_but_the_last(shop: Shop, own_index: Path) -> None:
    for _ in range(4):
        services.rebuild_index(now=NOON)

    assert len(list(own_index.glob("v*-*"))) == 2


def test_a_build_that_dies_leaves_the_old_one_serving(shop: Shop, mei: Organisation) -> None:
    def fail() -> None:
        raise OperationalError("the server closed the connection")

    make_plan(make_product(mei, "乌龙茶"), rate_bp=1_000)
    before = folders.live()
    with interrupt("deals_plan", act=fail), pytest.raises(OperationalError):
        services.rebuild_index(now=NOON)

    assert folders.live() == before
    assert len(found_ids()) == 4
    assert services.rebuild_index(now=NOON).products == 5
    assert len(found_ids()) == 5


def test_a_build_killed_half_way_leaves_the_old_one_serving(shop: Shop) -> None:
    before = folders.live()
    home = os.environ | {"FENXIAO_HOME": str(folders.root().parent)}
    # By its own kill -9, while the build is written and both locks of a build are held.
    dead = subprocess.run([sys.executable, "-c", KILLED_WHILE_BUILDING], check=False, env=home)

    assert dead.returncode == -signal.SIGKILL
    assert len(list(folders.root().glob("v*-*"))) == 2  # what it left lies beside the one that serves
    assert (folders.live(), len(found_ids())) == (before, 4)
    assert services.rebuild_index(now=NOON).products == 4
    assert (folders.live() != before, len(found_ids())) == (True, 4)


def test_a_damaged_index_is_refused_and_built_again(shop: Shop) -> None:
    live = folders.live()
    assert live is not None
    (live / "meta.json").write_text("{")
    with pytest.raises(IndexMissing):
        search(SearchAsk(), now=LATER)

    jobs.build_missing()

    assert len(found_ids()) == 4


def test_a_refresh_that_fails_half_way_changes_nothing(shop: Shop) -> None:
    def fail() -> None:
        raise OperationalError("the server closed the connection")

    with interrupt("deals_plan", act=fail), pytest.raises(OperationalError):
        services.refresh([shop.beans.pk], now=NOON)

    assert reader.searcher().num_docs == 4
    assert services.refresh([shop.beans.pk], now=NOON) == 1  # and the writer's lock is free again


def test_what_changes_while_a_build_runs_is_in_it(shop: Shop) -> None:
    def change() -> None:
        Product.objects.filter(pk=shop.drip.pk).update(title="速溶茶")
        services.refresh([shop.drip.pk], now=NOON)

    with interrupt("deals_plan", act=change):  # the products of the batch are read by then
        services.rebuild_index(now=NOON)

    assert found_ids("速溶茶") == {shop.drip.pk}
    assert reader.searcher().num_docs == 4


def test_a_second_build_at_once_is_refused(shop: Shop) -> None:
    live = folders.live()

    with folders.rebuilding(), pytest.raises(IndexBeingBuilt):
        services.rebuild_index(now=NOON)

    assert folders.live() == live


def test_an_index_of_another_layout_is_not_read(shop: Shop, own_index: Path) -> None:
    live = folders.live()
    assert live is not None
    old = live.rename(own_index / f"v0-{live.name}")
    (own_index / "current").unlink()
    (own_index / "current").symlink_to(old.name)

    with pytest.raises(IndexMissing):
        search(SearchAsk(), now=NOON)
