"""Simulated people act on a quality that no table holds: better goods sell better, come back less, are praised more."""

import numpy as np
import pytest

from fenxiao.simulator.draws import conversion, fate_of_order

ORDERS = 4_000


def fates(quality: float) -> dict[str, float]:
    rng = np.random.default_rng(1)
    drawn = [fate_of_order(rng, quality) for _ in range(ORDERS)]
    reviewed = [fate.stars for fate in drawn if fate.reviewed_after is not None]
    return {
        "stars": sum(reviewed) / len(reviewed),
        "quality_refunds": sum(fate.refund_is_quality for fate in drawn) / ORDERS,
        "days": sum(fate.received_after for fate in drawn) / ORDERS,
    }


def test_better_goods_fare_better() -> None:
    bad, good = fates(-1.5), fates(1.5)

    assert good["stars"] > bad["stars"] + 0.5
    assert good["quality_refunds"] < bad["quality_refunds"] / 3
    assert good["days"] < bad["days"]


def test_buyers_prefer_better_and_cheaper_goods() -> None:
    assert conversion(1.0, price_ratio=1.0) > conversion(0.0, price_ratio=1.0) > conversion(0.0, price_ratio=1.5)


@pytest.mark.parametrize("quality", [-3.0, 0.0, 3.0])
def test_an_order_is_shipped_before_it_is_received(quality: float) -> None:
    rng = np.random.default_rng(2)

    for _ in range(500):
        fate = fate_of_order(rng, quality)
        assert 0 <= fate.shipped_after <= fate.received_after
        assert fate.refunded_after is None or fate.refunded_after >= fate.received_after
        assert 1 <= fate.stars <= 5
