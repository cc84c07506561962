"""How simulated people behave: pure draws from a seeded generator.

Every product has a hidden quality (about normal, mean 0). Buyers act on it; no indicator reads it. What the product
learns of it, it learns from what buyers did: bought, sent back, praised, got late.
"""

import math
from dataclasses import dataclass

import numpy as np

BASE_CONVERSION = 0.09  # paid orders per click for average goods at the usual price


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What becomes of one paid order; days count from the payment. None: does not happen."""

    cancelled_after: float | None
    shipped_after: float
    received_after: float
    refunded_after: float | None
    refund_is_quality: bool
    refund_part: float  # of what was paid, 1.0 is all
    reviewed_after: float | None
    stars: int


def hidden_quality(rng: np.random.Generator, *, merchant_care: float) -> float:
    """A product's quality: half its merchant's care, half its own."""
    return 0.7 * merchant_care + 0.7 * float(rng.normal())


def conversion(quality: float, *, price_ratio: float) -> float:
    """Chance that a click becomes an order; `price_ratio` is price ÷ what such goods usually cost."""
    return min(0.5, BASE_CONVERSION * math.exp(0.45 * quality) * math.pow(price_ratio, -0.8))


def appeal(quality: float, *, commission_bp: int) -> float:
    """Weight with which creators take a product up: commission they can see, quality they can only guess."""
    return math.exp(0.25 * quality) * (1 + commission_bp / 2_000)


def fate_of_order(rng: np.random.Generator, quality: float) -> Fate:
    """Draw what happens after payment: worse goods ship later, come back more often and are praised less."""
    ships = float(rng.gamma(2.0, 0.5))
    travels = float(rng.gamma(4.0, 0.55 * math.exp(-0.12 * quality)))
    bad = 1 / (1 + math.exp(3.4 + 1.1 * quality))
    comes_back = rng.random() < bad
    change_of_mind = not comes_back and rng.random() < 0.035
    whole = rng.random() < 0.7
    stars = int(np.clip(round(4.3 + 0.55 * quality + float(rng.normal(0, 0.8)) - 2.0 * comes_back), 1, 5))
    received = ships + travels
    return Fate(
        cancelled_after=float(rng.uniform(0, ships)) if rng.random() < 0.03 else None,
        shipped_after=ships,
        received_after=received,
        refunded_after=received + float(rng.gamma(2.0, 1.5)) if comes_back or change_of_mind else None,
        refund_is_quality=comes_back,
        refund_part=1.0 if whole else float(rng.uniform(0.2, 0.8)),
        reviewed_after=received + float(rng.exponential(2.0)) if rng.random() < 0.35 else None,
        stars=stars,
    )
