"""What is asked of discovery: goods by words, filters and order; and what the index is made of."""

from fenxiao.discovery.queries.entries import entries_of, offered_ids
from fenxiao.discovery.queries.search import CategoryCount, Facets, Found, FoundProduct, search
from fenxiao.discovery.rules import SearchAsk, Sort

__all__ = [
    "CategoryCount",
    "Facets",
    "Found",
    "FoundProduct",
    "SearchAsk",
    "Sort",
    "entries_of",
    "offered_ids",
    "search",
]
