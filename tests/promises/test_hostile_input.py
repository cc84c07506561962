"""Whatever is typed, sent or clicked: the console answers, and never with a fault of its own (5xx)."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from fenxiao.catalog.models import Admission, Product
from fenxiao.deals import services as deals
from fenxiao.discovery import services as discovery
from fenxiao.parties.models import Kind, Organisation
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Place
from tests.cast import BY, NOON
from tests.console.conftest import Visit
from tests.console.test_access import MATRIX, pages, things  # noqa: F401  # a fixture

SCRIPT = "</script><script>alert(1)</script>"
NASTY = [
    "",
    "\x00",
    "a\x00b",
    "\ud7ff\uffff\U0010ffff",
    "\r\nSet-Cookie: x=1",
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% debug %}",
    "'; DROP TABLE catalog_product; --",
    "-1",
    "0",
    "1e309",
    "NaN",
    "٣",
    "²",
    "9" * 12,
    "9" * 19,
    "9" * 40,
    "9" * 5_000,
    "0.005",
    "-0.01",
    "%",
    "(" * 300,
    'a AND OR NOT "',
    "\\",
    "字" * 4_000,
    "a" * 200_000,
    "https://evil.example/\r\nX: y",
    "javascript:alert(1)",
    "//evil.example",
]
WORDS_IN_PATHS = ["%00", "a%00b", "%0d%0aX:1", quote(SCRIPT, safe=""), "9" * 400, "%F0%9F%92%A3", "..%2f..%2fetc"]
QUESTIONS = [nasty for nasty in NASTY if len(nasty) < 6_000]  # longer ones no server takes in an address
ASKED = {  # what pages read of their address beside their forms' fields
    "merchant:home": ["days"],
    "merchant:pick_category": ["category"],
    "merchant:products": ["page"],
    "merchant:orders": ["page"],
    "merchant:wallet": ["page"],
    "creator:selection": ["page", "category", "sort", "level"],
    "creator:product": ["application"],
    "creator:link": ["made", "place", "application"],
    "creator:shelf": ["page"],
    "creator:open_plans": ["page"],
    "creator:requests": ["page"],
    "creator:links": ["page"],
    "creator:orders": ["page", "sub_id"],
    "creator:income": ["page"],
    "operator:home": ["days"],
    "operator:products": ["page"],
    "operator:review": ["page"],
    "operator:runs": ["page"],
}
FAULT = 500
ALONE = 1  # words that one field is given by itself; over the fields of a form all come up

Houses = dict[str, Organisation]
Where = Callable[[Kind], dict[str, str]]
ROLES = [Kind.MERCHANT, Kind.CREATOR, Kind.LEADER, Kind.OPERATOR]

pytestmark = pytest.mark.usefixtures("quiet")


Form = tuple[str, str, tuple[str, ...]]  # method, address, names of its fields


class _Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: set[Form] = set()
        self._open: tuple[str, str] | None = None
        self._names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self._open = (has.get("method") or "get").lower(), has.get("action") or self.address
            self._names = []
        elif tag in {"input", "textarea", "select", "button"} and (name := has.get("name")):
            self._names.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open is not None:
            self.found.add((*self._open, tuple(sorted(set(self._names) - {"csrfmiddlewaretoken"}))))
            self._open = None


@pytest.fixture
def quiet() -> Iterator[None]:
    """Thousands of lines about requests tell nothing here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def market(pot: Product, waiting: Admission, house: dict[str, Organisation]) -> Houses:
    """Mei's pot with a plan, a creator with a place and a link, an index, and a case that waits."""
    deals.open_plan(pot, rate_bp=2_000, by=BY, now=NOON)
    place = tracking.open_place(house[Kind.CREATOR], name="Show", by=BY, now=NOON)
    tracking.make_link(house[Kind.CREATOR], product=pot, place=place, by=BY, now=NOON)
    discovery.rebuild_index(now=NOON)
    return {**house, Kind.MERCHANT: pot.merchant}


