"""Who and what suit each other, as of the last making. Reading a row takes well under a millisecond."""

from dataclasses import dataclass

from fenxiao.catalog.models import Product
from fenxiao.discovery import match_files
from fenxiao.discovery.match_files import Kind
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class Match:
    """One that suits, and how well; scores compare within one list only."""

    id: int
    score: float


def goods_for_creator(creator_id: int) -> list[Match]:
    """Goods that suit a creator and that he has not dealt with, best first, of those that may be offered now."""
    return _offered(_of(Kind.GOODS_FOR_CREATOR, creator_id))


def bought_together(product_id: int) -> list[Match]:
    """What buyers of the product bought as well, of those that may be offered now."""
    return _offered(_of(Kind.BOUGHT_TOGETHER, product_id))


def creators_for_product(product_id: int) -> list[Match]:
    """Active creators whom the product suits and who have not dealt with it, best first."""
    return _active(_of(Kind.CREATORS_FOR_PRODUCT, product_id))


def alike_creators(creator_id: int) -> list[Match]:
    """Active creators who deal with the same goods, the rarer the better."""
    return _active(_of(Kind.ALIKE_CREATORS, creator_id))


def _of(kind: Kind, wanted: int) -> list[Match]:
    return [Match(id=other, score=score) for other, score in match_files.table(kind).of(wanted)]


def _offered(matches: list[Match]) -> list[Match]:
    """Grades and stocks of goods have moved since: only what may be offered at this moment."""
    left = set(Product.objects.offered().filter(pk__in=[match.id for match in matches]).values_list("pk", flat=True))
    return [match for match in matches if match.id in left]


def _active(matches: list[Match]) -> list[Match]:
    ids = [match.id for match in matches]
    left = set(Organisation.objects.filter(pk__in=ids, is_active=True).values_list("pk", flat=True))
    return [match for match in matches if match.id in left]
