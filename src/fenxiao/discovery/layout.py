"""How goods lie in the index: its fields, its analyzer, and the document of one entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from tantivy import (
    Document,
    Filter,
    Index,
    IndexWriter,
    Query,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from fenxiao.discovery.rules import Entry, factors_of, grams_of, name_key, order_key, sounds_of, weight_stored, words_of
from fenxiao.discovery.rules.ranking import RANK_UNITS

VERSION: Final = 5  # raised with every change below or of `rules.words`: an index of another version is not read

TEXTS: Final = ("title", "brand", "categories")
ORDERS: Final = ("by_rank", "by_price", "by_earning", "by_rate", "by_sales", "by_age")
NAMES: Final = ("brand_name", "category_name")  # whole names, to tell what a query names
NUMBERS: Final = ("price_fen", "rate_bp", "commission_fen", "level", "sales_30d", "stock", "admitted_at")
ANALYZER: Final = "words"


@cache
def schema() -> Schema:
    """The fields. Nothing is stored but the product's id: rows come from PostgreSQL, as they stand then."""
    builder = SchemaBuilder()
    for name in (*TEXTS, "grams"):
        builder.add_text_field(name, tokenizer_name=ANALYZER, index_option="freq")
    builder.add_text_field("sounds", tokenizer_name=ANALYZER, index_option="position")
    for name in NAMES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name == "brand_name")
    builder.add_text_field("category", tokenizer_name="raw", index_option="basic")  # its own and all above it
    builder.add_text_field("third", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_boolean_field("is_select", indexed=True, fast=True)
    builder.add_boolean_field("ships_free", indexed=True, fast=True)
    builder.add_unsigned_field("plan_types", indexed=True, fast=True)
    builder.add_boolean_field("is_late", indexed=True)  # refreshed since the build: its columns know it no more
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for name in (*NUMBERS, *ORDERS):
        builder.add_unsigned_field(name, indexed=name == "level", fast=True)
    builder.add_unsigned_field("merchant_score_centi", fast=True)
    for name in ("weight", "earning", "availability", "level_boost"):
        builder.add_float_field(name, fast=True)
    return builder.build()


@cache
def analyzer() -> TextAnalyzer:
    """Our words stand apart by spaces; English ones lose their endings, so that cats finds cat."""
    return TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stemmer("english")).build()


def terms_of(words: list[str]) -> list[str]:
    """The index's terms for words, as the analyzer makes them."""
    return list(analyzer().analyze(" ".join(words)))


def create(folder: str) -> None:
    """Make an empty index in `folder`."""
    Index(schema(), path=folder, reuse=False)


def opened(folder: str) -> Index:
    """The index in `folder`, ready to be read or written. Readers reload by themselves (see `reader`)."""
    index = Index.open(folder)
    index.register_tokenizer(ANALYZER, analyzer())
    index.config_reader(reload_policy="manual")
    return index


@contextmanager
def written(folder: str, *, heap_bytes: int, threads: int = 0) -> Iterator[IndexWriter]:
    """A writer on the index in `folder` whose work is committed at the end, or undone by an exception.

    The writer's own `with` commits even then, half of the work too.
    """
    writer = opened(folder).writer(heap_bytes, threads)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def forget(writer: IndexWriter, product_id: int) -> None:
    """Take a product out. By query, since `delete_documents_by_term` misses unsigned fields (tantivy 0.27)."""
    writer.delete_documents_by_query(Query.term_query(schema(), "id", product_id))


def document_of(entry: Entry, *, is_late: bool = False) -> Document:
    """One entry as it is written, with the build or late."""
    document = Document()
    _add_texts(document, entry)
    for name, value in numbers_of(entry).items():
        document.add_unsigned(name, value)
    factors = factors_of(entry)
    document.add_float("weight", weight_stored(factors.weight))
    document.add_float("level_boost", factors.level)
    document.add_float("earning", factors.earning)
    document.add_float("availability", factors.availability)
    document.add_boolean("is_select", entry.is_select)
    document.add_boolean("ships_free", entry.ships_free)
    for plan_type in entry.plan_types:
        document.add_unsigned("plan_types", plan_type)
    if is_late:
        document.add_boolean("is_late", True)
    return document


def _add_texts(document: Document, entry: Entry) -> None:
    texts = {"title": entry.title, "brand": entry.brand, "categories": " ".join(entry.category_names)}
    for name, text in texts.items():
        document.add_text(name, " ".join(words_of(text)))
    document.add_text("grams", " ".join(dict.fromkeys(gram for text in texts.values() for gram in grams_of(text))))
    document.add_text("sounds", " ".join(sounds_of(f"{entry.title} {entry.brand}")))
    for name in filter(None, (name_key(each) for each in entry.category_names)):
        document.add_text("category_name", name)
    if name := name_key(entry.brand):
        document.add_text("brand_name", name)
    for category_id in entry.category_ids:
        document.add_text("category", category_id)
    if entry.third_id is not None:
        document.add_text("third", entry.third_id)


def numbers_of(entry: Entry) -> dict[str, int]:
    """The whole numbers of one entry, with the keys of every order; without those that are not known."""
    numbers: dict[str, Any] = {name: getattr(entry, name) for name in NUMBERS if name != "admitted_at"}
    numbers |= {"id": entry.product_id, "admitted_at": int(entry.admitted_at.timestamp())}
    if entry.merchant_score_centi is not None:
        numbers["merchant_score_centi"] = entry.merchant_score_centi
    ordered = {
        "by_rank": round(factors_of(entry).weight * RANK_UNITS),
        "by_price": entry.price_fen,
        "by_earning": entry.commission_fen,
        "by_rate": entry.rate_bp,
        "by_sales": entry.sales_30d,
        "by_age": int(entry.admitted_at.timestamp()),
    }
    return numbers | {name: order_key(value, product_id=entry.product_id) for name, value in ordered.items()}
