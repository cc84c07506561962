"""A real marketplace comes in through the same services as everything else, and what cannot be used is listed."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fenxiao.catalog.models import Product, ProductState
from fenxiao.cli.olist.importing import Done, import_dataset
from fenxiao.cli.olist.reading import ColumnMissing, FileMissing, open_dataset
from fenxiao.orders.models import LineState, Order, OrderLine, Review, Way
from fenxiao.parties.models import Kind, Organisation
from tests.cli.olist_files import Rows, item, small_dataset, write_dataset

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "olist"


def run_import(tmp_path: Path, rows: Rows) -> Done:
    return import_dataset(open_dataset(write_dataset(tmp_path, rows)), reports=tmp_path / "reports")


def listed(done: Done) -> list[tuple[str, str]]:
    with done.report.open(encoding="utf-8", newline="") as file:
        return sorted((row["row"], row["code"]) for row in csv.DictReader(file))


@pytest.mark.django_db
def test_sellers_products_orders_and_reviews_come_in(tmp_path: Path) -> None:
    done = run_import(tmp_path, small_dataset())

    assert done.orders_read == 5
    assert Organisation.objects.filter(kind=Kind.MERCHANT, source="olist").count() == 2
    assert dict(Product.objects.values_list("external_id", "state")) == {
        "p1": ProductState.ADMITTED,
        "p2": ProductState.ADMITTED,
        "p3": ProductState.REFUSED,
    }
    assert dict(Order.objects.values_list("ref", "state")) == {
        "delivered": LineState.RECEIVED,
        "shipped": LineState.SHIPPED,
        "cancelled": LineState.INVALID,
    }
    assert Review.objects.count() == 2  # one review of an order with two lines


@pytest.mark.django_db
def test_a_line_carries_the_files_money_moments_and_no_promoter(tmp_path: Path) -> None:
    run_import(tmp_path, small_dataset())

    line = OrderLine.objects.get(order__ref="delivered", line_no=1)

    assert (line.paid_fen, line.freight_fen, line.quantity, line.order.buyer_key) == (11_050, 1_050, 1, "anna")
    assert (line.attributed_by, line.creator, line.commission_rate_bp) == (Way.NONE, None, 0)
    assert line.paid_at == datetime(2017, 5, 1, 15, tzinfo=UTC)  # 12:00 in São Paulo
    assert line.promised_at == datetime(2017, 5, 10, 2, 59, 59, tzinfo=UTC)  # the promised day's end


@pytest.mark.django_db
def test_what_cannot_be_used_is_listed_row_by_row(tmp_path: Path) -> None:
    done = run_import(tmp_path, small_dataset())

    assert listed(done) == [
        ("cancelled", "payment_mismatch"),
        ("delivered", "payment_rounding"),
        ("empty", "order_without_items"),
        ("p3", "product_without_category"),
        ("r2:empty", "review_of_missing_order"),
        ("sem_traducao", "category_untranslated"),
        ("unpaid", "order_unpaid"),
    ]


@pytest.mark.django_db
def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    run_import(tmp_path, small_dataset())
    before = list(OrderLine.objects.order_by("pk").values())

    again = run_import(tmp_path, small_dataset())

    assert (again.orders_read, again.created, again.changed) == (5, 0, 0)
    assert list(OrderLine.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_an_order_with_one_unreadable_value_is_listed_whole(tmp_path: Path) -> None:
    rows = small_dataset()
    rows["olist_order_items_dataset"][2] = item("shipped", 1, "p3", "s1", price="7.90", freight="free")

    done = run_import(tmp_path, rows)

    assert ("shipped", "order_unreadable") in listed(done)
    assert not Order.objects.filter(ref="shipped").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write_dataset(tmp_path, small_dataset())
    (tmp_path / "olist_sellers_dataset.csv").unlink()

    with pytest.raises(FileMissing, match=r"olist_sellers_dataset\.csv"):
        open_dataset(tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    rows = small_dataset()
    rows["olist_sellers_dataset"] = [{"seller_id": "s1", "seller_city": "x"}]

    with pytest.raises(ColumnMissing, match="seller_state"):
        open_dataset(write_dataset(tmp_path, rows))


@pytest.mark.realdata
@pytest.mark.django_db
@pytest.mark.skipif(not DATA.is_dir(), reason="the Olist files are not beside this checkout")
def test_the_real_dataset_comes_in_whole_and_only_once(tmp_path: Path) -> None:
    first = import_dataset(open_dataset(DATA), reports=tmp_path / "first")
    second = import_dataset(open_dataset(DATA), reports=tmp_path / "second")

    assert (first.orders_read, second.orders_read) == (8_135, 8_135)
    assert (second.created, second.changed) == (0, 0)
    assert first.problems == second.problems
    assert first.problems["order_without_items"] == 775
    used = 8_135 - sum(first.problems[code] for code in ("order_without_items", "order_unpaid", "order_unreadable"))
    assert Order.objects.exclude(state=None).count() == used
