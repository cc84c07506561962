"""Words in both languages."""

from typing import NamedTuple

from fenxiao.kernel.errors import Refused


class Words(NamedTuple):
    """The same said in Chinese and in English."""

    zh: str
    en: str

    def told(self, language: str) -> str:
        """In `language` ("zh…", or anything else for English)."""
        return self.zh if language.startswith("zh") else self.en


def told_of(error: BaseException) -> Words:
    """What went wrong: a refusal speaks both languages, anything else its own."""
    if isinstance(error, Refused):
        return Words(error.message("zh"), error.message("en"))
    return Words(*[f"{type(error).__name__}: {error}"] * 2)
