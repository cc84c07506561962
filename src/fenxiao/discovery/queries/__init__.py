"""What is asked of discovery: goods by words, filters and order; and what the index is made of."""

from fenxiao.discovery.queries.asking import Reading
from fenxiao.discovery.queries.entries import entries_of, offered_ids
from fenxiao.discovery.queries.facets import CategoryCount, Facets, PriceCount
from fenxiao.discovery.queries.hits import find
from fenxiao.discovery.queries.search import Found, FoundProduct, search
from fenxiao.discovery.rules import SearchAsk, Sort

__all__ = [
    "CategoryCount",
    "Facets",
    "Found",
    "FoundProduct",
    "PriceCount",
    "Reading",
    "SearchAsk",
    "Sort",
    "entries_of",
    "find",
    "offered_ids",
    "search",
]
