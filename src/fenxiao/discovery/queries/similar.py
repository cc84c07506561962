"""Goods like one: what its buyers bought as well, then goods of its category whose titles share its words."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Final

from tantivy import Occur, Query

from fenxiao.catalog.models import Product
from fenxiao.discovery import match_files, reader
from fenxiao.discovery.errors import IndexMissing, MatchesMissing
from fenxiao.discovery.layout import schema, terms_of
from fenxiao.discovery.rules import asked_words

LIMIT: Final = 6
SPARE: Final = 6  # read beyond the limit: some may have ceased to be offered
MOST_WORDS: Final = 24  # of a title


def similar_goods(product: Product, *, limit: int = LIMIT) -> list[Product]:
    """At most `limit` goods like this one that may be offered now, never itself; none where there is nothing to go by.

    In one statement, whether or not matches were made or an index was built.
    """
    ids = list(dict.fromkeys([*_bought_together(product.pk), *_alike(product, most=limit + SPARE)]))[: limit + SPARE]
    offered = Product.objects.offered().exclude(pk=product.pk).select_related("merchant", "category")
    found = offered.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found][:limit]


def _bought_together(product_id: int) -> list[int]:
    with suppress(MatchesMissing):
        pairs = match_files.table(match_files.Kind.BOUGHT_TOGETHER).of(product_id)
        return [other for other, _ in pairs]
    return []


def _alike(product: Product, *, most: int) -> list[int]:
    """Goods of the category everyone sees, those that share the rarest words of the title first."""
    with suppress(IndexMissing):
        searcher = reader.searcher()
        query = Query.boolean_query(list(_asked(product, asked_words(product.title)[:MOST_WORDS])))
        found = searcher.search(query, limit=most)
        ids = searcher.fast_field_values("id", [address for _, address in found.hits])
        return [int(pk) for pk in ids if pk is not None]
    return []


def _asked(product: Product, words: Collection[str]) -> Iterator[tuple[Occur, Query]]:
    category = product.category.third_id or product.category_id
    within = Query.term_query(schema(), "category", category, index_option="basic")
    yield Occur.Must, Query.const_score_query(within, 0.0)
    yield Occur.MustNot, Query.term_query(schema(), "id", product.pk)
    for term in terms_of(list(words)):
        yield Occur.Should, Query.term_query(schema(), "title", term, index_option="freq")
