"""An ask in the index's own terms.

Every thing asked for must be there, by its words or by another name of it. Where that finds nothing, a query is read
more freely, a step at a time (`Reading`); who asked is told so.
"""

from collections.abc import Collection, Iterator, Sequence
from enum import IntEnum
from math import ceil
from typing import Final

from tantivy import FieldType, Occur, Query

from fenxiao.discovery.layout import schema, terms_of
from fenxiao.discovery.rules import (
    OneOf,
    SearchAsk,
    Understood,
    Wanted,
    Within,
    filters_of,
    pieces_of,
    sounds_asked,
)
from fenxiao.discovery.rules.words import is_han

# A word in the title says more than in the category's name; who names a brand wants that brand.
FIELD_BOOST: Final = {"title": 1.0, "brand": 1.5, "categories": 0.5}
GRAMS_BOOST: Final = 0.2  # found by characters alone: below everything found by words
OTHER_NAME_BOOST: Final = 0.8
NAMED_BOOST: Final = 2.0  # for goods of the brand or the category that the query names
SOUND_BOOST: Final = 0.15
TYPO_BOOST: Final = 0.1
SHORTEST_WITH_A_TYPO: Final = 4  # letters, or three Chinese characters: a shorter word with one wrong is another word
SHORTEST_HAN_WITH_A_TYPO: Final = 3
LETTERS_FOR_TWO_TYPOS: Final = 8
PART_ASKED: Final = 0.6  # of the things, when not all are to be had


class Reading(IntEnum):
    """How freely a query was read."""

    EXACT = 0  # every thing, by name or another name of it
    FORGIVING = 1  # every thing; words that no goods have by their sound, or with a typing error
    PARTLY = 2  # most of the things


def query_for(ask: SearchAsk, understood: Understood, *, reading: Reading, without: str = "") -> Query:
    """What meets the ask: its words and every filter, but for the field left out on purpose (of a facet's counts)."""
    filters = [_filter(each) for each in filters_of(ask, understood) if each.facet != without]
    wanted = _things_query(understood, reading) if understood.has_words else Query.all_query()
    named = [(Occur.Should, query) for query in _named(understood)]
    asked = [(Occur.Must, Query.const_score_query(each, 0.0)) for each in filters]
    return Query.boolean_query([(Occur.Must, wanted), *named, *asked])


def _things_query(understood: Understood, reading: Reading) -> Query:
    mended = frozenset() if reading is Reading.EXACT else understood.unknown
    options = [_thing_query(thing, mended) for thing in understood.things]
    if not options:
        return Query.empty_query()
    if reading is not Reading.PARTLY:
        return Query.boolean_query([(Occur.Must, option) for option in options])
    enough = ceil(len(options) * PART_ASKED)
    return Query.boolean_query([(Occur.Should, option) for option in options], minimum_number_should_match=enough)


def _thing_query(thing: Wanted, mended: frozenset[str]) -> Query:
    """The best of its names. Another name counts as many words as were asked by, however many it has itself."""
    names = [_all_of([_word_query(word, is_mended=word in mended) for word in thing.words])]
    for words in thing.others:
        other = _all_of([_word_query(word) for word in words])
        names.append(Query.boost_query(other, OTHER_NAME_BOOST * len(thing.words) / len(words)))
    return names[0] if len(names) == 1 else Query.disjunction_max_query(names)


def _word_query(word: str, *, is_mended: bool = False) -> Query:
    options = [Query.boost_query(_term(field, word), boost) for field, boost in FIELD_BOOST.items()]
    pieces = pieces_of(word)
    if pieces:
        options.append(Query.boost_query(_all_of([_term("grams", piece) for piece in pieces]), GRAMS_BOOST))
    if is_mended:
        options += [Query.boost_query(_sound(way), SOUND_BOOST) for way in sounds_asked(word)]
        options += [Query.boost_query(query, TYPO_BOOST) for query in _with_a_typo(word, pieces)]
    return _any_of(options)


def _sound(way: Sequence[str]) -> Query:
    return Query.phrase_query(schema(), "sounds", list(way))


def _with_a_typo(word: str, pieces: Sequence[str]) -> Iterator[Query]:
    """The word with a letter or two wrong; of a Chinese one, most of its neighbouring signs."""
    if is_han(word):
        if len(word) >= SHORTEST_HAN_WITH_A_TYPO:
            near = [(Occur.Should, _term("grams", piece)) for piece in pieces]
            yield Query.boolean_query(near, minimum_number_should_match=ceil(len(pieces) / 2))
    elif len(word) >= SHORTEST_WITH_A_TYPO and word.isalpha():
        distance = 2 if len(word) >= LETTERS_FOR_TWO_TYPOS else 1
        for field in ("title", "brand"):
            yield Query.fuzzy_term_query(schema(), field, terms_of([word])[0], distance=distance)


def _named(understood: Understood) -> Iterator[Query]:
    for field, name in (("brand_name", understood.brand), ("category_name", understood.category)):
        if name is not None:
            term = Query.term_query(schema(), field, name, index_option="basic")
            yield Query.const_score_query(term, NAMED_BOOST)


def _filter(wanted: OneOf | Within) -> Query:
    if isinstance(wanted, Within):
        return Query.range_query(schema(), wanted.field, FieldType.Unsigned, wanted.least, wanted.most)
    return _any_of([Query.term_query(schema(), wanted.field, value, index_option="basic") for value in wanted.values])


def late_of(query: Query) -> Query:
    """Of the goods that a query finds those that were refreshed since the build."""
    late = Query.term_query(schema(), "is_late", True)
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(late, 0.0))])


def one_of_products(query: Query, product_ids: Collection[int]) -> Query:
    """Of the goods that a query finds these; of none it finds none."""
    named = [Query.term_query(schema(), "id", pk, index_option="basic") for pk in product_ids]
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(_any_of(named), 0.0))])


def _term(field: str, word: str) -> Query:
    return Query.term_query(schema(), field, terms_of([word])[0], index_option="freq")


def _any_of(options: Sequence[Query]) -> Query:
    return options[0] if len(options) == 1 else Query.boolean_query([(Occur.Should, option) for option in options])


def _all_of(parts: Sequence[Query]) -> Query:
    return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Must, part) for part in parts])
