"""More goods than the head of a list holds: merchants, categories, prices, levels and ages in turn."""

from datetime import datetime, timedelta

from fenxiao.catalog.models import Category, Product, ProductState
from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlanSpell, PlanType
from fenxiao.parties.models import Kind
from tests.cast import NOON, make_category, make_organisation

OLD = NOON - timedelta(days=100)


def categories(count: int) -> list[Category]:
    """Third-level categories under two second-level ones."""
    return [make_category(f"ap-{at % 2}-{at}", name=f"类目{at}") for at in range(count)]


def stock_market(
    count: int,
    *,
    level: int | None = 2,
    merchants: int = 10,
    kinds: int = 6,
    admitted_at: datetime = OLD,
    price_fen: int = 10_000,
    title: str = "好物",
) -> list[Product]:
    """`count` goods at 10 %, each a fen dearer than the one before, so that the last stands first of equals."""
    sellers = [make_organisation(Kind.MERCHANT, f"{title} shop {at}") for at in range(merchants)]
    where = categories(kinds)
    goods = Product.objects.bulk_create(
        Product(
            merchant=sellers[at % merchants],
            category=where[at % kinds],
            title=f"{title} {at}",
            price_fen=price_fen + at * 10,
            stock=9,
            state=ProductState.ADMITTED,
            submitted_at=admitted_at,
            admitted_at=admitted_at,
            level=level,
        )
        for at in range(count)
    )
    open_plans(goods)
    return goods


def open_plans(goods: list[Product], *, rate_bp: int = 1_000) -> None:
    """A normal plan for each."""
    plans = Plan.objects.bulk_create(
        Plan(type=PlanType.NORMAL, merchant_id=each.merchant_id, product=each, made_at=OLD) for each in goods
    )
    PlanSpell.objects.bulk_create(PlanSpell(plan=plan, opens_at=OLD) for plan in plans)
    rows = PlanRow.objects.bulk_create(PlanRow(plan=plan, made_at=OLD) for plan in plans)
    PlanRate.objects.bulk_create(PlanRate(row=row, rate_bp=rate_bp, entered_at=OLD, from_at=OLD) for row in rows)
