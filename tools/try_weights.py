"""Try weights of the powers on early dates of an imported home: which order of goods foretold best what followed?

    .venv/bin/python tools/try_weights.py --home /tmp/olist --received-weight 18.65

Prints the mean over dates of Spearman's correlation with each outcome (turned so that more is better), best first.
Only dates whose horizon ends before 2018 are looked at: later ones are kept for judging the choice.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

from fenxiao.cli.house import open_house

DATES = (date(2017, 4, 1), date(2017, 6, 1), date(2017, 8, 1), date(2017, 10, 1))
HORIZON = 90
DISTRIBUTION = 2_000  # no evidence in such data: its weight stays


def main() -> None:
    """Read the arguments, try every weighting, print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--received-weight", type=float, default=1.0)
    asked = parser.parse_args()
    open_house(asked.home)
    from fenxiao.quality.rules import default_policy

    found = [(tried(powers, asked.received_weight), powers) for powers in (default_policy().powers, *weightings())]
    for outcomes, powers in sorted(found, key=lambda one: -sum(one[0])):
        shown = "  ".join(f"{value:+.3f}" for value in (sum(outcomes) / len(outcomes), *outcomes))
        mark = " ← default" if powers == default_policy().powers else ""
        print(shown, " ".join(f"{name} {weight / 100:.0f}" for name, weight in powers.items()), mark)


def weightings() -> Iterator[dict[str, int]]:
    """Weights of brand, price, service and sales in the old proportions and others; they sum to the whole."""
    for price, service, sales in product((5, 15, 25), (20, 30, 40), (15, 25, 35)):
        room = (10_000 - DISTRIBUTION) / (10 + price + service + sales)
        weights = {"price": round(price * room), "service": round(service * room), "sales": round(sales * room)}
        yield {"brand": 10_000 - DISTRIBUTION - sum(weights.values()), "distribution": DISTRIBUTION, **weights}


def tried(powers: Mapping[str, int], weight: float) -> list[float]:
    """The mean correlation with each outcome over the dates."""
    from fenxiao.kernel import clock
    from fenxiao.quality.backtest import backtest
    from fenxiao.quality.rules import default_policy

    policy, today = replace(default_policy(), powers=powers), clock.business_day(clock.now())
    runs = [backtest(at=at, horizon=HORIZON, policy=policy, today=today, weight=weight) for at in DATES]
    rows = zip(*(run.correlations for run in runs), strict=True)
    return [sum((one.score or 0.0) * (1 if one.higher_is_better else -1) for one in row) / len(row) for row in rows]


if __name__ == "__main__":
    main()
