"""A market of forty products on PostgreSQL, and files of its own for each test."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fenxiao.catalog.models import Brand, BrandQualification, BrandTier, Product, Standing
from fenxiao.facts.models import ProductDay, PromotionDay
from fenxiao.parties.models import Kind, Organisation
from fenxiao.quality import lake
from fenxiao.quality import services as quality
from fenxiao.quality.models import Policy
from tests.cast import BY, NOON, make_organisation, make_plan, make_product

TODAY = date(2026, 3, 10)


@pytest.fixture
def own_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """Files of one test are not read by the next: run numbers begin again, and so would the folders' names."""
    monkeypatch.setattr(lake, "absolute", lambda folder: tmp_path / folder)
    yield
    assert not list(tmp_path.rglob("*.part")), "a half-written file was left behind"


@pytest.fixture
def policy(own_lake: None) -> Policy:
    return quality.ensure_default_policy(by=BY, now=NOON)


@pytest.fixture
def market(mei: Organisation, chen: Organisation) -> list[Product]:
    """Forty products of one group: the later the better, the last by far the best, the first never sold."""
    products = [make_product(mei, f"P{number}", level=None) for number in range(40)]
    creators = [make_organisation(Kind.CREATOR, f"creator {number}") for number in range(12)]
    for number, product in enumerate(products):
        make_plan(product, rate_bp=500 + 50 * number, since=NOON - timedelta(days=99))
        for creator in creators[: number // 4]:
            PromotionDay.objects.create(product=product, creator=creator, day=TODAY, paid_lines=1, gmv_fen=100 * number)
    ProductDay.objects.bulk_create(
        ProductDay(
            product=product,
            day=TODAY - timedelta(days=back),
            clicks=50,
            paid_lines=number,
            promoted_lines=number // 4,
            units=number,
            buyers=number,
            gmv_fen=10_000 * number - 20 * number * number,
            lowest_unit_fen=10_000 - 20 * number,
            highest_unit_fen=10_000 - 20 * number,
            quality_refunds=int(number < 20),
            received_lines=number,
            promised_lines=number,
            on_time_lines=number - (number < 20),
            reviews=number,
            stars=number * (5 if number > 30 else 4),
        )
        for number, product in enumerate(products[1:], 1)
        for back in range(5)
    )
    brand = Brand.objects.create(name="Best", tier=BrandTier.LEADING)
    Product.objects.filter(pk=products[-1].pk).update(brand=brand)
    BrandQualification.objects.create(
        merchant=mei, brand=brand, standing=Standing.FLAGSHIP, valid_from=date(2020, 1, 1)
    )
    return products
