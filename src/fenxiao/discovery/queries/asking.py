"""An ask in the index's own terms."""

from typing import Any, Final

from tantivy import FieldType, Occur, Query

from fenxiao.discovery.layout import schema, terms_of
from fenxiao.discovery.rules import SearchAsk, asked_words, pieces_of

# A word in the title says more than in the category's name; who names a brand wants that brand.
FIELD_BOOST: Final = {"title": 1.0, "brand": 1.5, "categories": 0.5}
GRAMS_BOOST: Final = 0.2  # found by characters alone: below everything found by words


def query_for(ask: SearchAsk, *, any_level: bool = False, any_category: bool = False) -> Query:
    """What meets the ask: every word of its text and every filter, but for those left out on purpose."""
    filters = list(_filters(ask, any_level=any_level, any_category=any_category))
    wanted = [(Occur.Must, words_query(ask.text) if ask.text.strip() else Query.all_query())]
    return Query.boolean_query([*wanted, *((Occur.Must, Query.const_score_query(each, 0.0)) for each in filters)])


def words_query(text: str) -> Query:
    """Goods that have every word of a text, in whatever order; none when there is no word in it."""
    words = asked_words(text)
    if not words:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Must, _word_query(word)) for word in words])


def _word_query(word: str) -> Query:
    options = [Query.boost_query(_term(field, word), boost) for field, boost in FIELD_BOOST.items()]
    pieces = pieces_of(word)
    if pieces:
        together = Query.boolean_query([(Occur.Must, _term("grams", piece)) for piece in pieces])
        options.append(Query.boost_query(together, GRAMS_BOOST))
    return Query.boolean_query([(Occur.Should, option) for option in options])


def _term(field: str, word: str) -> Query:
    return Query.term_query(schema(), field, terms_of([word])[0], index_option="freq")


def _filters(ask: SearchAsk, *, any_level: bool, any_category: bool) -> Any:
    if ask.category_id is not None and not any_category:
        yield Query.term_query(schema(), "category", ask.category_id, index_option="basic")
    if ask.levels and not any_level:
        yield Query.boolean_query([(Occur.Should, Query.term_query(schema(), "level", int(at))) for at in ask.levels])
    if ask.select_only:
        yield Query.term_query(schema(), "is_select", True)
    if ask.price_min_fen is not None or ask.price_max_fen is not None:
        yield _between("price_fen", ask.price_min_fen, ask.price_max_fen)
    if ask.commission_min_bp is not None:
        yield _between("rate_bp", ask.commission_min_bp, None)


def _between(field: str, low: int | None, high: int | None) -> Query:
    return Query.range_query(schema(), field, FieldType.Unsigned, low or 0, high)
