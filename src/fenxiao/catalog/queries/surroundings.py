"""What the gate must know around a batch of drafts, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from fenxiao.catalog.models import Brand, BrandQualification, Category, Product, ProductState, Standing
from fenxiao.catalog.rules import BrandNames, CategoryFacts, ProductDraft, Surroundings, tidy
from fenxiao.parties.models import MerchantDomain

FEWEST_PEERS = 20  # below this a median says little about what is usual
PEERS_READ = 101  # enough for a median, and the same cost in a category of a million
Submission = tuple[int, ProductDraft]  # merchant, draft
Owner = int | str  # a product's number, or the external id of one that is being made


@dataclass(frozen=True, kw_only=True)
class Neighbourhood:
    """What is known around several drafts; `around` gives one draft's part of it."""

    categories: Mapping[str, CategoryFacts]
    brands: BrandNames
    qualified: Mapping[int, set[int]]  # merchant → brands
    domains: Mapping[int, set[str]]  # merchant → domains
    titles: dict[tuple[int, str], dict[Owner, str]]  # (merchant, lower-case title) → whose it is

    def around(self, draft: ProductDraft, *, merchant_id: int, owner: Owner, is_imported: bool = False) -> Surroundings:
        """The surroundings of one draft; `owner` is the product it is for."""
        title = tidy(draft.title).lower()
        others = [name for key, name in self.titles.get((merchant_id, title), {}).items() if key != owner]
        return Surroundings(
            category=self.categories.get(draft.category_id),
            brands=self.brands,
            qualified=self.qualified.get(merchant_id, set()),
            domains=self.domains.get(merchant_id, set()),
            other_titles={title: others[0]} if others else {},
            is_imported=is_imported,
        )

    def note_title(self, title: str, *, merchant_id: int, owner: Owner) -> None:
        """Remember a title that was just taken, for the drafts that follow."""
        self.titles.setdefault((merchant_id, title.lower()), {})[owner] = title


def neighbourhood(submissions: Sequence[Submission], *, day: date) -> Neighbourhood:
    """Read what is around these drafts on `day`."""
    merchants = {merchant for merchant, _ in submissions}
    return Neighbourhood(
        categories=_categories({draft.category_id for _, draft in submissions}),
        brands=BrandNames(dict(Brand.objects.values_list("pk", "name"))),
        qualified=_qualified(merchants, day),
        domains=_domains(merchants),
        titles=_titles(merchants, {tidy(draft.title).lower() for _, draft in submissions}),
    )


def usual_price(category_id: str) -> int | None:
    """The median price of a category's peer group in fen; None while there are too few to say."""
    third = Category.objects.filter(pk=category_id).values_list("third_id", flat=True).first()
    return _usual_prices({third}).get(third) if third else None


def _categories(ids: Iterable[str]) -> dict[str, CategoryFacts]:
    children = Category.objects.filter(parent=OuterRef("pk"), is_active=True)
    rows = list(Category.objects.filter(pk__in=ids).annotate(is_leaf=~Exists(children)))
    usual = _usual_prices({row.third_id for row in rows if row.third_id})
    return {
        row.pk: CategoryFacts(
            name_zh=row.name_zh,
            depth=row.depth,
            is_active=row.is_active,
            is_leaf=row.is_leaf,
            usual_price_fen=usual.get(row.third_id or ""),
        )
        for row in rows
    }


def _usual_prices(thirds: Iterable[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT third.id, percentile_disc(0.5) WITHIN GROUP (ORDER BY peer.price_fen)
               FROM unnest(%s::text[]) AS third(id) CROSS JOIN LATERAL (
                   SELECT product.price_fen FROM catalog_product product
                   JOIN catalog_category category ON category.id = product.category_id
                   WHERE category.third_id = third.id AND product.state = %s LIMIT %s) AS peer
               GROUP BY third.id HAVING count(*) >= %s""",
            [list(thirds), ProductState.ADMITTED, PEERS_READ, FEWEST_PEERS],
        )
        return dict(cursor.fetchall())


def _qualified(merchants: Iterable[int], day: date) -> dict[int, set[int]]:
    rows = BrandQualification.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=day),
        merchant_id__in=merchants,
        valid_from__lte=day,
        standing__gt=Standing.NONE,
    )
    found: dict[int, set[int]] = defaultdict(set)
    for merchant, brand in rows.values_list("merchant_id", "brand_id"):
        found[merchant].add(brand)
    return found


def _domains(merchants: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = MerchantDomain.objects.filter(merchant_id__in=merchants)
    for merchant, domain in rows.values_list("merchant_id", "domain"):
        found[merchant].add(domain)
    return found


def _titles(merchants: Iterable[int], titles: Iterable[str]) -> dict[tuple[int, str], dict[Owner, str]]:
    rows = Product.objects.filter(merchant_id__in=merchants).exclude(state=ProductState.REFUSED)
    same = rows.annotate(lower=Lower("title")).filter(lower__in=titles)
    found: dict[tuple[int, str], dict[Owner, str]] = defaultdict(dict)
    for merchant, product, title in same.values_list("merchant_id", "pk", "title"):
        found[merchant, title.lower()][product] = title
    return found
