"""Why a product is shown to a creator, in a word or two: what he sees on its card."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from fenxiao.discovery.rules.personal import Standing

MOST: Final = 3
LIFTED: Final = 1.2  # by a factor of fit, for it to be worth a word
HIGH_SHARE: Final = 0.18  # of the price, for him: 20 % before the platform's fee
HIT: Final = 4


class Why(StrEnum):
    """What speaks for a product."""

    TRIAL = "trial"
    MATCHED = "matched"
    CATEGORY = "category"
    AUDIENCE = "audience"
    COMMISSION = "commission"
    PRICE = "price"
    HIT = "hit"


WORDS: Final = {
    Why.TRIAL: ("新品试推", "New, on trial"),
    Why.MATCHED: ("与你的货相似", "Like what you sell"),
    Why.CATEGORY: ("符合你的类目", "Your kind of goods"),
    Why.AUDIENCE: ("适合你的粉丝", "Suits your followers"),
    Why.COMMISSION: ("高佣", "High commission"),
    Why.PRICE: ("符合你的价位", "Your price range"),
    Why.HIT: ("行业热卖", "A hit of its kind"),
}


class Reason(NamedTuple):
    """A reason with its words."""

    code: Why
    zh: str
    en: str

    def told(self, language: str) -> str:
        """In `language` ("zh…" or anything else for English)."""
        return self.zh if language.startswith("zh") else self.en


def reasons_of(standing: Standing) -> list[Reason]:
    """The strongest few, the first one first."""
    return [Reason(why, *WORDS[why]) for why in [*_reasons(standing)][:MOST]]


def _reasons(standing: Standing) -> Iterator[Why]:
    candidate, fit = standing.candidate, standing.fit
    if standing.draw:
        yield Why.TRIAL
    if fit.matched >= LIFTED:
        yield Why.MATCHED
    if fit.category >= LIFTED:
        yield Why.CATEGORY
    if fit.audience >= LIFTED:
        yield Why.AUDIENCE
    if candidate.earns_fen >= HIGH_SHARE * candidate.price_fen:
        yield Why.COMMISSION
    if candidate.level >= HIT:
        yield Why.HIT
    if fit.price >= LIFTED:
        yield Why.PRICE
