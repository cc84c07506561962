"""What a policy says otherwise for a category: the deepest on the path counts, for all alike."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenxiao.catalog.models import Category, Product
from fenxiao.quality import services as quality
from fenxiao.quality.errors import PolicyUnsound
from fenxiao.quality.queries import explanation_of
from fenxiao.quality.rules import Gate, Override, PolicyBody, RedLine, body_for, default_policy, override_on
from tests.cast import BY, NOON
from tests.quality.conftest import TODAY
from tests.quality.small_market import random_market, with_violations
from tests.quality.test_recount import compared

POLICY = default_policy()
SALES = {"brand": 0, "price": 0, "distribution": 0, "service": 1_000, "sales": 9_000}
LENIENT = Override(
    powers=SALES,
    thresholds={2: 0, 3: 100, 4: 200, 5: 300},
    gates=(Gate(level=3, of="orders", bound=2),),
    label_gates=(),
    red_lines=(RedLine(of="review_score", bound=3.0, least_evidence=1),),
)
STRICT = Override(gates=(Gate(level=2, of="orders", bound=1_000),))
BODY = replace(POLICY, overrides={"c-0": LENIENT, "c-1": STRICT})


def test_the_deepest_category_on_the_path_counts_alone() -> None:
    body = replace(POLICY, overrides={"a": LENIENT, "a-1": STRICT})

    assert override_on(["a", "a-1", "a-1-1"], policy=body) == "a-1"
    assert body_for(body, ["a", "a-2"]).powers == SALES
    assert body_for(body, ["a", "a-1"]) == replace(POLICY, gates=STRICT.gates)
    assert body_for(body, ["b"]) == body


def test_a_policy_with_overrides_is_stored_and_read_again() -> None:
    assert PolicyBody.from_json(BODY.as_json()) == BODY


@pytest.mark.parametrize(
    ("override", "words"),
    [
        (Override(powers=SALES | {"sales": 8_000}), "category c-9: the powers weigh 90.0 %"),
        (Override(thresholds={2: 0, 3: 9_000, 4: 6_000, 5: 7_000}), "category c-9: thresholds must rise"),
        (
            Override(gates=(Gate(level=3, of="orders", bound=9), Gate(level=4, of="orders", bound=2))),
            "category c-9: orders asks less of L4",
        ),
        (Override(), "the override of category c-9 says nothing"),
    ],
)
def test_an_override_that_contradicts_itself_is_refused_with_its_category(override: Override, words: str) -> None:
    with pytest.raises(PolicyUnsound, match=words):
        replace(POLICY, overrides={"c-9": override})


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 150))
def test_a_recount_finds_what_the_engine_found_under_overrides(seed: int, size: int) -> None:
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    market = with_violations(random, random_market(random, size), overrides=BODY.overrides)

    assert compared(market, BODY) == size


@pytest.mark.usefixtures("own_lake")
def test_a_category_that_is_not_there_or_was_dropped_is_refused_with_its_id(market: list[Product]) -> None:
    third = market[0].category.third_id or market[0].category_id
    body = replace(POLICY, overrides={third: STRICT})
    quality.draft_policy(body, note="strict", by=BY, now=NOON)
    Category.objects.filter(pk=third).update(is_active=False)

    for policy in (body, replace(POLICY, overrides={"nowhere": STRICT})):
        with pytest.raises(PolicyUnsound, match=next(iter(policy.overrides))):
            quality.draft_policy(policy, note="strict", by=BY, now=NOON)


@pytest.mark.usefixtures("own_lake", "policy")
def test_an_override_decides_levels_and_their_reasons(market: list[Product]) -> None:
    second = Category.objects.get(pk=market[0].category.third_id or market[0].category_id).parent_id
    assert second is not None
    body = replace(POLICY, overrides={second: STRICT})
    draft = quality.draft_policy(body, note="strict", by=BY, now=NOON)
    type(draft).objects.filter(pk=draft.pk).update(published_at=NOON)

    run = quality.grade(as_of=TODAY.replace(day=11), by=BY, now=NOON)

    assert (run.policy, run.by_level["1"]) == (draft, 40)
    told = explanation_of(market[-1].pk)
    assert told.is_confirmed
    assert "order lines paid in 90 days ≥ 1,000" in [line.asks.en for line in told.gates]
