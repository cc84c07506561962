"""The shelf: picked item by item, moved, ordered, removed; and holders are told of what falls away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import queries, services
from fenxiao.deals.errors.shelf import NotOnShelf, TooManyAtOnce
from fenxiao.deals.models import ActivityType, PlanSpell, ShelfItem
from fenxiao.deals.services import Picking
from fenxiao.deals.services.shelf_news import FALLEN, OFF_SHELF, TERMS_LOST, WORDS
from fenxiao.kernel import outbox
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Notice, Organisation
from tests.cast import BY, NOON, make_organisation, make_plan, make_product
from tests.deals.chains import DAY, make_activity, make_application

HOUR = timedelta(hours=1)
LATER = datetime(2031, 1, 1, tzinfo=UTC)  # news is due from when it was written, on the real clock


def put(creator: Organisation, *products: Product, application_id: int | None = None) -> list[tuple[bool, str]]:
    items = [Picking(product_id=product.pk, application_id=application_id) for product in products]
    picked = services.pick(creator, items=items, by=BY, now=NOON)
    return [(each.ok, each.refusal.code if each.refusal else "") for each in picked]


def on_shelf(creator: Organisation) -> list[int]:
    return [each.item.product_id for each in queries.shelf_of(creator, now=NOON)]


def notices() -> list[tuple[int, int, str]]:
    return list(Notice.objects.order_by("organisation", "id").values_list("organisation", "subject_id", "code"))


def test_picking_judges_each_item_by_itself(mei: Organisation, chen: Organisation, cup: Product) -> None:
    make_plan(cup, rate_bp=2_000)
    bare, off = make_product(mei, "Bare"), make_product(mei, "Off", state=ProductState.OFF_SHELF)
    poor = make_product(mei, "Poor", level=0)
    gone = Product(pk=999_999)

    found = put(chen, cup, bare, off, poor, gone)

    assert found == [
        (True, ""),
        (False, "no_terms_for_creator"),
        (False, "product_not_offered"),
        (False, "product_not_offered"),
        (False, "no_such_product"),
    ]
    assert on_shelf(chen) == [cup.pk]


def test_the_same_product_with_another_activity_moves_it(
    chen: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    make_plan(cup, rate_bp=1_000)
    put(chen, cup)
    application = make_application(make_activity(lao_wu), cup, fee_bp=500)

    assert put(chen, cup, application_id=application.pk) == [(True, "")]

    assert list(ShelfItem.objects.values_list("application", "removed_at", "place")) == [(application.pk, None, 1)]
    (item,) = queries.shelf_of(chen, now=NOON)
    assert item.is_live
    assert item.quote.terms is not None
    assert (item.quote.terms.plan_type, item.quote.terms.commission_rate_bp) == (6, 2_000)


def test_an_application_that_does_not_stand_or_names_others_is_refused(
    chen: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    make_plan(cup, rate_bp=1_000)
    over = make_application(make_activity(lao_wu), cup, fee_bp=500, ends_at=NOON - DAY)
    others = make_application(make_activity(lao_wu, kind=ActivityType.EXCLUSIVE), cup, fee_bp=500)
    of_another = make_application(make_activity(lao_wu), make_product(cup.merchant, "Other"), fee_bp=500)

    assert [put(chen, cup, application_id=each.pk) for each in (over, others, of_another)] == [
        [(False, "application_does_not_stand")],
        [(False, "no_terms_for_creator")],
        [(False, "application_does_not_stand")],
    ]
    assert ShelfItem.objects.count() == 0


def test_a_shelf_is_ordered_noted_and_cleared(mei: Organisation, chen: Organisation) -> None:
    goods = [make_product(mei, f"p{number}") for number in range(4)]
    for product in goods:
        make_plan(product, rate_bp=1_000)
    a, b, c, d = (product.pk for product in goods)
    put(chen, *goods)

    services.order_shelf(chen, product_ids=[c, a], by=BY, now=NOON)
    services.note_on_shelf(chen, product_id=b, note=" 周五上播 ", by=BY, now=NOON)

    assert on_shelf(chen) == [c, a, b, d]
    assert ShelfItem.objects.get(product=b).note == "周五上播"
    with pytest.raises(BadInput):
        services.note_on_shelf(chen, product_id=b, note="x" * 201, by=BY, now=NOON)
    with pytest.raises(NotOnShelf):
        services.remove_from_shelf(chen, product_ids=[a, 999_999], by=BY, now=NOON)
    with pytest.raises(TooManyAtOnce):
        services.remove_from_shelf(chen, product_ids=list(range(51)), by=BY, now=NOON)
    assert on_shelf(chen) == [c, a, b, d]
    assert services.remove_from_shelf(chen, product_ids=[a, b], by=BY, now=NOON) == 2
    assert on_shelf(chen) == [c, d]


def test_a_shelf_takes_as_many_statements_for_many_items_as_for_one(mei: Organisation, chen: Organisation) -> None:
    counts = []
    for number in range(3):
        product = make_product(mei, f"p{number}")
        make_plan(product, rate_bp=1_000)
        put(chen, product)
        with CaptureQueriesContext(connection) as statements:
            queries.shelf_of(chen, now=NOON)
        counts.append(len(statements))

    assert counts[0] == counts[2]


@pytest.fixture
def holders(chen: Organisation, cup: Product) -> list[int]:
    make_plan(cup, rate_bp=1_000)
    crowd = [chen, make_organisation(Kind.CREATOR, "Li"), make_organisation(Kind.CREATOR, "Wang")]
    for creator in crowd[:2]:
        put(creator, cup)
    outbox.deliver_all(now=LATER)
    return [creator.pk for creator in crowd[:2]]


def test_everyone_who_holds_a_product_is_told_once_that_it_went_off_shelf(cup: Product, holders: list[int]) -> None:
    catalog.take_off_shelf(cup, by=BY, now=NOON)

    outbox.deliver_all(now=LATER + HOUR)
    outbox.deliver_all(now=LATER + 2 * HOUR)

    assert notices() == [(holder, cup.pk, OFF_SHELF) for holder in holders]


def test_everyone_who_holds_a_product_is_told_that_it_fell_to_l0(cup: Product, holders: list[int]) -> None:
    Product.objects.filter(pk=cup.pk).update(level=0)
    publish("product.levelled", products=[cup.pk], run=1)

    outbox.deliver_all(now=LATER + HOUR)

    assert notices() == [(holder, cup.pk, FALLEN) for holder in holders]


def test_holders_are_told_once_that_they_lost_their_terms(cup: Product, holders: list[int]) -> None:
    PlanSpell.objects.update(closes_at=LATER + HOUR)
    publish("plan.closed", plan=1, product=cup.pk)
    outbox.deliver_all(now=LATER)
    assert notices() == []

    for _ in range(2):
        publish("plan.changed", plans=[1], products=[cup.pk])
        outbox.deliver_all(now=LATER + HOUR)

    assert notices() == [(holder, cup.pk, TERMS_LOST) for holder in holders]
    (item,) = queries.shelf_of(Organisation.objects.get(pk=holders[0]), now=LATER + HOUR)
    assert (item.is_live, [each.reason for each in item.quote.candidates]) == (False, ["ended"])


def test_every_notice_of_shelves_has_words_in_both_languages() -> None:
    assert {OFF_SHELF, FALLEN, TERMS_LOST} == set(WORDS)
    for zh, en in WORDS.values():
        assert "Cup" in zh.format(title="Cup")
        assert "Cup" in en.format(title="Cup")


def publish(name: str, **payload: object) -> None:
    with transaction.atomic():
        outbox.publish(name, **payload)
