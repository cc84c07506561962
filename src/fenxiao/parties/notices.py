"""The words of notices: the floor that sends a code registers what it says in both languages."""

from collections.abc import Mapping

# Code → (Chinese, English), `str.format` templates over the notice's details.
WORDS: dict[str, tuple[str, str]] = {}


def register_words(words: Mapping[str, tuple[str, str]]) -> None:
    """Add the words of some codes; a `ValueError` when another floor has taken one with other words."""
    for code, pair in words.items():
        if WORDS.setdefault(code, pair) != pair:
            raise ValueError(f"the notice {code} has words already")


def words_of(code: str, details: Mapping[str, object], language: str) -> str:
    """What a notice says in `language` ("zh…" or anything else for English)."""
    return WORDS[code][0 if language.startswith("zh") else 1].format(**details)
