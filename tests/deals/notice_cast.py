"""Goods, an activity, and what an organisation heard, for tests of notices."""

from datetime import UTC, datetime

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Activity
from fenxiao.kernel import outbox
from fenxiao.kernel.models import OutboxDelivery, OutboxEvent
from fenxiao.parties.models import Notice, Organisation
from fenxiao.parties.notices import words_of
from tests.cast import make_product
from tests.deals.activity_cast import publish

LATER = datetime(2031, 1, 1, tzinfo=UTC)  # news is due from when it was written, on the real clock


@pytest.fixture
def pot(mei: Organisation) -> Product:
    """Mei's, with a plain name."""
    return make_product(mei, "Pot")


@pytest.fixture
def pan(mei: Organisation) -> Product:
    """Mei's other one."""
    return make_product(mei, "Pan")


@pytest.fixture
def spring(lao_wu: Organisation) -> Activity:
    """Lao Wu's activity."""
    return publish(lao_wu, title="Spring")


def heard(organisation: Organisation) -> list[tuple[str, str]]:
    """What an organisation was told since it was asked last, in Chinese and English, news delivered twice over."""
    outbox.deliver_all(now=LATER)
    count = Notice.objects.count()
    OutboxDelivery.objects.all().delete()
    OutboxEvent.objects.update(delivered_at=None)
    outbox.deliver_all(now=LATER)
    assert Notice.objects.count() == count
    fresh = list(Notice.objects.filter(organisation=organisation, read_at=None).order_by("pk"))
    Notice.objects.update(read_at=LATER)
    OutboxEvent.objects.all().delete()
    return [(words_of(each.code, each.details, "zh-hans"), words_of(each.code, each.details, "en")) for each in fresh]


def subjects(organisation: Organisation) -> list[tuple[str, int]]:
    rows = Notice.objects.filter(organisation=organisation).order_by("pk")
    return list(rows.values_list("subject_kind", "subject_id"))
