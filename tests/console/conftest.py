"""What tests of pages need: words compiled, people logged in."""

import pytest
from django.test import Client

from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.parties.models import Kind, Organisation, Role
from tests.cast import NOON, make_member, make_organisation, make_product
from tests.console.creator_cast import market, offered  # noqa: F401  fixtures
from tests.console.desk_cast import Visit, client_of_ops, first, lake, pots  # noqa: F401  # fixtures among them
from tests.console.words import compile_if_stale

compile_if_stale()


@pytest.fixture
def visit(db: None) -> Visit:
    """A client logged in for an organisation: `visit(mei)`, `visit(mei, role=Role.VIEWER)`, `visit(None)`."""

    def logged_in(
        organisation: Organisation | None, *, role: Role = Role.OWNER, language: str = "zh-hans", name: str = ""
    ) -> Client:
        client = Client(headers={"accept-language": "fr"})
        client.cookies["fx_language"] = language
        if organisation is not None:
            email = f"{name or role}.{organisation.pk}@example.org"
            client.force_login(make_member(organisation, email, role=role).user)
        return client

    return logged_in


@pytest.fixture
def house(db: None) -> dict[str, Organisation]:
    """One active organisation of every kind, by kind."""
    return {kind: make_organisation(kind, f"One {kind}") for kind in Kind}


@pytest.fixture
def waiting(mei: Organisation) -> Admission:
    """Mei's product that waits for review."""
    product = make_product(mei, "Waiting lamp", state=ProductState.PENDING)
    findings = [{"code": "image_missing", "details": {}}]
    return Admission.objects.create(product=product, verdict="pending", findings=findings, submitted_at=NOON)


@pytest.fixture
def pot(mei: Organisation) -> Product:
    """Mei's product with a name in plain letters, so that a page in English shows no Chinese sign at all."""
    return make_product(mei, "Iron pot")
