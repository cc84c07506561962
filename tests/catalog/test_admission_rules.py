"""The gate without a database: what is found, how heavy it is, and what becomes of the product."""

import csv
import string
from pathlib import Path
from typing import Any

import pytest

from fenxiao.catalog import rules
from fenxiao.catalog.models import ProductState
from fenxiao.catalog.rules import FINDINGS, BrandNames, Finding, Severity, Verdict
from fenxiao.catalog.rules.words import LISTS, word_findings
from tests.catalog.drafts import a_category, a_draft, surroundings


def codes(draft: dict[str, Any] | None = None, **around: Any) -> list[str]:
    return [finding.code for finding in rules.examine(a_draft(**draft or {}), around=surroundings(**around))]


def test_clean_goods_are_admitted_without_a_word() -> None:
    findings = rules.examine(a_draft(), around=surroundings())

    assert (findings, rules.verdict(findings)) == ([], Verdict.ADMIT)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "  "}, "title_missing"),
        ({"title": "杯"}, "title_too_short"),
        ({"title": "杯" * 201}, "title_too_long"),
        ({"title": "杯" * 61}, "title_long"),
        ({"title": "陶瓷\x00杯"}, "text_unreadable"),
        ({"description": "x" * 20_001}, "description_too_long"),
        ({"price_fen": 0}, "price_unusable"),
        ({"price_fen": -1}, "price_unusable"),
        ({"price_fen": 10**11 + 1}, "price_unusable"),
        ({"stock": -1}, "stock_unusable"),
        ({"stock": 0}, "sold_out"),
        ({"brand_id": 7}, "brand_unknown"),
        ({"image_url": ""}, "image_missing"),
        ({"image_url": "javascript:alert(1)"}, "image_address_unusable"),
        ({"image_url": "//evil.example/x.jpg"}, "image_address_unusable"),
        ({"image_url": "https://img.example.com/" + "x" * 500}, "address_too_long"),
        ({"description": "全网第一"}, "word_forbidden"),
        ({"title": "根·治 脚气膏"}, "word_disguised"),
        ({"title": "最好看的杯子"}, "word_doubtful"),
    ],
)
def test_each_fault_is_found_by_its_code(change: dict[str, Any], code: str) -> None:
    assert codes(change) == [code]


@pytest.mark.parametrize(
    ("category", "found"),
    [
        (None, ["category_unknown"]),
        (a_category(is_active=False), ["category_inactive"]),
        (a_category(depth=2, is_leaf=False), ["category_too_wide"]),
        (a_category(depth=2), []),
        (a_category(depth=5, is_leaf=False), []),
    ],
)
def test_a_category_must_be_narrow_and_in_use(category: Any, found: list[str]) -> None:
    assert codes(category=category) == found


@pytest.mark.parametrize(
    ("price_fen", "found"),
    [(499, ["price_implausible"]), (500, []), (10_000, []), (200_000, []), (200_001, ["price_implausible"])],
)
def test_a_price_twenty_times_off_the_usual_goes_to_review(price_fen: int, found: list[str]) -> None:
    assert codes({"price_fen": price_fen}, category=a_category(usual_price_fen=10_000)) == found


@pytest.mark.parametrize(
    ("page_url", "found"),
    [
        ("https://mei.example/p/1", []),
        ("http://shop.mei.example:8443/p/1?a=b#c", []),
        ("https://MEI.example./p", []),
        ("https://evil.example/mei.example", ["page_off_domain"]),
        ("https://mei.example.evil.example/", ["page_off_domain"]),
        ("https://notmei.example/", ["page_off_domain"]),
        ("https://mei.example@evil.example/", ["page_address_unusable"]),
        ("https://evil.example\\@mei.example/", ["page_address_unusable"]),
        ("https://ｍei.example/", ["page_address_unusable"]),
        ("https:///p/1", ["page_address_unusable"]),
        ("//mei.example/p", ["page_address_unusable"]),
        ("ftp://mei.example/", ["page_address_unusable"]),
        ("javascript://mei.example/%0aalert(1)", ["page_address_unusable"]),
        ("https://mei.example:port/", ["page_address_unusable"]),
        ("https://mei.example/\nx", ["page_address_unusable"]),
    ],
)
def test_a_page_leads_only_to_the_merchants_domains(page_url: str, found: list[str]) -> None:
    assert codes({"page_url": page_url}, domains={"mei.example"}) == found


