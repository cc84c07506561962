"""Acts of promoters: open a place, make a link."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fenxiao.catalog.models import Product
from fenxiao.deals.errors import ProductNotOffered
from fenxiao.deals.models import Application
from fenxiao.deals.queries import Ask, Standing, standing_of, terms_at
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from fenxiao.tracking import rules
from fenxiao.tracking.errors import (
    ApplicationNotStanding,
    ApplicationOfAnotherProduct,
    ClickOfNoLink,
    MayNotPromote,
    NoPlan,
    NotNamedByActivity,
    NotYourPlace,
    PlaceNameTaken,
)
from fenxiao.tracking.models import Click, Link, Place

PROMOTING = {Kind.CREATOR, Kind.AFFILIATE, Kind.CLIP_AGENCY}
LONGEST_NAME = 80
LONGEST_SUB_ID = 64


@transaction.atomic
def open_place(creator: Organisation, *, name: str, by: Actor, now: datetime) -> Place:
    """Open a promotion place. Refuses who may not promote, an empty or overlong name, and a name in use."""
    creator = _lock_promoter(creator)
    name = _checked(name.strip(), field="name", longest=LONGEST_NAME)
    if not name:
        raise BadInput(field="name", reason_zh="请填写推广位名称", reason_en="a place needs a name")
    if Place.objects.filter(creator=creator, name=name).exists():
        raise PlaceNameTaken(name=name)
    place = Place.objects.create(code=rules.place_code(), creator=creator, name=name, opened_at=now)
    audit.record("open_place", place, by=by, now=now, after={"creator": creator.pk, "name": name, "code": place.code})
    outbox.publish("place.opened", place=place.pk, creator=creator.pk)
    return place


@transaction.atomic
def make_link(
    creator: Organisation,
    *,
    product: Product,
    place: Place,
    by: Actor,
    now: datetime,
    sub_id: str = "",
    application: Application | None = None,
) -> Link:
    """The creator's link to a product from a place; the same place, product, `sub_id` and application give the same.

    `application` is the last one of the chain whose terms the link carries. Refuses who may not promote, a place of
    somebody else, a product that is not offered (L0, off shelf, not admitted), one without terms for this creator, an
    application that is of another product, does not stand or is for other creators, and an overlong `sub_id`.
    """
    creator = _lock_promoter(creator)
    if place.creator_id != creator.pk:
        raise NotYourPlace()
    sub_id = _checked(sub_id, field="sub_id", longest=LONGEST_SUB_ID)
    _check_promotable(product, creator=creator, application=application, now=now)
    key = {"place": place, "product": product, "sub_id": sub_id, "application": application}
    if standing := Link.objects.filter(**key).first():
        return standing
    link = Link.objects.create(code=rules.link_code(), creator=creator, made_at=now, **key)
    after = {
        "code": link.code,
        "place": place.pk,
        "product": product.pk,
        "sub_id": sub_id,
        "application": link.application_id,
    }
    audit.record("make_link", link, by=by, now=now, after=after)
    outbox.publish("link.made", link=link.pk, product=product.pk, creator=creator.pk)
    return link


@transaction.atomic
def take_clicks(clicks: Sequence[rules.TakenClick], *, by: Actor, now: datetime) -> int:
    """Keep clicks that something other than our edge has seen; returns how many were new.

    The same click id is one click however often it is told. Refuses the whole batch when a click names another creator
    or product than its link does, since attribution would believe it.
    """
    links = {link.pk: link for link in Link.objects.filter(pk__in={click.link_id for click in clicks})}
    for click in clicks:
        link = links.get(click.link_id)
        if link is None or (link.creator_id, link.product_id) != (click.creator_id, click.product_id):
            raise ClickOfNoLink(click=click.id)
    known = set(Click.objects.filter(pk__in=[click.id for click in clicks]).values_list("id", flat=True))
    fresh = {click.id: click for click in clicks if click.id not in known}
    if not fresh:
        return 0
    Click.objects.bulk_create((Click(**click.columns()) for click in fresh.values()), ignore_conflicts=True)
    audit.record_batch("take_clicks", Click, ids=sorted(click.id.int for click in fresh.values()), by=by, now=now)
    outbox.publish("clicks.taken", count=len(fresh))
    return len(fresh)


def _lock_promoter(creator: Organisation) -> Organisation:
    """The creator, locked so that its acts come one after another. Refuses who may not promote."""
    creator = Organisation.objects.select_for_update(no_key=True).get(pk=creator.pk)
    if creator.kind not in PROMOTING or not creator.is_active:
        raise MayNotPromote(name=creator.name)
    return creator


def _check_promotable(
    product: Product, *, creator: Organisation, application: Application | None, now: datetime
) -> None:
    if not Product.objects.offered().filter(pk=product.pk).exists():
        raise ProductNotOffered(title=product.title)
    if application is not None:
        _check_application(application, product=product, creator=creator, now=now)
    application_id = application.pk if application else None
    ask = Ask(product_id=product.pk, creator_id=creator.pk, moment=now, application_id=application_id)
    if not terms_at([ask]):
        raise NoPlan(title=product.title)


def _check_application(application: Application, *, product: Product, creator: Organisation, now: datetime) -> None:
    if application.product_id != product.pk:
        raise ApplicationOfAnotherProduct(application=application.pk, title=product.title)
    standing = standing_of(application, creator=creator, moment=now)
    if standing is Standing.NOT_NAMED:
        raise NotNamedByActivity(title=product.title)
    if standing is not Standing.STANDS:
        raise ApplicationNotStanding(title=product.title)


def _checked(text: str, *, field: str, longest: int) -> str:
    """`text` as given. Refuses what is too long or could not be shown."""
    if len(text) > longest:
        raise BadInput(field=field, reason_zh=f"最多 {longest} 个字", reason_en=f"{longest} characters at most")
    if not text.isprintable():
        raise BadInput(field=field, reason_zh="含有不可见字符", reason_en="it holds characters that cannot be shown")
    return text
