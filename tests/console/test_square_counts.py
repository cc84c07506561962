"""Pages of the square issue no more statements for many creators than for few."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.discovery import match_files
from fenxiao.discovery import services as discovery
from fenxiao.facts.models import PromotionDay
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.settings import settings
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_category, make_organisation, make_product
from tests.console.conftest import Visit

SQUARE = "/creators/"


@pytest.fixture(autouse=True)
def own_tuesday(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A noon and a home for matches of the test's own."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    with time_machine.travel(NOON, tick=False):
        yield
    settings.cache_clear()


@pytest.fixture
def cup(mei: Organisation) -> Product:
    return make_product(mei, "Ceramic cup")


def arrive(count: int, cup: Product) -> list[Organisation]:
    """So many creators, each with all a card holds, who sells the cup and something else, and is on a list for it."""
    made = [make_organisation(Kind.CREATOR, f"Creator {at} of {count}") for at in range(count)]
    for at, creator in enumerate(made):
        parties.describe_creator(creator, followers=3_000 + at, city="杭州", introduction="cups", by=BY, now=NOON)
        if at % 2:
            parties.disclose_figures(creator, shows_exact=True, by=BY, now=NOON)
        shares = {"gender": {"female": 8_300, "male": 1_700}}
        parties.tell_audience(creator, shares=shares, told_by="self", by=BY, now=NOON)
        other = make_product(cup.merchant, f"Thing {at} of {count}", category=make_category(f"ap-2-{at + 2}"))
        for product in (cup, other):
            PromotionDay.objects.create(
                product=product, creator=creator, day=business_day(NOON), paid_lines=1, units=1, gmv_fen=5_000
            )
        discovery.shortlist_creator(cup.merchant, creator, product=cup, by=BY, now=NOON)
    discovery.rebuild_cards(now=NOON)
    match(made, cup)
    return made


def match(creators: list[Organisation], cup: Product) -> None:
    """Each of them is like all of them, and suits the cup."""
    named = np.array([each.pk for each in creators])
    others = np.tile(np.arange(len(named), dtype=np.int32), (len(named), 1))
    tables = {match_files.Kind.ALIKE_CREATORS: named, match_files.Kind.CREATORS_FOR_PRODUCT: np.array([cup.pk])}
    with match_files.making() as folder:
        for kind, ids in tables.items():
            rows = others[: len(ids)]
            table = match_files.Table(ids=ids, named=named, others=rows, scores=np.ones(rows.shape, dtype=np.float32))
            match_files.write(folder, kind, table)


def statements(client: Client, address: str, asked: dict[str, str | list[str]]) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(f"{SQUARE}{address}", asked).status_code == 200
    return len(caught)


@pytest.mark.parametrize("sort", ["fit", "gmv"])
@pytest.mark.parametrize("address", ["", "shortlist/"])
def test_lists_take_as_many_for_many_as_for_few(address: str, sort: str, visit: Visit, cup: Product) -> None:
    client, asked = visit(cup.merchant), {"product": str(cup.pk), "sort": sort}

    arrive(3, cup)
    few = statements(client, address, asked)
    arrive(12, cup)

    assert statements(client, address, asked) == few


@pytest.mark.parametrize("is_for_product", [False, True])
def test_four_side_by_side_take_as_many_as_one(is_for_product: bool, visit: Visit, cup: Product) -> None:
    client, four = visit(cup.merchant), [str(each.pk) for each in arrive(4, cup)]
    asked = {"product": str(cup.pk)} if is_for_product else {}

    one, all_four = (statements(client, "compare/", {"creators": some, **asked}) for some in (four[:1], four))

    assert one == all_four


@pytest.mark.parametrize("is_for_product", [False, True])
def test_a_profile_takes_as_many_however_many_are_alike(is_for_product: bool, visit: Visit, cup: Product) -> None:
    client, asked = visit(cup.merchant), {"product": str(cup.pk)} if is_for_product else {}

    few = statements(client, f"{arrive(3, cup)[0].pk}/", asked)
    among_many = f"{arrive(8, cup)[0].pk}/"

    assert len(client.get(f"{SQUARE}{among_many}").context["alike"]) == 6
    assert statements(client, among_many, asked) == few
