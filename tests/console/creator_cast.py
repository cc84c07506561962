"""Goods on offer, and an index of them in a home of the test's own."""

from collections.abc import Iterator

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.discovery import services as discovery
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product


@pytest.fixture
def offered(pot: Product) -> Product:
    """The pot with a plan of 20 %."""
    deals.open_plan(pot, rate_bp=2_000, by=BY, now=NOON)
    return pot


@pytest.fixture
def market(offered: Product, mei: Organisation, tmp_path, monkeypatch) -> Iterator[dict[str, Product]]:
    """Three goods in the index of a home of their own."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    fan, lamp = make_product(mei, "Paper fan", level=3, price_fen=2_000), make_product(mei, "Night lamp", level=4)
    deals.open_plan(fan, rate_bp=1_000, by=BY, now=NOON)
    deals.open_plan(lamp, rate_bp=5_000, by=BY, now=NOON)
    discovery.rebuild_index(now=NOON)
    yield {"pot": offered, "fan": fan, "lamp": lamp}
    settings.cache_clear()
