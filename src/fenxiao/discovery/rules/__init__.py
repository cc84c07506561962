"""The pure rules of discovery: words of a text, what may be asked, what is shown first."""

from fenxiao.discovery.rules.asks import DEEPEST, LONGEST_TEXT, MOST_PER_PAGE, SearchAsk, Sort, checked
from fenxiao.discovery.rules.entries import Entry
from fenxiao.discovery.rules.ranking import LEVEL_BOOST, Factors, earning_factor, factors_of, order_key
from fenxiao.discovery.rules.words import asked_words, grams_of, pieces_of, words_of

__all__ = [
    "DEEPEST",
    "LEVEL_BOOST",
    "LONGEST_TEXT",
    "MOST_PER_PAGE",
    "Entry",
    "Factors",
    "SearchAsk",
    "Sort",
    "asked_words",
    "checked",
    "earning_factor",
    "factors_of",
    "grams_of",
    "order_key",
    "pieces_of",
    "words_of",
]
