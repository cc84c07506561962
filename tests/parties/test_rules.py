"""Roles, domains and scores, without a database."""

import pytest

from fenxiao.parties import rules
from fenxiao.parties.errors import BadDomain, ScoreOutOfRange
from fenxiao.parties.rules import Act


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        ("owner", {Act.READ, Act.WORK, Act.MONEY, Act.MEMBERS}),
        ("staff", {Act.READ, Act.WORK}),
        ("finance", {Act.READ, Act.MONEY}),
        ("viewer", {Act.READ}),
        ("stranger", set()),
    ],
)
def test_a_role_may_do_exactly_its_acts(role: str, acts: set[Act]) -> None:
    assert {act for act in Act if rules.may(role, act)} == acts


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("shop.example.com", "shop.example.com"),
        (" Shop.Example.COM. ", "shop.example.com"),
        ("mei.com.cn", "mei.com.cn"),
        ("中文.中国", "xn--fiq228c.xn--fiqs8s"),
    ],
)
def test_a_domain_has_one_spelling(text: str, domain: str) -> None:
    assert rules.domain_of(text) == domain


@pytest.mark.parametrize(
    "text",
    ["", ".", "localhost", "https://example.com", "example.com/x", "example.com:80", "a@example.com", "-a.com",
     "a-.com", "a..com", "10.0.0.1", "com.cn", "co.uk", "under_score.com", "a b.com", "a" * 64 + ".com",
     ".".join(["abcdefgh"] * 30)],
)  # fmt: skip
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(BadDomain):
        rules.domain_of(text)


@pytest.mark.parametrize(
    ("host", "is_covered"),
    [("mei.com", True), ("shop.mei.com", True), ("notmei.com", False), ("mei.com.evil.com", False), ("com", False)],
)
def test_a_domain_covers_itself_and_what_is_below_it(host: str, is_covered: bool) -> None:
    assert rules.is_covered(host, domain="mei.com") == is_covered


@pytest.mark.parametrize("score_centi", [-1, 501])
def test_a_score_out_of_range_is_refused(score_centi: int) -> None:
    with pytest.raises(ScoreOutOfRange):
        rules.check_score(score_centi)


@pytest.mark.parametrize("score_centi", [0, 500])
def test_the_ends_of_the_range_are_scores(score_centi: int) -> None:
    rules.check_score(score_centi)
