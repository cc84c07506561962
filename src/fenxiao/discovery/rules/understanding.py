"""What a query asks for, besides words: a price, a brand, a category."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from fenxiao.discovery.rules.asked_prices import AskedPrice, asked_price
from fenxiao.discovery.rules.synonyms import Synonyms, Wanted, things_in
from fenxiao.discovery.rules.words import asked_words

LONGEST_NAME: Final = 5  # words of a brand's or category's name


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A query as it was read. Names are keys as `name_key` makes them."""

    things: tuple[Wanted, ...] = ()
    price: AskedPrice | None = None
    brand: str | None = None
    category: str | None = None
    unknown: frozenset[str] = frozenset()  # words that no goods have: perhaps mistyped, or written as they sound
    has_words: bool = False  # anything was typed but a price; things may still be empty: "!!!"


def name_key(name: str) -> str:
    """A name as it is compared: one width, small letters, and nothing but letters and digits."""
    return "".join(sign for sign in normalize("NFKC", name).casefold() if sign.isalnum())


@dataclass(frozen=True, kw_only=True)
class Market:
    """What there is on offer, as a query is read against it."""

    has_brand: Callable[[str], bool]
    has_category: Callable[[str], bool]
    has_word: Callable[[str], bool]


def understand(text: str, *, synonyms: Synonyms, market: Market) -> Understood:
    """Read a query: its price words are taken out; brand and category stay among the words that goods must have."""
    price, rest = asked_price(text)
    words = asked_words(rest)
    return Understood(
        things=tuple(things_in(words, synonyms)),
        price=price,
        brand=_longest_name(words, market.has_brand),
        category=_longest_name(words, market.has_category),
        unknown=frozenset(word for word in words if not market.has_word(word)),
        has_words=bool(rest.strip()),
    )


def _longest_name(words: Sequence[str], is_name: Callable[[str], bool]) -> str | None:
    """The longest run of words that is a name, the first of those; single signs name nothing."""
    for size in range(min(LONGEST_NAME, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            key = name_key("".join(words[at : at + size]))
            if len(key) > 1 and is_name(key):
                return key
    return None
