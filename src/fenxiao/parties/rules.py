"""What a role may do, what a domain is, and the rows that importers bring."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from fenxiao.parties.errors import BadDomain, ScoreOutOfRange


class Act(StrEnum):
    """What a door asks leave for."""

    READ = "read"  # see everything of the organisation
    WORK = "work"  # daily work: goods, plans, links, reviews
    MONEY = "money"  # deposits, payouts, credit
    MEMBERS = "members"  # who belongs to the organisation and in which role


MAY: dict[str, frozenset[Act]] = {
    "owner": frozenset(Act),
    "staff": frozenset({Act.READ, Act.WORK}),
    "finance": frozenset({Act.READ, Act.MONEY}),
    "viewer": frozenset({Act.READ}),
}


def may(role: str, act: Act) -> bool:
    """Whether a member with `role` (a `models.Role`) may do `act`; an unknown role may do nothing."""
    return act in MAY.get(role, frozenset())


# For refusals, which speak both languages whatever the page's is. Keys are `models.Kind` and `models.Tier`.
IN_CHINESE = {
    "merchant": "商家",
    "creator": "达人",
    "leader": "招商团长",
    "operator": "官方小二",
    "affiliate": "快赚客",
    "clip_agency": "二创机构",
    "service_provider": "服务商",
    "gold": "金",
    "silver": "银",
    "bronze": "铜",
}


@dataclass(frozen=True, kw_only=True)
class ImportedOrganisation:
    """An organisation as another system knows it."""

    external_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import of organisations did; `ids` holds every row's organisation by external id."""

    created: int = 0
    changed: int = 0
    ids: dict[str, int] = field(default_factory=dict)


LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
LONGEST_DOMAIN = 253
# Suffixes under which strangers register: whoever owned one would own them all. The common ones around here.
SHARED_SUFFIXES = frozenset(
    f"{second}.{top}"
    for top in ("cn", "hk", "tw", "mo", "sg", "br", "au", "uk", "jp", "kr", "in")
    for second in ("com", "net", "org", "gov", "edu", "co", "ac", "or", "ne", "go")
)


def domain_of(text: str) -> str:
    """The registrable spelling of a domain: lower case, punycode, no trailing dot. Refuses the rest (`BadDomain`)."""
    try:
        domain = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadDomain(domain=text) from None
    labels = domain.split(".")
    is_name = len(labels) > 1 and all(map(LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    if not is_name or len(domain) > LONGEST_DOMAIN or domain in SHARED_SUFFIXES:
        raise BadDomain(domain=text)
    return domain


def is_covered(host: str, *, domain: str) -> bool:
    """Whether `host` is `domain` or one of its subdomains."""
    return host == domain or host.endswith(f".{domain}")


BEST_SCORE = 500


def check_score(score_centi: int) -> None:
    """Refuse a score outside 0.00 to 5.00."""
    if not 0 <= score_centi <= BEST_SCORE:
        raise ScoreOutOfRange(score_centi=score_centi)
