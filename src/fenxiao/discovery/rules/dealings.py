"""How much a creator's dealings with a product say of what suits him."""

from typing import Final

# Settled sales paid; paid ones may yet come back; the shelf is a wish; a click is a buyer's glance.
# These are our judgement until a house has enough sales to validate them as the method's own settings are.
SETTLED_LINE: Final = 1.0
PAID_LINE: Final = 1.0  # a settled line was paid too, so it says both
ON_SHELF: Final = 0.5
CLICK: Final = 0.02
HALF_LIFE_DAYS: Final = 60  # goods and seasons change: what was two months ago says half
REMEMBERED_DAYS: Final = 365
# Buyers' baskets are counted in pairs, and a buyer of n goods makes n² of them: who bought more is a shop or an office
# that buys for many, and would cost as much as a hundred others. Lines beyond the most are older days.
MOST_OF_A_BUYER: Final = 100
MOST_LINES: Final = 50_000_000
# As the statements name them.
TOLD: Final = {
    **{"click": CLICK, "paid": PAID_LINE, "settled": SETTLED_LINE, "shelf": ON_SHELF},
    **{"half": HALF_LIFE_DAYS, "days": REMEMBERED_DAYS},
}
