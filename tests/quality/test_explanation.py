"""Explanations say what was decided, in both languages, and their ways up are true."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from fenxiao.quality.published import Published
from fenxiao.quality.rules import (
    INDICATORS,
    Explanation,
    MeasuredGrade,
    PolicyBody,
    Way,
    Words,
    default_policy,
    explanation_of_grade,
)
from fenxiao.quality.rules.peers import Peers
from fenxiao.quality.rules.reach import STEPS, WITHOUT_STEPS
from fenxiao.quality.rules.recount import Supposed, grade_if
from fenxiao.quality.rules.shown import ordinal, value_words
from tests.quality.small_market import Row, day, frozen, grades_in, product, random_market

POLICY = default_policy()
BIRDS = Words("鸟类用品", "Bird supplies")


class Told(NamedTuple):
    """One product's grade, its peers and its explanation."""

    grade: MeasuredGrade
    peers: Peers
    told: Explanation


def explained(folder: Path, market: dict[str, list[Row]], *, policy: PolicyBody = POLICY) -> dict[int, Told]:
    """Every product's grade, its peers and its explanation."""
    ids = [row["product_id"] for row in market["products"]]
    snapshot = frozen(folder, **market)
    grades = grades_in(snapshot, ids, policy=policy)
    published = Published(snapshot)
    return {
        pk: Told(grades[pk], peers := published.peers(raw, policy=policy), _told(grades[pk], peers, policy))
        for pk, raw in published.raw(ids).items()
    }


def _told(grade: MeasuredGrade, peers: Peers, policy: PolicyBody) -> Explanation:
    return explanation_of_grade(grade, policy=policy, category=BIRDS, peers=peers)


def test_every_explanation_is_whole_and_adds_up_to_the_score(tmp_path: Path) -> None:
    for _grade, _peers, told in explained(tmp_path, random_market(Random(7), 300)).values():  # noqa: S311  # repeatable
        assert abs(sum(line.contribution for line in told.indicators) - told.score) < 0.03
        assert abs(sum(line.contribution for line in told.powers) - told.score) < 0.03
        passed = {level: all(gate.passed for gate in told.gates if gate.level == level) for level in (2, 3, 4, 5)}
        reached = 1 + sum(all(passed[below] for below in range(2, level + 1)) for level in (2, 3, 4, 5))
        assert told.scored in {reached, 0}
        assert told.ways_up or told.scored == 5
        assert all(words.zh and words.en for words in (told.reason, told.place, told.peer_group, *told.ways_up))


def test_every_way_up_reaches_its_level_and_a_step_less_does_not(tmp_path: Path) -> None:
    alone = together = 0
    for grade, peers, told in explained(tmp_path, random_market(Random(8), 300)).values():  # noqa: S311  # repeatable
        for way in told.ways:
            values = {one.of: one.then for one in way.changes if one.of in INDICATORS and one.then is not None}
            if not values:
                continue
            alone, together = alone + (len(values) == 1), together + (len(values) > 1)
            assert scored_with(grade, peers, way, values) >= way.level
            for code, value in values.items():
                one, now = INDICATORS[code], grade.measures[code].value
                assert (value > now) == one.higher_is_better
                assert value_words(one, value) != value_words(one, now)
                if code in WITHOUT_STEPS:
                    continue
                less = value - STEPS[one.unit] * (1 if one.higher_is_better else -1)
                if value_words(one, less) != value_words(one, now) and (less > now) == one.higher_is_better:
                    assert scored_with(grade, peers, way, values | {code: less}) < way.level

    assert alone > 100
    assert together > 20


def test_raising_one_value_alone_never_lowers_a_level(tmp_path: Path) -> None:
    random = Random(9)  # noqa: S311  # repeatable, not secret
    for grade, peers, _told in explained(tmp_path, random_market(random, 150)).values():
        for code, reach in dict.fromkeys(INDICATORS, random.random()).items():
            now, one = grade.measures[code].value, INDICATORS[code]
            better = now * (1 + reach) if one.higher_is_better else now * (1 - reach)
            if not grade.measures[code].is_known:
                continue  # new evidence may show a product to be worse than the middle
            found = grade_if(grade, Supposed(values={code: better}), peers=peers, policy=POLICY)
            assert found.scored >= grade.scored
            assert found.score_bp >= grade.score_bp


def scored_with(grade: MeasuredGrade, peers: Peers, way: Way, values: dict[str, float]) -> int:
    orders = next((int(one.then or 0) for one in way.changes if one.of == "orders"), None)
    proven = frozenset(one.of for one in way.changes if one.then is None)
    supposed = Supposed(values=values, orders=orders, proven=proven)
    return grade_if(grade, supposed, peers=peers, policy=POLICY).scored


def test_ways_up_are_told_in_values_the_easiest_first(tmp_path: Path) -> None:
    days = [day(pk, 5, paid_lines=40, units=40, buyers=40, reviews=40, stars=100 + 2 * pk) for pk in range(1, 41)]
    policy = replace(POLICY, thresholds={2: 5_000, 3: 5_600, 4: 6_200, 5: 7_000})

    told = explained(tmp_path, {"products": [product(pk) for pk in range(1, 41)], "days": days}, policy=policy)[20][2]

    assert "Review score from 3.50 stars to 3.55 stars" in [words.en for words in told.ways_up]
    assert [way.effort for way in told.ways] == sorted(way.effort for way in told.ways)
    assert not any("peers to above" in words.en or "同类提到" in words.zh for words in told.ways_up)


def test_a_red_line_names_what_crossed_it_and_how_to_come_back(tmp_path: Path) -> None:
    many = {"paid_lines": 100, "units": 100, "buyers": 100}
    days = [day(pk, 5, **many, quality_refunds=60 if pk == 2 else 0) for pk in range(1, 41)]

    told = explained(tmp_path, {"products": [product(pk) for pk in range(1, 41)], "days": days})[2].told

    assert told.level == 0
    assert told.reason.zh == "品质退款率 40.5% 越过红线 10.0%；触及红线，立即降为 L0"
    assert [words.en for words in told.ways_up] == ["Quality refund rate from 40.5% to 10.0%"]


def test_what_is_not_known_is_said_to_be_the_prior(tmp_path: Path) -> None:
    told = explained(tmp_path, {"products": [product(1)]})[1].told

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
