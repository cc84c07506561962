"""Reviews: each once, on every line it is about, or a problem that says why not."""

from typing import Any

import pytest

from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.orders import services as orders
from fenxiao.orders.errors import TooManyAtOnce
from fenxiao.orders.models import OrderLine, Review
from fenxiao.orders.rules import ToldReview
from fenxiao.orders.services import Taken
from fenxiao.tracking.models import Link
from tests.cast import BY
from tests.orders.telling import at, line, paid


@pytest.fixture
def order(link: Link) -> list[OrderLine]:
    told = paid(line(1, product_id=link.product_id), line(2, product_id=link.product_id))
    orders.take_events([told], by=BY, now=at(1))
    return list(OrderLine.objects.order_by("line_no"))


def review(external_id: str = "r1", **changes: Any) -> ToldReview:
    told = {"order_ref": "A1", "line_no": None, "stars": 5, "reviewed_at": at(5)}
    return ToldReview(external_id=external_id, **{**told, **changes})


def take(*rows: ToldReview, source: str = "shop") -> Taken:
    return orders.take_reviews(rows, source=source, by=BY, now=at(6))


def test_a_review_of_an_order_is_about_each_of_its_lines(order: list[OrderLine]) -> None:
    taken = take(review())

    made = list(Review.objects.order_by("id"))
    assert taken == Taken(created=1, duplicates=0, problems=[])
    assert [(each.line, each.stars, each.reviewed_at) for each in made] == [(row, 5, at(5)) for row in order]
    assert OutboxEvent.objects.get(name="review.written").payload == {"reviews": [each.pk for each in made]}
    assert AuditRow.objects.filter(act="take_reviews").count() == 1


def test_a_review_of_a_line_is_about_that_line(order: list[OrderLine]) -> None:
    take(review(line_no=2))

    assert Review.objects.get().line == order[1]


def test_a_review_told_again_is_a_duplicate(order: list[OrderLine]) -> None:
    take(review())

    assert take(review(), review()) == Taken(created=0, duplicates=2, problems=[])
    assert (Review.objects.count(), AuditRow.objects.filter(act="take_reviews").count()) == (2, 1)


def test_a_review_twice_in_a_batch_is_taken_once(order: list[OrderLine]) -> None:
    assert take(review(), review()) == Taken(created=1, duplicates=1, problems=[])


def test_one_review_id_may_speak_of_several_orders(order: list[OrderLine], link: Link) -> None:
    orders.take_events([paid(line(product_id=link.product_id), ref="A2")], by=BY, now=at(1))

    assert take(review(), review(order_ref="A2")).created == 2
    assert Review.objects.count() == 3


def test_other_stars_under_one_id_are_a_problem(order: list[OrderLine]) -> None:
    taken = take(review(), review(stars=1))

    assert [(each.event_id, each.code) for each in taken.problems] == [("r1", "review_reused")]
    assert set(Review.objects.values_list("stars", flat=True)) == {5}


@pytest.mark.parametrize("changes", [{"order_ref": "A9"}, {"line_no": 9}])
def test_a_review_of_a_line_nobody_paid_is_a_problem(order: list[OrderLine], changes: dict[str, Any]) -> None:
    taken = take(review(**changes))

    assert [each.code for each in taken.problems] == ["unknown_line"]
    assert (taken.created, Review.objects.count()) == (0, 0)


def test_a_review_from_another_shop_is_a_problem(order: list[OrderLine]) -> None:
    assert [each.code for each in take(review(), source="elsewhere").problems] == ["unknown_line"]


def test_too_many_reviews_at_once_are_refused(db: None) -> None:
    with pytest.raises(TooManyAtOnce):
        take(*[review()] * 1_001)
