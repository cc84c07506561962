"""The people who can log in to a simulated world: Mei sells, Chen streams, Lao Wu and Lin lead, Ops reviews."""

from dataclasses import dataclass

from django.db.models import Sum

from fenxiao.facts.models import CreatorDay, MerchantDay
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
    merchant = _busiest(MerchantDay, "merchant", Kind.MERCHANT)[0]
    creator, second_creator = _busiest(CreatorDay, "creator", Kind.CREATOR)[:2]
    leader, second_leader = _earliest(Kind.LEADER)[:2]
    return [
        _person("Mei", "mei", "商家", "Merchant", merchant, second_creator),
        _person("Chen", "chen", "达人", "Creator", creator),
        _person("Lao Wu", "laowu", "团长", "Leader", leader),
        _person("Lin", "lin", "二级团长", "Second leader", second_leader),
        _person("Ops", "ops", "官方小二", "Operator", _earliest(Kind.OPERATOR)[0]),
    ]


def _person(name: str, mailbox: str, role_zh: str, role_en: str, *organisations: Organisation) -> Person:
    email = f"{mailbox}@{DOMAIN}"
    return Person(name=name, email=email, role_zh=role_zh, role_en=role_en, organisations=organisations)


def _busiest(days: type[MerchantDay] | type[CreatorDay], party: str, kind: Kind) -> list[Organisation]:
    """Organisations of `kind`, those with the most paid lines first, then those without any."""
    ranked = days.objects.values(party).annotate(lines=Sum("paid_lines")).order_by("-lines", party)
    place = {row[party]: number for number, row in enumerate(ranked)}
    known = Organisation.objects.filter(kind=kind, source=SOURCE).order_by("pk")
    return sorted(known, key=lambda organisation: place.get(organisation.pk, len(place)))


def _earliest(kind: Kind) -> list[Organisation]:
    return list(Organisation.objects.filter(kind=kind, source=SOURCE).order_by("pk"))