def addresses(kind: Kind, *, of: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Every page of one role as (name, address), of these things."""
    for name, keys in pages():
        if MATRIX[name][1] == {kind}:
            yield name, reverse(name, kwargs={key: of[key] for key in keys})


def forms_of(client: Client, where: dict[str, str]) -> set[Form]:
    """Every form on these pages; a form that stands on each of them counts once."""
    found: set[Form] = set()
    for name, address in where.items():
        if MATRIX[name][0] == "get":
            page = _Forms(address)
            answer = client.get(address)
            if "html" in answer.headers.get("Content-Type", ""):  # others are files, which have no forms
                page.feed(answer.content.decode())
            found |= page.found
    return {(method, address, names) for method, address, names in found if "logout" not in address}


@pytest.fixture
def where(market: Houses, things: dict[str, object]) -> Where:  # noqa: F811  # a fixture is asked for by its name
    """The pages of a role, of Mei's things where they show a thing."""
    return lambda kind: dict(addresses(kind, of=things))


@pytest.mark.parametrize("kind", ROLES)
def test_no_question_brings_a_page_down(kind: Kind, visit: Visit, market: Houses, where: Where) -> None:
    client = calm(visit(market[kind]))
    pages_asked = {address: {*ASKED.get(name, ())} for name, address in where(kind).items()}
    for method, address, names in forms_of(client, where(kind)):
        if method == "get":
            pages_asked.setdefault(address, set()).update(names)

    faults = [
        (address, {name: nasty[:40] for name, nasty in asked.items()})
        for address, queries in pages_asked.items()
        for asked in fillings(sorted(queries), QUESTIONS)
        if client.get(address, asked).status_code >= FAULT
    ]

    assert faults == []


@pytest.mark.parametrize("kind", ROLES)
def test_no_form_brings_a_page_down(kind: Kind, visit: Visit, market: Houses, where: Where) -> None:
    client = calm(visit(market[kind]))
    forms = [form for form in forms_of(client, where(kind)) if form[0] == "post"]

    faults = [
        (address, {name: nasty[:40] for name, nasty in filled.items()})
        for _, address, names in forms
        for filled in fillings(names, NASTY)
        if client.post(address, usual_entries() | filled).status_code >= FAULT
    ]

    assert faults == []
    assert len(forms) >= 2  # language and switch stand on every page


@pytest.mark.parametrize("kind", ROLES)
@pytest.mark.parametrize("word", WORDS_IN_PATHS)
def test_no_address_brings_a_page_down(kind: Kind, word: str, visit: Visit, market: Houses, where: Where) -> None:
    client = calm(visit(market[kind]))

    faults = [
        address
        for page in [*where(kind).values(), "/p/1", "/accounts/password/reset/key/1-abc/"]
        for address in {re.sub(r"(?<=/)([0-9]+|ap-2-1)(?=/|$)", word, page), page + word}
        if client.get(address).status_code >= FAULT
    ]

    assert faults == []


@pytest.mark.parametrize("nasty", NASTY)
def test_logging_in_and_switching_bear_anything(nasty: str, visit: Visit, market: Houses) -> None:
    somebody, nobody = calm(visit(market[Kind.MERCHANT])), calm(visit(None))

    statuses = [
        nobody.post("/accounts/login/", {"login": nasty, "password": nasty, "next": nasty}).status_code,
        nobody.post("/accounts/password/reset/", {"email": nasty}).status_code,
        nobody.post("/language", {"language": nasty, "next": nasty}).status_code,
        somebody.post("/language", {"language": "en", "next": nasty}).status_code,
        somebody.post("/switch", {"member": nasty}).status_code,
    ]

    assert [status for status in statuses if status >= FAULT] == []


def test_a_product_page_shows_hostile_words_as_words(visit: Visit, market: Houses, pot: Product) -> None:
    Product.objects.filter(pk=pot.pk).update(title=SCRIPT, description=SCRIPT)
    Admission.objects.create(
        product=pot, verdict="refused", findings=[], reason=SCRIPT, submitted_at=NOON, decided_at=NOON
    )
    discovery.refresh([pot.pk], now=NOON)
    pages_with_it = {
        Kind.MERCHANT: ["/merchant/products/", f"/merchant/products/{pot.pk}/", f"/merchant/products/{pot.pk}/plan/"],
        Kind.CREATOR: [
            *("/creator/", "/creator/home/", f"/creator/compare/?products={pot.pk}"),
            *(f"/creator/products/{pot.pk}/", "/creator/links/"),
        ],
        Kind.OPERATOR: ["/operator/products/", f"/operator/products/{pot.pk}/", "/operator/review/"],
    }

    for kind, addresses_ in pages_with_it.items():
        for address in [*addresses_, f"/p/{pot.pk}"]:
            page = visit(market[kind], name=f"x{address.count('/')}{len(address)}").get(address).content.decode()
            assert "<script>alert" not in page, address


def fillings(names: Sequence[str], words: Sequence[str]) -> Iterator[dict[str, str]]:
    """Every word in all fields at once, and in each field alone some of them, one after another."""
    if names:
        yield from (dict.fromkeys(names, word) for word in words)
    for number, name in enumerate(names):
        yield from ({name: words[(number * ALONE + turn) % len(words)]} for turn in range(ALONE))


def calm(client: Client) -> Client:
    """The client answers a fault with 500, as the server would."""
    client.raise_request_exception = False
    return client


def usual_entries() -> dict[str, object]:
    """A form of any page that is right but for the field in question."""
    return {
        "title": "Iron pan",
        "description": "Heavy.",
        "price": "10.00",
        "stock": "5",
        "image_url": "https://pictures.example/pan.jpg",
        "page_url": "",
        "rate": "20",
        "name": "Tuesday",
        "place": str(getattr(Place.objects.first(), "pk", 1)),
        "sub_id": "",
    }
