"""What a merchant says of a product before the gate has looked at it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """A product as its merchant describes it. `page_url` "" means this platform's own page.

    `freight_fen` is what a buyer pays for the delivery of one piece: 0 ships free, None is not told.
    """

    title: str
    category_id: str
    price_fen: int
    stock: int
    description: str = ""
    brand_id: int | None = None
    image_url: str = ""
    page_url: str = ""
    freight_fen: int | None = None


@dataclass(frozen=True, kw_only=True)
class ImportedDraft(ProductDraft):
    """A product as another system knows it; (merchant, source, external id) is its identity there."""

    merchant_id: int
    external_id: str


@dataclass(frozen=True, kw_only=True)
class DraftProblem:
    """An imported draft that was not taken over, and why."""

    merchant_id: int
    external_id: str
    code: str
    zh: str
    en: str


@dataclass(kw_only=True)
class Imported:
    """What an import of products did.

    `created + changed + unchanged + len(problems)` is every draft; `admitted`, `queued` and `refused` count the states
    of the created ones. `ids` holds every product that is there now, by (merchant, external id).
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    admitted: int = 0
    queued: int = 0
    refused: int = 0
    ids: dict[tuple[int, str], int] = field(default_factory=dict)
    problems: list[DraftProblem] = field(default_factory=list)


def tidy(title: str) -> str:
    """A title without doubled blanks and the blanks around it."""
    return " ".join(title.split())
