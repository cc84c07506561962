"""Operators register brands and merchants' rights to sell them."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from fenxiao.catalog.errors import BrandKnown
from fenxiao.catalog.models import Brand, BrandQualification, BrandTier, Standing
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation


@transaction.atomic
def register_brand(name: str, *, tier: BrandTier, by: Actor, now: datetime) -> Brand:
    """Make a brand known. Refuses an unusable name, an unknown tier, and a known brand (case aside)."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 80 or not name.isprintable():
        raise BadInput(field="name", reason_zh="须为 1 到 80 个字", reason_en="1 to 80 characters")
    if tier not in BrandTier.values:
        raise BadInput(field="tier", reason_zh="没有这个品牌等级", reason_en="there is no such tier")
    if Brand.objects.filter(name__iexact=name).exists():
        raise BrandKnown(name=name)
    try:
        with transaction.atomic():
            brand = Brand.objects.create(name=name, tier=tier)
    except IntegrityError:
        raise BrandKnown(name=name) from None
    audit.record("register_brand", brand, by=by, now=now, after={"name": name, "tier": int(tier)})
    return brand


@transaction.atomic
def qualify_brand(
    merchant: Organisation,
    *,
    brand: Brand,
    standing: Standing,
    valid_from: date,
    valid_until: date | None,
    by: Actor,
    now: datetime,
) -> BrandQualification:
    """Note by what right and until when a merchant sells a brand; `Standing.NONE` withdraws it.

    Refuses an end before the beginning, an unknown standing, other kinds than merchants, and a suspended merchant.
    """
    if standing not in Standing.values:
        raise BadInput(field="standing", reason_zh="没有这种资质", reason_en="there is no such standing")
    if valid_until and valid_until < valid_from:
        raise BadInput(field="valid_until", reason_zh="早于生效日", reason_en="it lies before the first day")
    merchant = parties.active_of_kind(merchant, Kind.MERCHANT)
    row = BrandQualification.objects.filter(merchant=merchant, brand=brand).first()
    before = _told(row) if row else None
    row = row or BrandQualification(merchant=merchant, brand=brand)
    row.standing, row.valid_from, row.valid_until = standing, valid_from, valid_until
    row.save()
    audit.record("qualify_brand", row, by=by, now=now, before=before, after=_told(row))
    return row


def _told(row: BrandQualification) -> dict[str, Any]:
    until = row.valid_until.isoformat() if row.valid_until else None
    return {
        "merchant": row.merchant_id,
        "brand": row.brand_id,
        "standing": int(row.standing),
        "valid_from": row.valid_from.isoformat(),
        "valid_until": until,
    }
