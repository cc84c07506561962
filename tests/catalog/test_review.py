"""Operators decide; of two at once one wins."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog import services as catalog
from fenxiao.catalog.errors import NotInReview
from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.catalog.queries import last_admissions, review_queue
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_category, make_product
from tests.catalog.drafts import a_draft

OPS = Actor(name="ops")
HOUR = timedelta(hours=1)


def waiting(merchant: Organisation, title: str = "无图茶杯", *, hours: int = 0) -> Product:
    make_category()
    draft = a_draft(title=title, image_url="")
    return catalog.submit_product(merchant, draft=draft, by=BY, now=NOON + hours * HOUR)


@pytest.mark.django_db
def test_an_approved_product_is_admitted(mei: Organisation) -> None:
    product = waiting(mei)

    catalog.approve_product(product, by=OPS, now=NOON + HOUR)

    kept, case = Product.objects.get(), Admission.objects.get()
    assert (kept.state, kept.admitted_at) == (ProductState.ADMITTED, NOON + HOUR)
    assert (case.verdict, case.decided_at, case.decided_by) == ("admitted", NOON + HOUR, "ops")
    assert list(OutboxEvent.objects.values_list("name", "payload")) == [("product.admitted", {"products": [kept.pk]})]
    row = AuditRow.objects.latest("id")
    assert (row.act, row.actor, row.before) == ("approve_product", "ops", {"state": "pending"})


@pytest.mark.django_db
def test_a_refused_product_carries_the_operators_reason(mei: Organisation) -> None:
    product = waiting(mei)

    catalog.refuse_product(product, reason=" 请补主图 ", by=OPS, now=NOON + HOUR)

    kept = Product.objects.get()
    case = last_admissions([kept.pk])[kept.pk]
    assert (kept.state, kept.admitted_at) == (ProductState.REFUSED, None)
    assert (case.verdict, case.reason, case.decided_by) == ("refused", "请补主图", "ops")
    assert AuditRow.objects.latest("id").after == {"state": "refused", "reason": "请补主图"}
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_refusal_without_a_reason_is_refused(mei: Organisation) -> None:
    product = waiting(mei)

    with pytest.raises(BadInput):
        catalog.refuse_product(product, reason=" ", by=OPS, now=NOON)

    assert (Product.objects.get().state, AuditRow.objects.count()) == (ProductState.PENDING, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in ProductState if state != ProductState.PENDING])
def test_what_does_not_wait_cannot_be_decided(mei: Organisation, state: ProductState) -> None:
    product = make_product(mei, "茶杯", state=state)

    with pytest.raises(NotInReview):
        catalog.approve_product(product, by=OPS, now=NOON)
    with pytest.raises(NotInReview):
        catalog.refuse_product(product, reason="?", by=OPS, now=NOON)

    assert (Product.objects.get().state, Admission.objects.count(), AuditRow.objects.count()) == (state, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_is_read_oldest_first_in_one_query(mei: Organisation, count: int) -> None:
    for hours in reversed(range(count)):
        waiting(mei, f"无图茶杯 {hours}", hours=hours)
    make_product(mei, "过审茶杯")

    with CaptureQueriesContext(connection) as queries:
        said = [(case.product.title, case.product.merchant.name, str(case.product.category)) for case in review_queue()]

    assert said == [(f"无图茶杯 {hours}", "Mei", "鸟类用品") for hours in range(count)]
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_at_once_one_wins(mei: Organisation) -> None:
    product = waiting(mei)
    start, outcomes = threading.Barrier(2), list[str]()

    def decide(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    def approve() -> object:
        return catalog.approve_product(product, by=OPS, now=NOON + HOUR)

    operators = [threading.Thread(target=decide, args=(approve,)) for _ in range(2)]
    for operator in operators:
        operator.start()
    for operator in operators:
        operator.join(timeout=30)

    assert sorted(outcomes) == ["done", "not_in_review"]
    assert AuditRow.objects.filter(act="approve_product").count() == 1
    assert OutboxEvent.objects.filter(name="product.admitted").count() == 1
