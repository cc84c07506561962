"""The daily facts counted a second time, naively and in Python, to compare with."""

from collections import defaultdict
from typing import Any

from fenxiao.deals.models import Application
from fenxiao.deals.rules import parts_of
from fenxiao.facts.models import ApplicationDay, CreatorDay, MerchantDay, ProductDay, PromotionDay
from fenxiao.facts.statements import APPLICATION_SUMS, PRODUCT_SUMS, SETTLED_SUMS, SUMS
from fenxiao.kernel.clock import business_day
from fenxiao.orders.models import OrderLine, Refund, Review
from fenxiao.tracking.models import Click, Link

Rows = dict[tuple[Any, ...], dict[str, Any]]
OWN = ("buyers", "lowest_unit_fen", "highest_unit_fen")


def stored() -> dict[str, Rows]:
    """All daily facts as they stand in the tables."""

    def rows(table: Any, keys: tuple[str, ...], columns: tuple[str, ...]) -> Rows:
        return {tuple(row[key] for key in keys): {c: row[c] for c in columns} for row in table.objects.values()}

    return {
        "product": rows(ProductDay, ("product_id", "day"), (*PRODUCT_SUMS, *OWN)),
        "promotion": rows(PromotionDay, ("product_id", "creator_id", "day"), SETTLED_SUMS),
        "application": rows(ApplicationDay, ("application_id", "product_id", "creator_id", "day"), APPLICATION_SUMS),
        "creator": rows(CreatorDay, ("creator_id", "day"), SETTLED_SUMS),
        "merchant": rows(MerchantDay, ("merchant_id", "day"), SUMS),
    }


def recounted() -> dict[str, Rows]:
    """All daily facts by the definitions, row by row."""
    happenings = [*_of_lines(), *_of_clicks()]
    return {
        "product": _grouped(happenings, ("product_id", "day"), PRODUCT_SUMS, with_own=True),
        "promotion": _grouped(happenings, ("product_id", "creator_id", "day"), SETTLED_SUMS),
        "application": _grouped(
            [row | {"application_id": link} for row in happenings for link in row["chain"]],
            ("application_id", "product_id", "creator_id", "day"),
            APPLICATION_SUMS,
        ),
        "creator": _grouped(happenings, ("creator_id", "day"), SETTLED_SUMS),
        "merchant": _grouped(happenings, ("merchant_id", "day"), SUMS),
    }


def _grouped(
    happenings: list[dict[str, Any]], keys: tuple[str, ...], columns: tuple[str, ...], *, with_own: bool = False
) -> Rows:
    groups = defaultdict(list)
    for happening in happenings:
        if happening.get("creator_id") is not None or "creator_id" not in keys:
            groups[tuple(happening[key] for key in keys)].append(happening)
    sums = {key: {c: sum(row.get(c, 0) for row in rows) for c in columns} for key, rows in groups.items()}
    if with_own:
        for key, rows in groups.items():
            prices = [row["unit"] for row in rows if "unit" in row]
            sums[key]["buyers"] = len({row["buyer"] for row in rows if "buyer" in row})
            sums[key]["lowest_unit_fen"] = min(prices, default=None)
            sums[key]["highest_unit_fen"] = max(prices, default=None)
    return sums


def _of_clicks() -> list[dict[str, Any]]:
    from fenxiao.catalog.models import Product

    merchants = dict(Product.objects.values_list("pk", "merchant_id"))
    carried = dict(Link.objects.values_list("pk", "application_id"))
    firsts = dict(Application.objects.values_list("pk", "first_id"))
    chains = {link: [pk for pk in (leaf, firsts.get(leaf)) if pk] for link, leaf in carried.items()}
    return [
        {
            "product_id": click.product_id,
            "creator_id": click.creator_id,
            "merchant_id": merchants[click.product_id],
            "day": business_day(click.clicked_at),
            "clicks": 1,
            "chain": chains.get(click.link_id, []),
        }
        for click in Click.objects.all()
    ]


def _of_lines() -> list[dict[str, Any]]:
    found = []
    for line in OrderLine.objects.select_related("order").exclude(reason="self_purchase"):
        who = {"product_id": line.product_id, "creator_id": line.creator_id, "merchant_id": line.merchant_id}
        who["chain"] = [pk for pk in (line.application_id, line.second_application_id) if pk]
        found += [who | happening for happening in _of_line(line)]
    return found


def _of_line(line: OrderLine) -> list[dict[str, Any]]:
    goods = line.paid_fen - line.freight_fen - line.tax_fen
    is_promoted = line.creator_id is not None
    sale = {
        "day": business_day(line.paid_at),
        "buyer": line.order.buyer_key or f"order:{line.order_id}",
        "unit": goods // line.quantity,
        "paid_lines": 1,
        "promoted_lines": int(is_promoted),
        "units": line.quantity,
        "gmv_fen": goods,
        "promoted_gmv_fen": goods if is_promoted else 0,
        "commission_fen": goods * line.commission_rate_bp // 10_000 if is_promoted else 0,
        "service_fee_fen": goods * line.service_fee_rate_bp // 10_000,
        "ceded_fee_fen": goods * line.ceded_fee_rate_bp // 10_000,
    }
    return [sale, *_later(line, goods)]


def _later(line: OrderLine, goods: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    refunds = list(Refund.objects.filter(line=line).order_by("refunded_at", "pk"))
    back, has_blamed = 0, False
    for refund in refunds:
        part = min(goods, back + refund.amount_fen) - min(goods, back)
        row = {"day": business_day(refund.refunded_at), "refund_fen": part}
        row["refunded_lines"] = int(back == 0 and refund.amount_fen > 0)
        row["quality_refunds"] = int(refund.is_quality and not has_blamed)
        has_blamed |= refund.is_quality
        back += refund.amount_fen
        found.append(row)
    if line.received_at:
        row = {"day": business_day(line.received_at), "received_lines": 1}
        row["promised_lines"] = int(line.promised_at is not None)
        row["on_time_lines"] = int(line.promised_at is not None and line.received_at <= line.promised_at)
        found.append(row)
    if line.settled_at and line.creator_id:
        left = max(goods - sum(r.amount_fen for r in refunds if r.refunded_at <= line.settled_at), 0)
        parts = parts_of(
            left,
            commission_rate_bp=min(line.commission_rate_bp + (line.step_bp or 0), 9_000),
            service_fee_rate_bp=line.service_fee_rate_bp,
            ceded_fee_rate_bp=line.ceded_fee_rate_bp,
            platform_fee_rate_bp=line.platform_fee_rate_bp,
        )
        row = {"day": business_day(line.settled_at), "settled_lines": 1}
        row["settled_commission_fen"] = parts.creator_net_fen
        row["settled_service_fee_fen"], row["settled_ceded_fee_fen"] = parts.service_fee_fen, parts.ceded_fee_fen
        found.append(row)
    for review in Review.objects.filter(line=line):
        found.append({"day": business_day(review.reviewed_at), "reviews": 1, "stars": review.stars})
    return found
