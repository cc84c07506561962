"""A small cast known to all tests: Mei sells, Chen streams, Lao Wu leads, Ops reviews, Stranger may see nothing.

Factories write rows directly and have no surprising defaults; tests of services use the services.
"""

from datetime import UTC, datetime

import pytest

from fenxiao.catalog.models import Category, Product, ProductState
from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlanSpell, PlanType
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Kind, Member, Organisation, Role, User

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Tuesday
BY = Actor(name="test")


def make_organisation(kind: Kind, name: str, *, joined_at: datetime = NOON) -> Organisation:
    """An active organisation."""
    return Organisation.objects.create(kind=kind, name=name, joined_at=joined_at)


def make_member(organisation: Organisation, email: str, *, role: Role = Role.OWNER) -> Member:
    """A person (made if new, password "correct horse") in an organisation."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, "correct horse", name=email.split("@", maxsplit=1)[0]
    )
    return Member.objects.create(user=user, organisation=organisation, role=role, joined_at=NOON)


def make_category(third: str = "ap-2-1", *, name: str = "鸟类用品") -> Category:
    """A third-level category with its two ancestors (ids by dashes, e.g. ap, ap-2, ap-2-1)."""
    top, second = third.split("-", maxsplit=1)[0], "-".join(third.split("-")[:2])
    a, _ = Category.objects.get_or_create(pk=top, defaults={"depth": 1, "name_zh": top, "name_en": top})
    b, _ = Category.objects.get_or_create(
        pk=second, defaults={"depth": 2, "parent": a, "name_zh": second, "name_en": second}
    )
    c, _ = Category.objects.get_or_create(
        pk=third, defaults={"depth": 3, "parent": b, "third_id": third, "name_zh": name, "name_en": third}
    )
    return c


def make_product(
    merchant: Organisation,
    title: str,
    *,
    price_fen: int = 10_000,
    stock: int = 100,
    category: Category | None = None,
    level: int | None = 2,
    state: ProductState = ProductState.ADMITTED,
) -> Product:
    """A product, by default admitted at 12:00 with level L2, for 100.00."""
    admitted = state == ProductState.ADMITTED
    return Product.objects.create(
        merchant=merchant,
        category=category or make_category(),
        title=title,
        price_fen=price_fen,
        stock=stock,
        state=state,
        submitted_at=NOON,
        admitted_at=NOON if admitted else None,
        level=level if admitted else None,
    )


def make_plan(product: Product, *, rate_bp: int, since: datetime = NOON) -> Plan:
    """A normal plan, open at one rate since a moment."""
    plan = Plan.objects.create(type=PlanType.NORMAL, merchant=product.merchant, product=product, made_at=since)
    PlanSpell.objects.create(plan=plan, opens_at=since)
    row = PlanRow.objects.create(plan=plan, made_at=since)
    PlanRate.objects.create(row=row, rate_bp=rate_bp, entered_at=since, from_at=since)
    return plan


@pytest.fixture
def mei(db: None) -> Organisation:
    """The merchant."""
    return make_organisation(Kind.MERCHANT, "Mei")


@pytest.fixture
def chen(db: None) -> Organisation:
    """The creator."""
    return make_organisation(Kind.CREATOR, "Chen")


@pytest.fixture
def lao_wu(db: None) -> Organisation:
    """The leader."""
    return make_organisation(Kind.LEADER, "Lao Wu")


@pytest.fixture
def ops(db: None) -> Organisation:
    """The operator."""
    return make_organisation(Kind.OPERATOR, "Ops")


@pytest.fixture
def stranger(db: None) -> Organisation:
    """Another merchant, who may see nothing of Mei's."""
    return make_organisation(Kind.MERCHANT, "Stranger")


@pytest.fixture
def cup(mei: Organisation) -> Product:
    """Mei's admitted product at 100.00."""
    return make_product(mei, "陶瓷杯 Ceramic cup")
