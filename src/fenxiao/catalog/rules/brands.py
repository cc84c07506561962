"""Finding brand names in titles, among many brands and many titles."""

from collections.abc import Mapping

SHORTEST = 2  # one-character names would be found everywhere


class BrandNames:
    """The names of all brands, ready to be looked for."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self.names = dict(names)
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        for brand, name in names.items():
            folded = name.casefold()
            if len(folded) >= SHORTEST:
                self._by_start.setdefault(folded[:SHORTEST], []).append((folded, brand))

    def named_in(self, title: str) -> set[int]:
        """Brands that `title` names. Latin names count as whole words only: “Gap” is not in “gapless”."""
        text = title.casefold()
        return {
            brand
            for start in range(len(text))
            for name, brand in self._by_start.get(text[start : start + SHORTEST], ())
            if text.startswith(name, start) and _stands_alone(text, start, start + len(name))
        }


def _stands_alone(text: str, start: int, end: int) -> bool:
    joins_before = start > 0 and _is_latin(text[start - 1]) and _is_latin(text[start])
    joins_after = end < len(text) and _is_latin(text[end]) and _is_latin(text[end - 1])
    return not joins_before and not joins_after


def _is_latin(character: str) -> bool:
    return character.isalnum() and ord(character) < 0x250  # up to the end of Latin Extended-B
