"""Where a link may lead, who the buyer is, and what is kept of a visit."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.edge import rules
from fenxiao.edge.rules import Target

BASE = "https://fenxiao.example"
DAY = date(2026, 3, 10)


def make_target(page_url: str = "", *, sub_id: str = "", domains: tuple[str, ...] = ("shop.example",)) -> Target:
    return Target(
        link_id=1,
        creator_id=2,
        product_id=7,
        sub_id=sub_id,
        page_url=page_url,
        is_offered=True,
        may_earn=True,
        domains=domains,
    )


@pytest.mark.parametrize(
    ("page_url", "address"),
    [
        ("https://shop.example/cup", "https://shop.example/cup?fx_click=T&sub_id=a%26b"),
        ("http://www.shop.example:8080/", "http://www.shop.example:8080/?fx_click=T&sub_id=a%26b"),
        ("https://shop.example", "https://shop.example?fx_click=T&sub_id=a%26b"),
        ("https://shop.example/c?x=1&y=%20#pot", "https://shop.example/c?x=1&y=%20&fx_click=T&sub_id=a%26b#pot"),
        ("https://shop.example/?fx_click=old&x&sub_id=z", "https://shop.example/?x&fx_click=T&sub_id=a%26b"),
        ("https://shop.example/杯?n=茶", "https://shop.example/%E6%9D%AF?n=%E8%8C%B6&fx_click=T&sub_id=a%26b"),
        ("", "https://fenxiao.example/p/7?fx_click=T&sub_id=a%26b"),
    ],
)
def test_a_click_id_and_the_mark_are_added_and_the_pages_own_query_is_kept(page_url: str, address: str) -> None:
    assert rules.destination(make_target(page_url, sub_id="a&b"), base_url=BASE, token="T") == address


def test_without_a_click_nothing_is_added() -> None:
    target = make_target("https://shop.example/cup?x=1", sub_id="a")

    assert rules.destination(target, base_url=BASE) == "https://shop.example/cup?x=1"


EVIL = [
    "https://evil.example/",
    "https://evilshop.example/",
    "https://shop.example.evil.example/",
    "https://shop.example@evil.example/",
    "https://evil.example\\@shop.example/",
    "https://evil.example\\.shop.example/",
    "https://evil.example/\\shop.example",
    "//shop.example/",
    "///shop.example/",
    "javascript:alert(1)//shop.example",
    "data:text/html,shop.example",
    "ftp://shop.example/",
    "https:shop.example/",
    "https:///shop.example/",
    "https://shop.example\t.evil.example/",
    "https://shop.example\r\nSet-Cookie: a=b",
    " https://shop.example/",
    "https://shop.example:pot/",
    "https://shop.example:99999/",
    "https://[shop.example]/",
    "https://[::1]/",
    "https://shop。example/",
    "https://ｓhop.example/",
    "https://evil.example／.shop.example/",
    "https://shop.example%2eevil.example/",
    "https://user:pass@shop.example/",
    "https:// shop.example/",
    "https://.shop.example/",
    "shop.example",
]


@pytest.mark.parametrize("page_url", EVIL)
def test_a_page_that_is_not_plainly_the_merchants_leads_to_our_own(page_url: str) -> None:
    assert rules.destination(make_target(page_url), base_url=BASE) == "https://fenxiao.example/p/7"


def test_without_registered_domains_every_page_is_our_own() -> None:
    for domains in ((), ("",)):
        target = make_target("https://shop.example/", domains=domains)
        assert rules.destination(target, base_url=BASE) == "https://fenxiao.example/p/7"


@given(
    page_url=st.one_of(
        st.text(max_size=60),
        st.builds("https://{}shop.example{}".format, st.text(max_size=12), st.text(max_size=30)),
        st.builds("{}://shop.example/{}?{}#{}".format, st.sampled_from(["http", "https"]), *[st.text(max_size=12)] * 3),
    ),
    sub_id=st.text(max_size=12).filter(str.isprintable),
)
def test_every_redirect_is_to_the_merchant_or_to_us_and_carries_the_click(page_url: str, sub_id: str) -> None:
    address = rules.destination(make_target(page_url, sub_id=sub_id), base_url=BASE, token="T")

    parts = urlsplit(address)
    host = parts.hostname or ""
    told = parse_qsl(parts.query, keep_blank_values=True)
    assert host in {"shop.example", "fenxiao.example"} or host.endswith(".shop.example")
    assert parts.scheme in {"http", "https"}
    assert "@" not in parts.netloc
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert [one for name, one in told if name == "fx_click"] == ["T"]
    assert [one for name, one in told if name == "sub_id"] == ([sub_id] if sub_id else [])


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("prefetch", True),
        ("prefetch;prerender", True),
        ("Prefetch", True),
        ("preview", True),
        ("", False),
        ("x", False),
    ],
)
def test_fetching_ahead_is_recognised(purpose: str, expected: bool) -> None:
    assert rules.is_prefetch("", purpose) is expected


@pytest.mark.parametrize(
    ("cookies", "buyer"),
    [
        ("fx_buyer=" + "a" * 22, "a" * 22),
        ("x=1; fx_buyer=" + "-_" * 11 + "; y", "-_" * 11),
        ("fx_buyer=" + "a" * 21, ""),
        ("fx_buyer=" + "a" * 21 + "'", ""),
        ("other=" + "a" * 22, ""),
        ("", ""),
    ],
)
def test_only_a_key_that_we_could_have_given_is_a_buyers(cookies: str, buyer: str) -> None:
    assert rules.buyer_in(cookies) == buyer


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://live.example/room/1?buyer=me", "live.example"),
        ("https://LIVE.example:8443/", "live.example"),
        ("android-app://com.video", "com.video"),
        ("https://[broken", ""),
        ("https://" + "a" * 300 + "/", ""),
        ("https://a\x00b/", ""),
        ("", ""),
    ],
)
def test_of_a_referrer_only_the_host_is_kept(referrer: str, host: str) -> None:
    assert rules.referrer_host(referrer) == host


@given(milliseconds=st.integers(0, 2**48 - 1), randomness=st.binary(min_size=10, max_size=10))
def test_click_ids_are_version_7(milliseconds: int, randomness: bytes) -> None:
    made = rules.time_ordered_id(milliseconds, randomness)

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == milliseconds


@given(first=st.integers(0, 2**47), later=st.integers(1, 2**40), noise=st.binary(min_size=10, max_size=10))
def test_click_ids_sort_by_moment(first: int, later: int, noise: bytes) -> None:
    assert rules.time_ordered_id(first, b"\xff" * 10) < rules.time_ordered_id(first + later, noise)


def test_a_digest_tells_visitors_apart_for_one_day_only() -> None:
    one = rules.daily_digest("10.0.0.1", secret="s", day=DAY)

    assert len(one) == 16
    assert rules.daily_digest("10.0.0.1", secret="s", day=DAY) == one
    assert rules.daily_digest("10.0.0.2", secret="s", day=DAY) != one
    assert rules.daily_digest("10.0.0.1", secret="s", day=date(2026, 3, 11)) != one
    assert rules.daily_digest("10.0.0.1", secret="other", day=DAY) != one
    assert rules.daily_digest("", secret="s", day=DAY) == ""


@pytest.mark.parametrize(
    ("accept", "english"),
    [
        ("", False),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en-GB,en;q=0.9", True),
        ("en;q=0.5,zh;q=0.6", False),
        ("fr,en;q=0.3", True),
        ("fr", False),
        ("en;q=pot", False),
    ],
)
def test_chinese_comes_first_unless_english_is_preferred(accept: str, english: bool) -> None:
    assert rules.prefers_english(accept) is english
