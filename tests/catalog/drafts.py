"""Drafts and surroundings for the catalog's tests: clean unless the test says otherwise."""

from typing import Any

from fenxiao.catalog.rules import BrandNames, CategoryFacts, ImportedDraft, ProductDraft, Surroundings

CLEAN: dict[str, Any] = {
    "title": "陶瓷杯 Ceramic cup",
    "description": "手工烧制，容量 300 毫升",
    "category_id": "ap-2-1",
    "brand_id": None,
    "price_fen": 10_000,
    "stock": 100,
    "image_url": "https://img.example.com/cup.jpg",
    "page_url": "",
}


def a_draft(**changes: Any) -> ProductDraft:
    """A clean draft with `changes`; its category stands in the database where there is one."""
    return ProductDraft(**CLEAN | changes)


def an_imported_draft(merchant_id: int, external_id: str, **changes: Any) -> ImportedDraft:
    """A clean imported draft, titled by its id."""
    return ImportedDraft(
        **CLEAN | {"title": f"陶瓷杯 {external_id}"} | changes, merchant_id=merchant_id, external_id=external_id
    )


def a_category(**changes: Any) -> CategoryFacts:
    """Facts of an active third-level leaf without a usual price."""
    facts = {"name_zh": "鸟类用品", "depth": 3, "is_active": True, "is_leaf": True, "usual_price_fen": None}
    return CategoryFacts(**facts | changes)  # type: ignore[arg-type]  # a test's mistake fails the test


def surroundings(**changes: Any) -> Surroundings:
    """A merchant without brands, domains or other goods."""
    return Surroundings(**{"category": a_category(), "brands": BrandNames({})} | changes)
