"""Kept searches: as they were asked, with what is new since."""

from datetime import UTC, datetime, timedelta

import pytest

from fenxiao.catalog.models import Category, Product
from fenxiao.console.creator.forms import SelectionFilter, address_of
from fenxiao.discovery import services as discovery
from fenxiao.discovery.errors import SearchesFull, SearchForgotten, SearchNameTaken
from fenxiao.discovery.models import SavedSearch
from fenxiao.discovery.queries.searches import askable_searches, searches_of
from fenxiao.discovery.rules.stored_asks import StoredAsk, read_stored
from fenxiao.discovery.services import searches as acts
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.errors import WrongKind
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_plan, make_product
from tests.discovery.shop import Shop, open_shop

LATER = NOON + timedelta(hours=2)
FULL = StoredAsk(
    text="猫砂",
    category_id="ap-2-4",
    price_min_fen=1_050,
    price_max_fen=9_900,
    commission_min_bp=1_250,
    earns_min_fen=300,
    sales_min=2,
    score_min_centi=450,
    levels=(2, 3),
    select_only=True,
    plan_types=(2, 6),
    in_stock_only=True,
    ships_free_only=True,
    newest_days=30,
    sort="earns",
)


@pytest.fixture
def shop(mei: Organisation) -> Shop:
    return open_shop(mei)


def test_an_ask_is_read_back_as_it_was_kept() -> None:
    assert read_stored(FULL.stored(), StoredAsk) == FULL
    assert StoredAsk(text="cup").stored() == {"text": "cup"}


@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=11, minutes=59)])
def test_days_of_age_are_whole_business_days_whatever_the_hour(later: timedelta) -> None:
    asked = StoredAsk(newest_days=7).ask(now=NOON + later)

    assert asked.admitted_since == datetime(2026, 3, 2, 16, tzinfo=UTC), "midnight of 3 March in Shanghai"
    assert StoredAsk().ask(now=NOON).admitted_since is None


def test_an_ask_comes_back_from_its_address_as_it_was_kept(shop: Shop) -> None:
    from django.http import QueryDict

    form = SelectionFilter(QueryDict(address_of(FULL)), categories=Category.objects.filter(pk="ap-2-4"))

    assert form.is_valid(), form.errors
    assert form.kept() == FULL


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"plan_types": [5]}, "plan_types"),
        ({"plan_types": 2}, "plan_types"),
        ({"ships_free_only": 1}, "ships_free_only"),
        ({"newest_days": 0}, "newest_days"),
        ({"price_min_fen": -1}, "price_min_fen"),
        ("text", "rule"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(told: object, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_stored(told, StoredAsk)

    assert refused.value.details["field"] == field


def test_goods_admitted_since_it_was_looked_at_are_new(shop: Shop, mei: Organisation, chen: Organisation) -> None:
    search = discovery.save_search(chen, name="cats", asked=StoredAsk(category_id="ap-2-4"), by=BY, now=NOON)
    fresh = make_product(mei, "猫抓板", category=shop.litter.category, level=2)
    make_plan(fresh, rate_bp=1_000)
    Product.objects.filter(pk=fresh.pk).update(admitted_at=NOON + timedelta(hours=1))
    Product.objects.exclude(pk=fresh.pk).update(admitted_at=NOON - timedelta(days=1))
    discovery.rebuild_index(now=LATER)

    (kept,) = searches_of(chen, now=LATER)
    discovery.see_search(search, by=BY, now=LATER)
    (seen,) = searches_of(chen, now=LATER)

    assert (kept.new, seen.new) == (1, 0)


def test_a_search_whose_category_is_gone_says_so(shop: Shop, chen: Organisation) -> None:
    discovery.save_search(chen, name="cats", asked=StoredAsk(category_id="ap-2-4"), by=BY, now=NOON)
    Category.objects.filter(pk="ap-2-4").update(is_active=False)

    (kept,) = searches_of(chen, now=NOON)
    with pytest.raises(BadInput) as refused:
        discovery.see_search(kept.search, by=BY, now=LATER)

    assert (kept.asked, kept.new) == (None, None)
    assert refused.value.details["field"] == "category_id"
    assert SavedSearch.objects.get().seen_at == NOON


def test_names_are_told_apart_and_everything_is_no_search(
    chen: Organisation, mei: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = StoredAsk(text="cup")
    search = discovery.save_search(chen, name=" cups ", asked=asked, by=BY, now=NOON)
    assert search.name == "cups"
    with pytest.raises(SearchNameTaken):
        discovery.save_search(chen, name="cups", asked=asked, by=BY, now=NOON)
    for name in ("", "x" * 41, "a\0b"):
        with pytest.raises(BadInput, match="name"):
            discovery.save_search(chen, name=name, asked=asked, by=BY, now=NOON)
    with pytest.raises(BadInput, match="search"):
        discovery.save_search(chen, name="all", asked=StoredAsk(sort="earns"), by=BY, now=NOON)
    with pytest.raises(WrongKind):
        discovery.save_search(mei, name="cups", asked=asked, by=BY, now=NOON)
    monkeypatch.setattr(acts, "MOST_SEARCHES", 1)
    with pytest.raises(SearchesFull):
        discovery.save_search(chen, name="mugs", asked=asked, by=BY, now=NOON)
    discovery.rename_search(search, name="cups", by=BY, now=NOON)  # to its own name
    discovery.rename_search(search, name="mugs", by=BY, now=NOON)
    discovery.forget_search(search, by=BY, now=NOON)
    assert searches_of(chen, now=NOON) == []


def test_one_forgotten_meanwhile_is_refused_by_its_name(chen: Organisation) -> None:
    search = discovery.save_search(chen, name="cups", asked=StoredAsk(text="cup"), by=BY, now=NOON)
    discovery.forget_search(SavedSearch.objects.get(pk=search.pk), by=BY, now=NOON)

    for act in (discovery.see_search, discovery.forget_search):
        with pytest.raises(SearchForgotten, match="cups"):
            act(search, by=BY, now=NOON)


def test_the_head_of_a_page_asks_for_few_of_many(chen: Organisation, shop: Shop) -> None:
    for at in range(12):
        asked = StoredAsk(text="cup")
        discovery.save_search(chen, name=f"search {at}", asked=asked, by=BY, now=NOON + timedelta(minutes=at))

    assert {each.search.name for each in askable_searches(chen, now=LATER)} == {f"search {at}" for at in range(4, 12)}