@pytest.mark.parametrize(
    ("title", "brand_id", "found"),
    [
        ("GAP 卫衣", None, ["brand_unqualified"]),
        ("gapless 窗帘", None, []),
        ("新款gap", None, ["brand_unqualified"]),
        ("青瓷坊茶杯", None, []),
        ("普通茶杯", 2, []),
        ("普通茶杯", 1, ["brand_unqualified"]),
        ("GAP 卫衣", 1, ["brand_unqualified"]),
    ],
)
def test_a_brand_named_or_chosen_needs_a_qualification(title: str, brand_id: int | None, found: list[str]) -> None:
    brands = BrandNames({1: "Gap", 2: "青瓷坊", 3: "茶"})

    assert codes({"title": title, "brand_id": brand_id}, brands=brands, qualified={2}) == found


def test_a_repeated_title_goes_to_review_whatever_its_case_and_blanks() -> None:
    others = {"陶瓷杯 ceramic cup": "陶瓷杯 CERAMIC cup"}

    assert codes({"title": " 陶瓷杯  Ceramic CUP"}, other_titles=others) == ["title_repeated"]


def test_imported_goods_may_lack_a_picture() -> None:
    findings = rules.examine(a_draft(image_url=""), around=surroundings(is_imported=True))

    assert [finding.code for finding in findings] == ["image_missing_import"]
    assert rules.verdict(findings) == Verdict.ADMIT


def test_the_heaviest_finding_comes_first_and_decides() -> None:
    findings = rules.examine(a_draft(title="国家级茶杯", image_url="", stock=0), around=surroundings())

    assert [finding.code for finding in findings] == ["word_forbidden", "image_missing", "sold_out"]
    assert rules.verdict(findings) == Verdict.REFUSE
    assert rules.verdict(findings[1:]) == Verdict.REVIEW
    assert rules.verdict(findings[2:]) == Verdict.ADMIT


def test_every_watched_word_is_found_once_by_its_own_list() -> None:
    for listed in LISTS:
        for word in listed.words:
            findings = list(rules.examine(a_draft(title=f"茶杯{word}款{word}"), around=surroundings()))
            assert [(found.code, found.details["word"]) for found in findings] == [(listed.code, word)]


def test_every_finding_says_what_is_wrong_in_both_languages() -> None:
    for code, wording in FINDINGS.items():
        names = {name for text in (wording.zh, wording.en) for _, name, _, _ in string.Formatter().parse(text) if name}
        finding = Finding(code, dict.fromkeys(names, 7))
        assert len(finding.message("zh-hans")) > 10
        assert len(finding.message("en")) > 20
        assert "{" not in finding.zh + finding.en


def test_findings_are_kept_and_read_back() -> None:
    findings = rules.examine(a_draft(title="国家级茶杯", stock=0), around=surroundings())

    assert rules.findings_from(rules.stored(findings)) == findings
    assert rules.findings_from([{"code": "gone_rule", "details": {}}]) == []


NOTE, REVIEW, REFUSE, UNUSABLE = (
    Finding(code) for code in ("sold_out", "image_missing", "word_forbidden", "title_missing")
)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("", ["admitted", "pending", "refused", None]),
        (ProductState.PENDING, ["admitted", "pending", "refused", None]),
        (ProductState.REFUSED, ["admitted", "pending", "refused", None]),
        (ProductState.ADMITTED, ["admitted", "pending", None, None]),
        (ProductState.OFF_SHELF, ["off_shelf", None, None, None]),
    ],
)
def test_what_becomes_of_a_product(state: str, after: list[str | None]) -> None:
    assert [rules.decision([finding], state=state).state for finding in (NOTE, REVIEW, REFUSE, UNUSABLE)] == after


def test_only_refusing_findings_can_be_unstorable() -> None:
    assert {wording.severity for wording in FINDINGS.values() if not wording.is_storable} == {Severity.REFUSE}


@pytest.mark.realdata
def test_real_titles_are_refused_never_and_stopped_rarely() -> None:
    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "ecom_titles" / "titles.csv"
    if not path.exists():
        pytest.skip(f"no {path}")
    with path.open(encoding="utf-8", newline="") as rows:
        titles = [row["title"] for row in csv.DictReader(rows)]

    found = [finding.code for title in titles for finding in word_findings(title)]

    assert len(titles) > 4_000
    assert (found.count("word_forbidden"), len(found) < len(titles) / 100) == (0, True)
