"""Places and links are made once, for those who may promote, and evidence is gathered in bulk."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import services as deals
from fenxiao.deals.errors import ProductNotOffered
from fenxiao.deals.models import ActivityCreator, ActivityType
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Kind, Organisation
from fenxiao.tracking import queries, rules, services
from fenxiao.tracking.errors import (
    ApplicationNotStanding,
    ApplicationOfAnotherProduct,
    MayNotPromote,
    NoPlan,
    NotNamedByActivity,
    NotYourPlace,
    PlaceNameTaken,
)
from fenxiao.tracking.models import Click, Link, Place
from fenxiao.tracking.queries import EvidenceAsk
from fenxiao.tracking.rules import ClickSeen, Evidence, LinkSeen
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.chains import make_activity, make_application

HOUR = timedelta(hours=1)


@pytest.fixture
def offered_cup(cup: Product) -> Product:
    deals.open_plan(cup, rate_bp=2_000, by=BY, now=NOON)
    return cup


@pytest.fixture
def room(chen: Organisation) -> Place:
    return services.open_place(chen, name="直播间", by=BY, now=NOON)


def make_click(link: Link, *, buyer_key: str, clicked_at: datetime) -> UUID:
    return Click.objects.create(
        id=uuid4(),
        link_id=link.pk,
        creator_id=link.creator_id,
        product_id=link.product_id,
        buyer_key=buyer_key,
        clicked_at=clicked_at,
    ).pk


def seen(link: Link, click_id: UUID, clicked_at: datetime) -> ClickSeen:
    return ClickSeen(
        click_id=click_id,
        link_id=link.pk,
        creator_id=link.creator_id,
        product_id=link.product_id,
        clicked_at=clicked_at,
        sub_id=link.sub_id,
    )


# --- places


def test_a_place_is_opened_and_told(chen: Organisation) -> None:
    place = services.open_place(chen, name="  直播间 ", by=BY, now=NOON)

    assert (place.name, place.creator_id, place.opened_at) == ("直播间", chen.pk, NOON)
    assert AuditRow.objects.get().after == {"creator": chen.pk, "name": "直播间", "code": place.code}
    assert OutboxEvent.objects.get().payload == {"place": place.pk, "creator": chen.pk}


def test_two_places_of_a_creator_have_two_names(chen: Organisation, room: Place) -> None:
    with pytest.raises(PlaceNameTaken):
        services.open_place(chen, name=room.name, by=BY, now=NOON)

    other = services.open_place(make_organisation(Kind.CREATOR, "Bo"), name=room.name, by=BY, now=NOON)
    assert Place.objects.count() == 2
    assert other.code != room.code


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb", "a\x00b"])
def test_a_place_needs_a_name_that_can_be_shown(chen: Organisation, name: str) -> None:
    with pytest.raises(BadInput):
        services.open_place(chen, name=name, by=BY, now=NOON)

    assert Place.objects.count() == 0


def test_merchants_and_suspended_creators_have_no_places(mei: Organisation, chen: Organisation) -> None:
    Organisation.objects.filter(pk=chen.pk).update(is_active=False)

    for party in (mei, chen):
        with pytest.raises(MayNotPromote):
            services.open_place(party, name="直播间", by=BY, now=NOON)


# --- links


def test_a_link_is_made_once_for_the_same_place_product_and_mark(
    chen: Organisation, offered_cup: Product, room: Place
) -> None:
    first = services.make_link(chen, product=offered_cup, place=room, sub_id="a", by=BY, now=NOON)
    again = services.make_link(chen, product=offered_cup, place=room, sub_id="a", by=BY, now=NOON + HOUR)
    other = services.make_link(chen, product=offered_cup, place=room, sub_id="b", by=BY, now=NOON)

    assert (again.pk, again.made_at) == (first.pk, NOON)
    assert other.code != first.code
    assert AuditRow.objects.filter(act="make_link").count() == 2
    assert list(OutboxEvent.objects.filter(name="link.made").order_by("id").values_list("payload", flat=True)) == [
        {"link": link.pk, "product": offered_cup.pk, "creator": chen.pk} for link in (first, other)
    ]


def test_a_link_needs_a_plan(chen: Organisation, cup: Product, room: Place) -> None:
    with pytest.raises(NoPlan):
        services.make_link(chen, product=cup, place=room, by=BY, now=NOON)

    assert Link.objects.count() == 0


@pytest.mark.parametrize(
    "fall",
    [{"level": 0, "is_select": False}, {"state": ProductState.OFF_SHELF}, {"state": ProductState.REFUSED}],
)
def test_a_product_that_is_not_offered_gets_no_link(
    chen: Organisation, offered_cup: Product, room: Place, fall: dict[str, object]
) -> None:
    services.make_link(chen, product=offered_cup, place=room, by=BY, now=NOON)
    Product.objects.filter(pk=offered_cup.pk).update(**fall)

    for sub_id in ("", "new"):
        with pytest.raises(ProductNotOffered):
            services.make_link(chen, product=offered_cup, place=room, sub_id=sub_id, by=BY, now=NOON)

    assert Link.objects.count() == 1


def test_a_link_stands_at_its_own_creators_place(offered_cup: Product, room: Place) -> None:
    with pytest.raises(NotYourPlace):
        services.make_link(make_organisation(Kind.CREATOR, "Bo"), product=offered_cup, place=room, by=BY, now=NOON)

    assert Link.objects.count() == 0


@pytest.mark.parametrize("sub_id", ["x" * 65, "a\r\nSet-Cookie: b"])
def test_a_mark_is_short_and_can_be_shown(chen: Organisation, offered_cup: Product, room: Place, sub_id: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.make_link(chen, product=offered_cup, place=room, sub_id=sub_id, by=BY, now=NOON)

    assert (refusal.value.code, Link.objects.count()) == ("bad_input", 0)


# --- evidence


def test_evidence_finds_the_link_the_place_the_click_and_the_last_click(
    chen: Organisation, offered_cup: Product, room: Place
) -> None:
    link = services.make_link(chen, product=offered_cup, place=room, sub_id="a", by=BY, now=NOON)
    early = make_click(link, buyer_key="buyer", clicked_at=NOON)
    late = make_click(link, buyer_key="buyer", clicked_at=NOON + HOUR)
    make_click(link, buyer_key="buyer", clicked_at=NOON + 3 * HOUR)
    make_click(link, buyer_key="someone else", clicked_at=NOON + HOUR)
    token = rules.sign_click(early, settings().secret_key)
    ask = EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON + 2 * HOUR, buyer_key="buyer")

    found = queries.evidence_for(
        [
            EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON, link_code=link.code, click_token=token),
            EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON, link_code=room.code),
            EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON, link_code="nobody's", click_token="A" * 36),
            ask,
        ]
    )

    assert found == [
        Evidence(
            product_id=offered_cup.pk,
            link_code=link.code,
            link=LinkSeen(creator_id=chen.pk, made_at=NOON, link_id=link.pk, product_id=offered_cup.pk, sub_id="a"),
            click_token=token,
            click=seen(link, early, NOON),
        ),
        Evidence(
            product_id=offered_cup.pk,
            link_code=room.code,
            link=LinkSeen(creator_id=chen.pk, made_at=NOON),
        ),
        Evidence(product_id=offered_cup.pk, link_code="nobody's", click_token="A" * 36),
        Evidence(product_id=offered_cup.pk, last_click=seen(link, late, NOON + HOUR)),
    ]


def test_a_buyers_last_click_is_one_on_the_same_product(
    mei: Organisation, chen: Organisation, offered_cup: Product, room: Place
) -> None:
    plate = make_product(mei, "Plate")
    link = services.make_link(chen, product=offered_cup, place=room, by=BY, now=NOON)
    make_click(link, buyer_key="buyer", clicked_at=NOON)

    found = queries.evidence_for([EvidenceAsk(product_id=plate.pk, paid_at=NOON, buyer_key="buyer")])

    assert found == [Evidence(product_id=plate.pk)]


@pytest.mark.parametrize("many", [1, 50])
def test_evidence_takes_four_statements_however_many_ask(
    chen: Organisation, offered_cup: Product, room: Place, many: int
) -> None:
    link = services.make_link(chen, product=offered_cup, place=room, by=BY, now=NOON)
    clicks = [make_click(link, buyer_key=f"buyer {number}", clicked_at=NOON) for number in range(many)]
    asks = [
        EvidenceAsk(
            product_id=offered_cup.pk,
            paid_at=NOON,
            buyer_key=f"buyer {number}",
            link_code=link.code,
            click_token=rules.sign_click(click_id, settings().secret_key),
        )
        for number, click_id in enumerate(clicks)
    ]

    with CaptureQueriesContext(connection) as statements:
        found = queries.evidence_for(asks)

    assert len(statements) == 4
    assert [one.last_click for one in found] == [seen(link, click_id, NOON) for click_id in clicks]
    assert queries.evidence_for([]) == []


# --- links that carry an application


def test_a_link_carries_an_application_and_is_another_link(
    chen: Organisation, lao_wu: Organisation, room: Place, offered_cup: Product
) -> None:
    application = make_application(make_activity(lao_wu), offered_cup, fee_bp=1_000)
    plain = services.make_link(chen, product=offered_cup, place=room, by=BY, now=NOON)

    def carrying() -> Link:
        return services.make_link(chen, product=offered_cup, place=room, application=application, by=BY, now=NOON)

    link = carrying()

    assert (link.application_id, link.pk != plain.pk) == (application.pk, True)
    assert carrying() == link
    assert services.make_link(chen, product=offered_cup, place=room, by=BY, now=NOON) == plain


def test_evidence_tells_the_application_of_link_and_clicks(
    chen: Organisation, lao_wu: Organisation, room: Place, offered_cup: Product
) -> None:
    application = make_application(make_activity(lao_wu), offered_cup, fee_bp=1_000)
    link = services.make_link(chen, product=offered_cup, place=room, application=application, by=BY, now=NOON)
    token = rules.sign_click(make_click(link, buyer_key="ann", clicked_at=NOON), settings().secret_key)
    asks = [
        EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON, link_code=link.code),
        EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON, click_token=token),
        EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON, buyer_key="ann"),
        EvidenceAsk(product_id=offered_cup.pk, paid_at=NOON, link_code=room.code),
    ]

    verdicts = [rules.attribute(evidence, paid_at=NOON) for evidence in queries.evidence_for(asks)]

    assert [verdict.application_id for verdict in verdicts] == [application.pk] * 3 + [None]


@pytest.mark.parametrize("fault", ["pending", "ended", "over", "activity", "first"])
def test_an_application_that_does_not_stand_is_refused(
    chen: Organisation, lao_wu: Organisation, room: Place, offered_cup: Product, fault: str
) -> None:
    first = make_application(make_activity(lao_wu), offered_cup, fee_bp=1_000)
    hua = make_organisation(Kind.LEADER, "Hua")
    leaf = make_application(make_activity(hua), offered_cup, fee_bp=400, first=first)
    if fault == "activity":
        type(leaf.activity).objects.filter(pk=leaf.activity_id).update(ends_at=NOON)
    fields = {
        "pending": {"state": 1, "passed_at": None},
        "ended": {"state": 5, "expired_by": 4, "ends_at": NOON},
        "over": {"until_at": NOON},
        "activity": {},
        "first": {"until_at": NOON},
    }
    type(leaf).objects.filter(pk=first.pk if fault == "first" else leaf.pk).update(**fields[fault])

    with pytest.raises(ApplicationNotStanding):
        services.make_link(chen, product=offered_cup, place=room, application=leaf, by=BY, now=NOON)
    assert Link.objects.count() == 0


def test_an_application_of_another_product_is_refused(
    chen: Organisation, lao_wu: Organisation, room: Place, offered_cup: Product
) -> None:
    hat = make_application(make_activity(lao_wu), make_product(offered_cup.merchant, "Hat"), fee_bp=1_000)

    with pytest.raises(ApplicationOfAnotherProduct):
        services.make_link(chen, product=offered_cup, place=room, application=hat, by=BY, now=NOON)


def test_an_exclusive_activity_is_for_those_it_names(
    chen: Organisation, lao_wu: Organisation, room: Place, offered_cup: Product
) -> None:
    activity = make_activity(lao_wu, kind=ActivityType.EXCLUSIVE)
    application = make_application(activity, offered_cup, fee_bp=1_000)

    def link() -> Link:
        return services.make_link(chen, product=offered_cup, place=room, application=application, by=BY, now=NOON)

    with pytest.raises(NotNamedByActivity):
        link()
    ActivityCreator.objects.create(activity=activity, creator=chen, from_at=NOON, added_by="Lao Wu")
    assert link().application_id == application.pk
