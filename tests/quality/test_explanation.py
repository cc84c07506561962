"""Explanations say what was decided, in both languages, and their ways up are true."""

from pathlib import Path
from random import Random

from fenxiao.quality.rules import INDICATORS, Words, default_policy, explanation_of_grade, weigh_powers
from fenxiao.quality.rules.levels import Why, level_for
from fenxiao.quality.rules.shown import ordinal
from fenxiao.quality.rules.ways_up import lifts_of_score, needed_percentiles
from tests.quality.small_market import day, grade, product, random_market

POLICY = default_policy()
BIRDS = Words("鸟类用品", "Bird supplies")


def test_every_explanation_is_whole_and_adds_up_to_the_score(tmp_path: Path) -> None:
    for one in grade(tmp_path, **random_market(Random(7), 400)).values():  # noqa: S311  # repeatable, not secret
        told = explanation_of_grade(one, policy=POLICY, category=BIRDS)

        assert abs(sum(line.contribution for line in told.indicators) - told.score) < 0.03
        assert abs(sum(line.contribution for line in told.powers) - told.score) < 0.03
        passed = {level: all(gate.passed for gate in told.gates if gate.level == level) for level in (2, 3, 4, 5)}
        reached = 1 + sum(all(passed[below] for below in range(2, level + 1)) for level in (2, 3, 4, 5))
        assert told.scored in {reached, 0}
        assert told.ways_up or told.scored == 5
        assert all(words.zh and words.en for words in (told.reason, told.place, told.peer_group, *told.ways_up))


def test_a_way_up_by_score_really_reaches_the_threshold(tmp_path: Path) -> None:
    tried = 0
    for one in grade(tmp_path, **random_market(Random(8), 400)).values():  # noqa: S311  # repeatable, not secret
        scored = level_for(one.showing, policy=POLICY)
        if scored.why is not Why.SCORE:
            continue
        wanted_score = POLICY.thresholds[scored.level + 1]
        percentiles = {code: measure.percentile_bp for code, measure in one.measures.items()}
        lifts = lifts_of_score(one, policy=POLICY)
        needed = needed_percentiles(one, lifts, missing=wanted_score - one.score_bp)
        for code, percentile in needed.items():
            tried += 1
            _, score, _ = weigh_powers(percentiles | {code: percentile}, one.showing.evidence, policy=POLICY)
            _, short, _ = weigh_powers(percentiles | {code: percentile - 150}, one.showing.evidence, policy=POLICY)
            assert short < wanted_score <= score

    assert tried > 50


def test_a_red_line_names_what_crossed_it_and_how_to_come_back(tmp_path: Path) -> None:
    bad = day(2, 5, paid_lines=100, units=100, buyers=100, quality_refunds=60)

    told = explanation_of_grade(
        grade(tmp_path, products=[product(1), product(2)], days=[bad])[2], policy=POLICY, category=BIRDS
    )

    assert told.level == 0
    assert told.reason.zh == "品质退款率 60.0% 越过红线 10.0%；触及红线，立即降为 L0"
    assert [words.en for words in told.ways_up] == ["Quality refund rate from 60.0% to 10.0%"]


def test_what_is_not_known_is_said_to_be_the_prior(tmp_path: Path) -> None:
    told = explanation_of_grade(grade(tmp_path, products=[product(1)])[1], policy=POLICY, category=BIRDS)

    review = next(line for line in told.indicators if line.code == "review_score")
    assert (review.is_known, review.place, review.percentile) == (False, None, 50)
    assert review.evidence_shown == Words("暂无证据，取同类均值", "no evidence: the peers' mean is taken")
    assert next(line for line in told.powers if line.code == "service").points is None


def test_every_indicator_has_its_words_and_units() -> None:
    assert len(INDICATORS) == 11
    assert all(one.words.zh and one.words.en and one.formula.zh and one.formula.en for one in INDICATORS.values())


def test_ordinals_are_english() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 1_113)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "1,113th",
    ]  # fmt: skip
