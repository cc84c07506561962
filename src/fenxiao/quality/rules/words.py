"""Words in both languages."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same said in Chinese and in English."""

    zh: str
    en: str

    def told(self, language: str) -> str:
        """In `language` ("zh…", or anything else for English)."""
        return self.zh if language.startswith("zh") else self.en
