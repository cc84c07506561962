"""The pure rules of discovery: words of a text, what may be asked, what is shown first."""

from fenxiao.discovery.rules.asks import DEEPEST, LONGEST_TEXT, MOST_PER_PAGE, SearchAsk, Sort, checked
from fenxiao.discovery.rules.cursors import Cursor
from fenxiao.discovery.rules.entries import Entry
from fenxiao.discovery.rules.filters import OneOf, Within, filters_of, prices_of
from fenxiao.discovery.rules.ranking import (
    LEVEL_BOOST,
    Factors,
    earning_factor,
    factors_of,
    order_key,
    relevance_of,
    weight_stored,
)
from fenxiao.discovery.rules.sounds import sounds_asked, sounds_of
from fenxiao.discovery.rules.synonyms import Synonyms, Wanted, read_synonyms
from fenxiao.discovery.rules.understanding import Market, Understood, name_key, understand
from fenxiao.discovery.rules.words import asked_words, grams_of, pieces_of, words_of

__all__ = [
    "DEEPEST",
    "LEVEL_BOOST",
    "LONGEST_TEXT",
    "MOST_PER_PAGE",
    "Cursor",
    "Entry",
    "Factors",
    "Market",
    "OneOf",
    "SearchAsk",
    "Sort",
    "Synonyms",
    "Understood",
    "Wanted",
    "Within",
    "asked_words",
    "checked",
    "earning_factor",
    "factors_of",
    "filters_of",
    "grams_of",
    "name_key",
    "order_key",
    "pieces_of",
    "prices_of",
    "read_synonyms",
    "relevance_of",
    "sounds_asked",
    "sounds_of",
    "understand",
    "weight_stored",
    "words_of",
]
