"""The tree in the database: loaded as often as one likes, walked by pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog import services as catalog
from fenxiao.catalog.errors import BadCategory
from fenxiao.catalog.models import Category
from fenxiao.catalog.queries import categories_along, category_choices, category_path, top_categories
from fenxiao.catalog.rules import CategoryRow, Loaded
from fenxiao.catalog.taxonomy_file import packaged_taxonomy
from fenxiao.kernel.models import AuditRow
from tests.cast import BY, NOON

pytestmark = pytest.mark.django_db


def row(key: str, *, zh: str = "", en: str = "") -> CategoryRow:
    parent = key.rpartition("-")[0]
    return CategoryRow(id=key, parent_id=parent, depth=key.count("-") + 1, zh=zh or f"类{key}", en=en)


def load(*rows: CategoryRow) -> Loaded:
    return catalog.load_categories(rows, by=BY, now=NOON)


def test_the_packaged_taxonomy_is_loaded_once() -> None:
    first = catalog.load_categories(packaged_taxonomy(), by=BY, now=NOON)
    again = catalog.load_categories(packaged_taxonomy(), by=BY, now=NOON)

    assert first == Loaded(created=10_365, changed=0, unchanged=0)
    assert again == Loaded(created=0, changed=0, unchanged=10_365)
    assert Category.objects.filter(depth=3).count() == 1_468
    assert Category.objects.filter(depth__gte=3, third=None).count() == 0
    assert Category.objects.filter(name_en="").count() == 0
    assert AuditRow.objects.filter(act="load_categories").count() == 6
    path = [category.name_zh for category in category_path(Category.objects.get(pk="ap-2-1-1"))]
    assert path == ["动物/宠物用品", "宠物用品", "鸟类用品", "鸟笼配件"]


def test_a_renamed_category_is_renamed_and_the_others_stay() -> None:
    load(row("a"), row("b"))
    Category.objects.filter(pk="b").update(is_active=False)

    assert load(row("a", zh="新名", en="New"), row("b"), row("c")) == Loaded(created=1, changed=2, unchanged=0)
    assert list(Category.objects.order_by("id").values_list("id", "name_zh", "name_en", "is_active")) == [
        ("a", "新名", "New", True), ("b", "类b", "类b", True), ("c", "类c", "类c", True)
    ]  # fmt: skip


def test_one_row_without_a_place_refuses_all() -> None:
    with pytest.raises(BadCategory):
        load(row("a"), row("b-1"))

    assert (Category.objects.count(), AuditRow.objects.count()) == (0, 0)


def test_rows_may_hang_below_what_is_there() -> None:
    load(row("a"), row("a-1"))

    load(row("a-1-1"), row("a-1-1-1"))

    assert dict(Category.objects.filter(depth__gte=3).values_list("id", "third_id")) == {
        "a-1-1": "a-1-1", "a-1-1-1": "a-1-1"
    }  # fmt: skip


def test_choices_come_in_the_order_of_ids_without_inactive_ones() -> None:
    load(row("b"), row("a"), *(row(f"a-{n}") for n in (10, 9, 1)))
    Category.objects.filter(pk="a-9").update(is_active=False)

    assert [category.pk for category in top_categories()] == ["a", "b"]
    assert [category.pk for category in category_choices("a")] == ["a-1", "a-10"]


def test_a_path_is_read_in_one_query() -> None:
    load(row("a"), row("a-1"), row("a-1-1"), row("a-1-1-1"))
    leaf = Category.objects.get(pk="a-1-1-1")

    with CaptureQueriesContext(connection) as queries:
        path = [category.pk for category in category_path(leaf)]

    assert path == ["a", "a-1", "a-1-1", "a-1-1-1"]
    assert len(queries) == 1


def test_three_levels_stand_open_along_the_chosen_one() -> None:
    load(row("a"), row("b"), row("a-1"), row("a-2"), row("a-10"), row("a-2-1"), row("a-10-1"), row("a-2-1-1"))

    shown = {
        chosen: [each.pk for each in categories_along(chosen)] for chosen in ("", "a", "a-2", "a-2-1", "a-2-1-1", "x")
    }

    assert shown[""] == shown["x"] == shown["a-2-1-1"] == ["a", "b"]  # the fourth level is no filter
    assert shown["a"] == ["a", "a-1", "a-2", "a-10", "b"]
    assert shown["a-2"] == shown["a-2-1"] == ["a", "a-1", "a-2", "a-2-1", "a-10", "b"]
    Category.objects.filter(pk="a-2").update(is_active=False)
    assert [each.pk for each in categories_along("a-2-1")] == ["a", "a-1", "a-2", "a-2-1", "a-10", "b"]
    assert [each.pk for each in categories_along("a")] == ["a", "a-1", "a-10", "b"]
