"""A dataset of Olist's shape, small enough to know by heart: every row is made up."""

import csv
from pathlib import Path

Rows = dict[str, list[dict[str, str]]]


def small_dataset() -> Rows:
    """Two sellers, three products, five orders: delivered, shipped, cancelled, without items, never paid."""
    return {
        "olist_sellers_dataset": [seller("s1"), seller("s2")],
        "olist_products_dataset": [product("p1", "brinquedos"), product("p2", "sem_traducao"), product("p3", "")],
        "product_category_name_translation": [
            {"product_category_name": "brinquedos", "product_category_name_english": "toys"}
        ],
        "olist_customers_dataset": [customer("c1", "anna"), customer("c2", "bea")],
        "olist_orders_dataset": [
            order("delivered", "c1", "delivered", carrier="2017-05-03 10:00:00", arrived="2017-05-09 10:00:00"),
            order("shipped", "c1", "shipped", carrier="2017-05-03 10:00:00"),
            order("cancelled", "c2", "canceled"),
            order("empty", "c2", "unavailable"),
            order("unpaid", "c2", "created", approved=""),
        ],
        "olist_order_items_dataset": [
            item("delivered", 1, "p1", "s1", price="100.00", freight="10.50"),
            item("delivered", 2, "p2", "s2", price="20.00", freight="5.00"),
            item("shipped", 1, "p3", "s1", price="7.90", freight="3.00"),
            item("cancelled", 1, "p1", "s1", price="90.00", freight="10.50"),
            item("unpaid", 1, "p1", "s1", price="90.00", freight="10.50"),
        ],
        "olist_order_payments_dataset": [
            payment("delivered", "135.49"),  # a cent less: rounded instalments
            payment("shipped", "10.90"),
            payment("cancelled", "80.00"),
            payment("unpaid", "100.50"),
        ],
        "olist_order_reviews_dataset": [review("r1", "delivered", "5"), review("r2", "empty", "1")],
    }


def seller(key: str) -> dict[str, str]:
    return {"seller_id": key, "seller_zip_code_prefix": "01000", "seller_city": "sao paulo", "seller_state": "SP"}


def product(key: str, category: str) -> dict[str, str]:
    return {"product_id": key, "product_category_name": category}


def customer(key: str, person: str) -> dict[str, str]:
    return {"customer_id": key, "customer_unique_id": person}


def order(
    key: str,
    customer_id: str,
    status: str,
    *,
    approved: str = "2017-05-01 12:00:00",
    carrier: str = "",
    arrived: str = "",
) -> dict[str, str]:
    return {
        "order_id": key,
        "customer_id": customer_id,
        "order_status": status,
        "order_purchase_timestamp": "2017-05-01 11:00:00",
        "order_approved_at": approved,
        "order_delivered_carrier_date": carrier,
        "order_delivered_customer_date": arrived,
        "order_estimated_delivery_date": "2017-05-09 00:00:00",
    }


def item(order_id: str, number: int, product_id: str, seller_id: str, *, price: str, freight: str) -> dict[str, str]:
    return {
        "order_id": order_id,
        "order_item_id": str(number),
        "product_id": product_id,
        "seller_id": seller_id,
        "shipping_limit_date": "2017-05-05 00:00:00",
        "price": price,
        "freight_value": freight,
    }


def payment(order_id: str, value: str) -> dict[str, str]:
    return {"order_id": order_id, "payment_sequential": "1", "payment_value": value}


def review(key: str, order_id: str, stars: str) -> dict[str, str]:
    return {
        "review_id": key,
        "order_id": order_id,
        "review_score": stars,
        "review_comment_message": "good,\nvery good",
        "review_creation_date": "2017-05-10 00:00:00",
    }


def write_dataset(folder: Path, rows: Rows) -> Path:
    """The rows as CSV files in `folder`."""
    for name, lines in rows.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
    return folder
