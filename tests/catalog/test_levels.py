"""Levels are set from above and keep their history."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog import services as catalog
from fenxiao.catalog.errors import BadLevelSetting, NeverAdmitted
from fenxiao.catalog.models import LevelChange, Product, ProductState
from fenxiao.catalog.queries import levels_at
from fenxiao.catalog.rules import LevelSetting
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_category, make_product

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def setting(product_id: int, level: int, *, is_select: bool = False, reason: str = "score") -> LevelSetting:
    return LevelSetting(product_id=product_id, level=level, is_select=is_select, reason=reason)


def levels() -> list[tuple[int | None, bool]]:
    return list(Product.objects.order_by("id").values_list("level", "is_select"))


def test_only_real_changes_are_written_and_told(mei: Organisation) -> None:
    new, same, up = (make_product(mei, f"杯 {level}", level=level) for level in (None, 2, 2))

    changed = catalog.set_levels(
        [setting(up.pk, 4, is_select=True), setting(new.pk, 1, reason="first"), setting(same.pk, 2)],
        run=7, by=BY, now=NOON,
    )  # fmt: skip

    assert changed == 2
    assert levels() == [(1, False), (2, False), (4, True)]
    history = LevelChange.objects.order_by("product_id")
    assert list(history.values_list("product_id", "level", "is_select", "from_at", "run", "reason")) == [
        (new.pk, 1, False, NOON, 7, "first"),
        (up.pk, 4, True, NOON, 7, "score"),
    ]
    assert list(OutboxEvent.objects.values_list("name", "payload")) == [
        ("product.levelled", {"products": [new.pk, up.pk], "run": 7})
    ]
    row = AuditRow.objects.get()
    assert row.after is not None
    assert (row.act, row.after["count"], row.after["first"], row.after["last"]) == ("set_levels", 2, new.pk, up.pk)


def test_setting_the_same_again_changes_nothing(cup: Product) -> None:
    catalog.set_levels([setting(cup.pk, 3, is_select=True)], run=1, by=BY, now=NOON)

    assert catalog.set_levels([setting(cup.pk, 3, is_select=True)], run=2, by=BY, now=NOON + DAY) == 0
    assert (LevelChange.objects.count(), AuditRow.objects.count(), OutboxEvent.objects.count()) == (1, 1, 1)


def test_the_label_falls_with_the_level(cup: Product) -> None:
    catalog.set_levels([setting(cup.pk, 3, is_select=True)], run=1, by=BY, now=NOON)
    catalog.set_levels([setting(cup.pk, 2)], run=2, by=BY, now=NOON + DAY)

    assert levels() == [(2, False)]


def test_one_bad_setting_refuses_all(mei: Organisation, cup: Product) -> None:
    waiting = make_product(mei, "未过审", state=ProductState.PENDING)

    with pytest.raises(NeverAdmitted) as refused:
        catalog.set_levels([setting(cup.pk, 5), setting(waiting.pk, 1)], run=1, by=BY, now=NOON)
    with pytest.raises(BadLevelSetting):
        catalog.set_levels([setting(cup.pk, 5), setting(cup.pk, 4)], run=1, by=BY, now=NOON)

    assert refused.value.details == {"products": str(waiting.pk)}
    assert levels() == [(2, False), (None, False)]
    assert (LevelChange.objects.count(), AuditRow.objects.count(), OutboxEvent.objects.count()) == (0, 0, 0)


def test_goods_off_the_shelf_keep_being_graded(cup: Product) -> None:
    catalog.take_off_shelf(cup, by=BY, now=NOON)

    catalog.set_levels([setting(cup.pk, 0, reason="red_line")], run=1, by=BY, now=NOON)
    catalog.put_back_on_shelf(cup, by=BY, now=NOON)

    assert (levels(), list(Product.objects.offered())) == ([(0, False)], [])


def test_levels_are_read_as_of_a_moment(cup: Product) -> None:
    catalog.set_levels([setting(cup.pk, 3)], run=1, by=BY, now=NOON)
    catalog.set_levels([setting(cup.pk, 0)], run=2, by=BY, now=NOON + DAY)

    assert levels_at([cup.pk], NOON - DAY) == {}
    assert levels_at([cup.pk], NOON + DAY - timedelta(seconds=1)) == {cup.pk: 3}
    assert levels_at([cup.pk], NOON + DAY) == {cup.pk: 0}


def test_statements_audit_rows_and_news_go_by_the_thousand(mei: Organisation) -> None:
    category = make_category()
    goods = Product.objects.bulk_create(
        Product(merchant=mei, category=category, title=f"杯 {n}", price_fen=1, stock=1, state="admitted",
                submitted_at=NOON, admitted_at=NOON)
        for n in range(2_500)
    )  # fmt: skip

    with CaptureQueriesContext(connection) as queries:
        changed = catalog.set_levels([setting(product.pk, 1) for product in goods], run=1, by=BY, now=NOON)

    assert (changed, LevelChange.objects.count()) == (2_500, 2_500)
    assert (AuditRow.objects.count(), OutboxEvent.objects.count()) == (3, 3)
    assert len(queries) <= 3 * 5 + 2
