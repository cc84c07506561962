"""The gate: what is found about a draft, given what is known around it. A low threshold with a fast review."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fenxiao.catalog.rules.brands import BrandNames
from fenxiao.catalog.rules.drafts import ProductDraft, tidy
from fenxiao.catalog.rules.findings import Finding, Verdict, verdict
from fenxiao.catalog.rules.pages import LONGEST, image_findings, page_findings
from fenxiao.catalog.rules.words import word_findings

SHORTEST_TITLE, CUT_TITLE, LONGEST_TITLE = 2, 60, 200
LONGEST_DESCRIPTION = 20_000
MOST_FEN = 100_000_000_000  # a thousand million yuan: beyond it somebody mistook a unit
MOST_STOCK = 2_000_000_000
PRICE_TIMES = 20  # further from the usual price than this looks like a slip of the decimal point, or bait


@dataclass(frozen=True, kw_only=True)
class CategoryFacts:
    """What the gate needs to know of a category."""

    name_zh: str
    depth: int
    is_active: bool
    is_leaf: bool
    usual_price_fen: int | None  # the median of its peer group; None while there are too few to say


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known around one merchant's draft."""

    category: CategoryFacts | None  # of the draft; None where there is no such category
    brands: BrandNames
    qualified: Collection[int] = frozenset()  # brands the merchant may sell today
    domains: Collection[str] = frozenset()  # the merchant's
    other_titles: Mapping[str, str] = field(default_factory=dict)  # lower-case title → title of their other products
    is_imported: bool = False


def examine(draft: ProductDraft, *, around: Surroundings) -> list[Finding]:
    """Everything the rules notice about `draft`, heaviest first."""
    found = [
        *_text_findings(draft),
        *price_findings(draft.price_fen, usual_fen=around.category.usual_price_fen if around.category else None),
        *stock_findings(draft.stock),
        *freight_findings(draft.freight_fen),
        *_category_findings(draft, around.category),
        *_brand_findings(draft, around),
        *_address_findings(draft, around),
        *_repeat_findings(draft, around),
    ]
    return sorted(found, key=lambda finding: -finding.severity)


def _text_findings(draft: ProductDraft) -> Iterator[Finding]:
    title, description = tidy(draft.title), draft.description
    yield from _title_findings(title)
    if len(description) > LONGEST_DESCRIPTION:
        yield Finding("description_too_long", {"length": len(description), "most": LONGEST_DESCRIPTION})
    if not _is_readable(title) or not _is_readable(description):
        yield Finding("text_unreadable")
    yield from word_findings(f"{title}\n{description}")


def _title_findings(title: str) -> Iterator[Finding]:
    length = len(title)
    if not title:
        yield Finding("title_missing")
    elif length < SHORTEST_TITLE:
        yield Finding("title_too_short", {"length": length, "least": SHORTEST_TITLE})
    elif length > LONGEST_TITLE:
        yield Finding("title_too_long", {"length": length, "most": LONGEST_TITLE})
    elif length > CUT_TITLE:
        yield Finding("title_long", {"most": CUT_TITLE})


def _is_readable(text: str) -> bool:
    return not any((character < " " and character not in "\n\r\t") or character == "\x7f" for character in text)


def price_findings(price_fen: int, *, usual_fen: int | None) -> Iterator[Finding]:
    """A price above 0, and not absurdly far from the usual one of its peers."""
    if not 0 < price_fen <= MOST_FEN:
        yield Finding("price_unusable", {"most_fen": MOST_FEN})
    elif usual_fen and not usual_fen <= price_fen * PRICE_TIMES <= usual_fen * PRICE_TIMES**2:
        yield Finding("price_implausible", {"usual_fen": usual_fen, "times": PRICE_TIMES})


def stock_findings(stock: int) -> Iterator[Finding]:
    """A stock that a row can hold; an empty one is worth a note."""
    if not 0 <= stock <= MOST_STOCK:
        yield Finding("stock_unusable", {"most": MOST_STOCK})
    elif stock == 0:
        yield Finding("sold_out")


def freight_findings(freight_fen: int | None) -> Iterator[Finding]:
    """A freight, where it is told, that a row can hold."""
    if freight_fen is not None and not 0 <= freight_fen <= MOST_FEN:
        yield Finding("freight_unusable", {"most_fen": MOST_FEN})


def _category_findings(draft: ProductDraft, category: CategoryFacts | None) -> Iterator[Finding]:
    if category is None:
        yield Finding("category_unknown", {"category": draft.category_id})
    elif not category.is_active:
        yield Finding("category_inactive", {"category": category.name_zh})
    elif category.depth < 3 and not category.is_leaf:
        yield Finding("category_too_wide", {"category": category.name_zh})


def _brand_findings(draft: ProductDraft, around: Surroundings) -> Iterator[Finding]:
    used = around.brands.named_in(tidy(draft.title))
    if draft.brand_id is not None and draft.brand_id not in around.brands.names:
        yield Finding("brand_unknown", {"brand": draft.brand_id})
    elif draft.brand_id is not None:
        used |= {draft.brand_id}
    for brand in sorted(used - set(around.qualified)):
        yield Finding("brand_unqualified", {"brand": around.brands.names[brand]})


def _address_findings(draft: ProductDraft, around: Surroundings) -> Iterator[Finding]:
    longest = max(len(draft.image_url), len(draft.page_url))
    if longest > LONGEST:
        yield Finding("address_too_long", {"length": longest, "most": LONGEST})
    yield from page_findings(draft.page_url, domains=around.domains)
    yield from image_findings(draft.image_url, is_imported=around.is_imported)


def _repeat_findings(draft: ProductDraft, around: Surroundings) -> Iterator[Finding]:
    other = around.other_titles.get(tidy(draft.title).lower())
    if other is not None:
        yield Finding("title_repeated", {"title": other})


# What a product becomes: (its state, "" for a new one; the verdict) → its next state. Where nothing is said, the
# change is refused and the product stays: a slip in an edit must not take goods on sale off the market.
NEXT: dict[tuple[str, Verdict], str] = {
    **{
        (state, said): after
        for state in ("", "pending", "refused")
        for said, after in ((Verdict.ADMIT, "admitted"), (Verdict.REVIEW, "pending"), (Verdict.REFUSE, "refused"))
    },
    ("admitted", Verdict.ADMIT): "admitted",
    ("admitted", Verdict.REVIEW): "pending",
    ("off_shelf", Verdict.ADMIT): "off_shelf",
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the gate says: its findings, and the state (`models.ProductState`) to come; None: nothing may be written."""

    findings: Sequence[Finding]
    state: str | None

    @property
    def is_storable(self) -> bool:
        """Whether a product row can hold the draft at all."""
        return all(finding.is_storable for finding in self.findings)


def decision(findings: Sequence[Finding], *, state: str) -> Decision:
    """What becomes of a product in `state` ("" for a new one) with these findings."""
    is_storable = all(finding.is_storable for finding in findings)
    return Decision(findings=findings, state=NEXT.get((state, verdict(findings))) if is_storable else None)
