"""A mark that is set while a build is under way is not lost."""

import threading

import pytest
from django.db import connection, transaction

from fenxiao.facts import services as facts
from fenxiao.facts.models import ProductDay, StaleDay
from fenxiao.facts.services import building
from fenxiao.parties.models import Kind
from tests.cast import BY, NOON, make_organisation, make_product
from tests.facts.market import make_line


@pytest.mark.django_db(transaction=True)
def test_a_mark_set_while_its_day_is_counted_is_counted_by_the_next_batch() -> None:
    cup = make_product(make_organisation(Kind.MERCHANT, "Mei"), "cup")
    facts.mark_lines([make_line(cup).pk])
    late = make_line(cup)
    marked = threading.Event()

    def mark() -> None:
        facts.mark_lines([late.pk])
        marked.set()
        connection.close()

    marker = threading.Thread(target=mark)
    with transaction.atomic():
        building._count_batch(by=BY, now=NOON)
        marker.start()
        assert not marked.wait(0.3), "the mark must wait for the batch that took the same day away"
    marker.join(10)

    assert StaleDay.objects.count() == 1
    facts.build(by=BY, now=NOON)
    assert ProductDay.objects.get().paid_lines == 2
