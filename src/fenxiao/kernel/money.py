"""Money in whole fen and rates in basis points. Floats never touch either. Loads no Django."""

from dataclasses import dataclass
from functools import total_ordering

BP = 10_000  # basis points in one whole


@dataclass(frozen=True)
class Rate:
    """A share in basis points: `Rate(2_000)` is 20 %."""

    bp: int

    def __post_init__(self) -> None:
        if type(self.bp) is not int:
            raise TypeError(f"a rate is whole basis points, not {self.bp!r}")

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.bp + other.bp)

    def of(self, amount: "Money") -> "Money":
        """This share of `amount`, rounded down to the fen (the split rule: floor(base × rate))."""
        return Money(amount.fen * self.bp // BP, amount.currency)

    def __str__(self) -> str:
        whole, part = divmod(self.bp, 100)
        return f"{whole}.{part:02d}%"


@total_ordering
@dataclass(frozen=True)
class Money:
    """Whole fen of one currency. Adding or comparing two currencies is a `ValueError`."""

    fen: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"money is whole fen, not {self.fen!r}")

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.fen

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.fen, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.fen * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.fen < self._same(other)

    def __bool__(self) -> bool:
        return self.fen != 0

    def __str__(self) -> str:
        return f"{amount(self.fen)} {self.currency}"


def amount(fen: int) -> str:
    """An amount of fen as it stands on a price tag, without its currency: "1,299.00"."""
    yuan, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{part:02d}"


def fen_of(text: str) -> int:
    """Fen from a decimal text such as "12.5" or "1,299.00"; a `ValueError` when it is no amount or finer than a fen."""
    cleaned = text.strip().replace(",", "")
    sign = -1 if cleaned.startswith("-") else 1
    whole, _, part = cleaned.removeprefix("-").partition(".")
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(part.rstrip("0")) > 2:
        raise ValueError(f"not an amount in whole fen: {text!r}")
    return sign * (int(whole or "0") * 100 + int((part + "00")[:2]))


def bp_of(percent: str) -> int:
    """Basis points from a percentage text such as "12.5"; a `ValueError` as for `fen_of`."""
    return fen_of(percent.strip().removesuffix("%"))
