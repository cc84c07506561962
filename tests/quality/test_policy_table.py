"""A policy as a table, and what differs between two."""

from dataclasses import replace

from fenxiao.quality.rules import Gate, Override, PolicyBody, RedLine, Words, default_policy
from fenxiao.quality.rules.policy_table import override_words, policy_table

PLAIN = default_policy()
NAMES = {"hb": Words("美妆 (hb)", "Beauty (hb)")}


def changed(body: PolicyBody, other: PolicyBody = PLAIN) -> list[tuple[str, str, str | None, str | None]]:
    """What differs, in English."""
    return [
        (section.title.en, line.name.en, line.before and line.before.en, line.shown and line.shown.en)
        for section in policy_table(body, other=other, categories=NAMES)
        for line in section.lines
        if line.is_changed
    ]


def test_a_policy_does_not_differ_from_itself() -> None:
    assert changed(PLAIN) == []


def test_every_part_of_a_policy_that_differs_is_told_with_both_sides() -> None:
    body = replace(
        PLAIN,
        powers=dict(PLAIN.powers) | {"brand": 500, "sales": 3_000},
        thresholds={2: 0, 3: 5_450, 4: 6_200, 5: 7_000},
        gates=(*PLAIN.gates[1:], Gate(level=5, of="gmv_30d", bound=1_000_000)),
        red_lines=(RedLine(of="quality_refund_rate", bound=0.08, least_evidence=20),),
        strengths=dict(PLAIN.strengths) | {"review_score": 12},
        short_days=28,
        day_cap_bp=2_500,
        price_bands_fen=(1_000, 9_900),
        overrides={"hb": Override(thresholds={2: 0, 3: 5_450, 4: 6_200, 5: 9_000})},
    )

    evidence, bands = "(on 20 paid lines or more)", "20 · 50 · 100 · 200 · 500 · 1000 · 3000"
    assert changed(body) == [
        ("Weights", "Brand", "10%", "5%"),
        ("Weights", "Sales", "25%", "30%"),
        ("Thresholds", "L3", "≥ 54 points", "≥ 54.5 points"),
        ("Gates of levels", "L5 · Net GMV of 30 days", None, "≥ 10,000.00"),
        ("Gates of levels", "L2 · order lines paid in 90 days", "≥ 1", None),
        ("Red lines (L0 at once)", "Quality refund rate", f"> 10.0% {evidence}", f"> 8.0% {evidence}"),
        ("Windows and evidence", "Short window", "30 days", "28 days"),
        ("Caps", "Most of the GMV from one day", "33.34%", "25%"),
        ("Brand points and price bands", "Edges between price bands", bands, "10 · 99"),
        ("Strength of the prior (worth so much evidence)", "Review score", "10 reviews", "12 reviews"),
        ("Overrides by category", "Beauty (hb)", None, "L5 ≥ 90 points"),
    ]
    assert {(*row[:2], row[3], row[2]) for row in changed(PLAIN, body)} == set(changed(body))


def test_an_override_tells_only_what_it_says_otherwise() -> None:
    override = Override(
        powers=dict(PLAIN.powers) | {"brand": 500, "sales": 3_000},
        gates=(*PLAIN.gates, Gate(level=3, of="review_score", bound=4.5)),
        red_lines=PLAIN.red_lines,
    )

    assert override_words(override, base=PLAIN) == Words(
        "品牌力 5%；销售力 30%；L3：评价得分 ≥ 4.50 星", "Brand 5%; Sales 30%; L3: Review score ≥ 4.50 stars"
    )
