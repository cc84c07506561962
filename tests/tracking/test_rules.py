"""Signed click ids that nobody can make up, and whom a sale belongs to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.orders.models import Way as StoredWay
from fenxiao.tracking import rules
from fenxiao.tracking.rules import ClickSeen, Evidence, LinkSeen, Reason, Verdict, Way
from tests.cast import NOON

CLICK_ID = UUID("01912345-6789-7abc-8def-0123456789ab")
MINUTE = timedelta(minutes=1)
LINK = LinkSeen(creator_id=1, made_at=NOON - 5 * MINUTE, link_id=10, product_id=7, sub_id="live")
CLICK = ClickSeen(
    click_id=CLICK_ID, link_id=20, creator_id=2, product_id=7, clicked_at=NOON - 4 * MINUTE, sub_id="clip"
)
LAST = ClickSeen(click_id=uuid4(), link_id=30, creator_id=3, product_id=7, clicked_at=NOON - MINUTE)


def judged(window: timedelta = rules.DEFAULT_WINDOW, **told: Any) -> Verdict:
    return rules.attribute(Evidence(product_id=7, **told), paid_at=NOON, window=window)


def codes(verdict: Verdict) -> list[tuple[str, str]]:
    return [(reason["way"], reason["code"]) for reason in verdict.reasons]


# --- codes


@given(click_id=st.uuids(), secret=st.text(max_size=60))
def test_a_signed_click_is_read_back(click_id: UUID, secret: str) -> None:
    token = rules.sign_click(click_id, secret)

    assert len(token) == 36
    assert rules.read_click(token, secret) == click_id
    assert rules.read_click(token, secret + "x") is None


def test_a_click_token_changed_in_any_place_is_not_read() -> None:
    token = rules.sign_click(CLICK_ID, "secret")

    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]

    assert [rules.read_click(one, "secret") for one in changed] == [None] * 36


@pytest.mark.parametrize("token", ["", "x", "é" * 36, "+" * 36, " " * 36, "A" * 35, "A" * 37, str(CLICK_ID), "A" * 36])
def test_what_is_no_token_is_not_read(token: str) -> None:
    assert rules.read_click(token, "secret") is None


def test_codes_differ_and_tell_links_from_places() -> None:
    links = {rules.link_code() for _ in range(1_000)}
    places = {rules.place_code() for _ in range(1_000)}

    assert (len(links), len(places)) == (1_000, 1_000)
    assert all(code.isalnum() and len(code) == 12 for code in links)
    assert all(code.startswith("P-") and len(code) <= 20 for code in places)


# --- attribution


def test_ways_are_those_that_lines_store_and_every_reason_has_two_languages() -> None:
    assert [way.value for way in Way] == StoredWay.values
    assert set(rules.REASONS) == set(Reason)


def test_an_explicit_link_counts_before_any_click() -> None:
    verdict = judged(link_code="L", link=LINK, click_token="T", click=CLICK, last_click=LAST)

    assert verdict == Verdict(
        way=Way.LINK,
        creator_id=1,
        link_id=10,
        click_id=None,
        sub_id="live",
        reasons=[
            {"way": "link", "code": "counted", "counted": True, "told": "L", "creator": 1, "link": 10},
            {
                "way": "click",
                "code": "outranked",
                "counted": False,
                "creator": 2,
                "link": 20,
                "click": str(CLICK_ID),
                "clicked_at": (NOON - 4 * MINUTE).isoformat(),
            },
            {
                "way": "last_click",
                "code": "outranked",
                "counted": False,
                "creator": 3,
                "link": 30,
                "click": str(LAST.click_id),
                "clicked_at": (NOON - MINUTE).isoformat(),
            },
        ],
    )


def test_a_signed_click_counts_before_the_last_click() -> None:
    verdict = judged(click_token="T", click=CLICK, last_click=LAST)

    assert (verdict.way, verdict.creator_id, verdict.link_id, verdict.click_id, verdict.sub_id) == (
        Way.CLICK,
        2,
        20,
        CLICK_ID,
        "clip",
    )


def test_the_last_click_counts_when_nothing_was_told() -> None:
    verdict = judged(last_click=LAST)

    assert (verdict.way, verdict.creator_id, verdict.click_id) == (Way.LAST_CLICK, 3, LAST.click_id)
    assert codes(verdict) == [("last_click", "counted")]


def test_a_place_speaks_for_any_product() -> None:
    verdict = judged(link_code="P-1", link=LinkSeen(creator_id=4, made_at=NOON))

    assert (verdict.way, verdict.creator_id, verdict.link_id) == (Way.LINK, 4, None)


def test_nothing_known_means_no_promoter() -> None:
    assert judged() == Verdict(
        way=Way.NONE,
        creator_id=None,
        link_id=None,
        click_id=None,
        sub_id="",
        reasons=[{"way": "none", "code": "no_evidence", "counted": False}],
    )


def test_evidence_that_cannot_count_gives_way_and_says_why() -> None:
    verdict = judged(
        link_code="unknown",
        click_token="forged",
        last_click=LAST,
    )

    assert verdict.creator_id == 3
    assert codes(verdict) == [("link", "unknown_code"), ("click", "unknown_click"), ("last_click", "counted")]


def test_links_and_clicks_for_another_product_do_not_count() -> None:
    verdict = judged(
        link_code="L", link=replace(LINK, product_id=8), click_token="T", click=replace(CLICK, product_id=8)
    )

    assert verdict.way is Way.NONE
    assert codes(verdict) == [("link", "other_product"), ("click", "other_product")]


def test_what_came_after_payment_does_not_count() -> None:
    later = NOON + timedelta(microseconds=1)

    verdict = judged(
        link_code="L", link=replace(LINK, made_at=later), click_token="T", click=replace(CLICK, clicked_at=later)
    )

    assert codes(verdict) == [("link", "after_payment"), ("click", "after_payment")]


def test_a_click_counts_to_the_very_end_of_the_window() -> None:
    edge, past = NOON - timedelta(days=15), NOON - timedelta(days=15, microseconds=1)

    assert judged(last_click=replace(LAST, clicked_at=edge)).way is Way.LAST_CLICK
    assert codes(judged(last_click=replace(LAST, clicked_at=past))) == [("last_click", "outside_window")]
    assert judged(window=MINUTE, click_token="T", click=CLICK, last_click=LAST).way is Way.LAST_CLICK


PIECES = st.fixed_dictionaries(
    {
        "link": st.one_of(st.none(), st.builds(LinkSeen, creator_id=st.just(1), made_at=st.just(NOON))),
        "link_code": st.sampled_from(["", "L"]),
        "click": st.one_of(st.none(), st.just(CLICK), st.just(replace(CLICK, product_id=8))),
        "click_token": st.sampled_from(["", "T"]),
        "last_click": st.one_of(st.none(), st.just(LAST), st.just(replace(LAST, clicked_at=NOON + MINUTE))),
    }
)


@given(told=PIECES)
def test_at_most_one_piece_counts_and_it_names_the_promoter(told: dict[str, Any]) -> None:
    verdict = judged(**told)

    counted = [reason for reason in verdict.reasons if reason["counted"]]
    assert len(counted) == (verdict.way is not Way.NONE)
    assert [reason["creator"] for reason in counted] == ([verdict.creator_id] if counted else [])
    assert (verdict.creator_id is None) == (verdict.way is Way.NONE)
