"""Every refusal about activities and applications says the same in both languages, and has its own code."""

import string

import pytest

from fenxiao.deals.errors import activities, applications
from fenxiao.kernel.errors import Refused

REFUSALS = [
    each
    for module in (activities, applications)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Refused) and each is not Refused
]


def figures(template: str, *, language: str) -> set[str]:
    """The figures that a text names; those that are words are given once per language."""
    named = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.removesuffix(f"_{language}") for name in named}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_both_languages_name_the_same_figures(refusal: type[Refused]) -> None:
    assert figures(refusal.zh, language="zh") == figures(refusal.en, language="en")


def test_each_refusal_has_its_own_code_and_a_status_of_the_callers_fault() -> None:
    assert len({each.code for each in REFUSALS}) == len(REFUSALS)
    assert all(400 <= each.status < 500 for each in REFUSALS)
