"""Brands and the right to sell them."""

from datetime import date

import pytest

from fenxiao.catalog import services as catalog
from fenxiao.catalog.errors import BrandKnown
from fenxiao.catalog.models import Brand, BrandQualification, BrandTier, Standing
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.errors import WrongKind
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON

pytestmark = pytest.mark.django_db


def register(name: str = "青瓷坊 Celadon") -> Brand:
    return catalog.register_brand(name, tier=BrandTier.NATIONAL, by=BY, now=NOON)


def qualify(merchant: Organisation, brand: Brand, standing: Standing, until: date | None) -> BrandQualification:
    return catalog.qualify_brand(
        merchant, brand=brand, standing=standing, valid_from=date(2026, 1, 1), valid_until=until, by=BY, now=NOON
    )


def test_a_brand_is_registered_once_whatever_its_case() -> None:
    brand = register(" 青瓷坊   Celadon")

    with pytest.raises(BrandKnown):
        register("青瓷坊 CELADON")

    assert list(Brand.objects.values_list("pk", "name", "tier")) == [(brand.pk, "青瓷坊 Celadon", 2)]
    assert AuditRow.objects.get().after == {"name": "青瓷坊 Celadon", "tier": 2}


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x07b"])
def test_an_unusable_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        register(name)

    assert Brand.objects.count() == 0


def test_a_qualification_is_renewed_in_place(mei: Organisation) -> None:
    brand = register()
    qualify(mei, brand, Standing.AUTHORISED, date(2026, 6, 30))

    qualify(mei, brand, Standing.FLAGSHIP, None)

    row = BrandQualification.objects.get()
    assert (row.merchant_id, row.standing, row.valid_until) == (mei.pk, Standing.FLAGSHIP, None)
    trail = AuditRow.objects.latest("id")
    told = {"merchant": mei.pk, "brand": brand.pk, "valid_from": "2026-01-01"}
    assert trail.before == {**told, "standing": 1, "valid_until": "2026-06-30"}
    assert trail.after == {**told, "standing": 3, "valid_until": None}


def test_only_merchants_are_qualified_and_ends_follow_beginnings(mei: Organisation, chen: Organisation) -> None:
    brand = register()

    with pytest.raises(WrongKind):
        qualify(chen, brand, Standing.OWN, None)
    with pytest.raises(BadInput):
        qualify(mei, brand, Standing.OWN, date(2025, 12, 31))

    assert (BrandQualification.objects.count(), AuditRow.objects.count()) == (0, 1)
