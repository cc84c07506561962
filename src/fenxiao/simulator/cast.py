"""The people who can log in to a simulated world: Mei sells, Chen streams, Lao Wu leads, Ops reviews."""

from dataclasses import dataclass

from fenxiao.orders.models import OrderLine
from fenxiao.parties.models import Kind, Organisation
from fenxiao.simulator.world import SOURCE

DOMAIN = "demo.fenxiao.example"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone with a login. The first organisation is the one they see first."""

    name: str
    email: str
    role_zh: str
    role_en: str
    organisations: tuple[Organisation, ...]


def demo_people() -> list[Person]:
    """One person per role, in the organisations where most has happened. Mei sells and streams, so she can switch."""
    merchant, creator = _busiest("merchant_id", Kind.MERCHANT, 0), _busiest("creator_id", Kind.CREATOR, 0)
    second_creator = _busiest("creator_id", Kind.CREATOR, 1)
    return [
        _person("Mei", "mei", "商家", "Merchant", merchant, second_creator),
        _person("Chen", "chen", "达人", "Creator", creator),
        _person("Lao Wu", "laowu", "团长", "Leader", _first(Kind.LEADER)),
        _person("Ops", "ops", "官方小二", "Operator", _first(Kind.OPERATOR)),
    ]


def _person(name: str, mailbox: str, role_zh: str, role_en: str, *organisations: Organisation) -> Person:
    email = f"{mailbox}@{DOMAIN}"
    return Person(name=name, email=email, role_zh=role_zh, role_en=role_en, organisations=organisations)


def _busiest(column: str, kind: Kind, place: int) -> Organisation:
    """The organisation with the most order lines (or the `place`-th after it); the first ones where nothing sold."""
    lines = OrderLine.objects.exclude(**{column: None}).values_list(column, flat=True)
    counts: dict[int, int] = {}
    for pk in lines.iterator():
        counts[pk] = counts.get(pk, 0) + 1
    ranked = sorted(counts, key=lambda pk: (-counts[pk], pk))
    if place < len(ranked):
        return Organisation.objects.get(pk=ranked[place])
    return Organisation.objects.filter(kind=kind, source=SOURCE).order_by("pk")[place]


def _first(kind: Kind) -> Organisation:
    return Organisation.objects.filter(kind=kind, source=SOURCE).order_by("pk")[0]
