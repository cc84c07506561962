"""Pure rules of the edge: where a link may lead, who the buyer is, what is kept of a visit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b, sha256
from urllib.parse import quote, unquote_plus, urlencode, urlsplit, urlunsplit
from uuid import UUID

CODE = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)
BUYER = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)  # 128 random bits
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII)
OURS = {"fx_click", "sub_id"}  # what we add to an address, and so never take from one
# Browsers read a backslash as a slash and drop control characters: an address that holds one is not what it seems.
DECEPTIVE = re.compile(r"[\x00-\x20\x7f\\]")
READABLE = "!$%&'()*+,-./:;=?@_~[]"  # what a path or query may hold as it stands; the rest is percent-encoded


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A link as the edge needs it."""

    link_id: int
    creator_id: int
    product_id: int
    sub_id: str
    page_url: str  # "" or a page that cannot be trusted leads to this platform's own page
    is_offered: bool  # the product is admitted, not L0, and its merchant is active
    may_earn: bool  # the creator is active
    domains: tuple[str, ...]  # that the merchant registered


def own_page(base_url: str, product_id: int) -> str:
    """The product's page on this platform."""
    return f"{base_url}/p/{product_id}"


def gone_page(base_url: str, product_id: int) -> str:
    """The same page, saying that the product is not promoted any more."""
    return f"{own_page(base_url, product_id)}?gone=1"


def destination(target: Target, *, base_url: str, token: str = "") -> str:
    """Where the link leads: the merchant's page on a registered domain, else this platform's own page.

    With `token`, the signed click id and the creator's mark are added and the page's own query is kept.
    """
    before, ours, after = _frame(target, base_url)
    return f"{before}{ours.format(token=token)}{after}" if token else f"{before}{after}"


@lru_cache(maxsize=10_000)
def _frame(target: Target, base_url: str) -> tuple[str, str, str]:
    """The address up to what we add, what we add with a place for the token, and the fragment after it.

    Remembered, since taking an address apart costs more than all else that a visit needs.
    """
    page = target.page_url if is_allowed(target.page_url, target.domains) else own_page(base_url, target.product_id)
    parts = urlsplit(page)
    kept = [pair for pair in parts.query.split("&") if pair and unquote_plus(pair.partition("=")[0]) not in OURS]
    query = "&".join(quote(pair, safe=READABLE) for pair in kept)
    mark = f"&{urlencode({'sub_id': target.sub_id})}" if target.sub_id else ""
    return (
        urlunsplit((parts.scheme, parts.netloc, quote(parts.path, safe=READABLE), query, "")),
        f"{'&' if query else '?'}fx_click={{token}}{mark}",
        f"#{quote(parts.fragment, safe=READABLE)}" if parts.fragment else "",
    )


def is_allowed(page_url: str, domains: Iterable[str]) -> bool:
    """Whether `page_url` is a web page on one of `domains` or below it, read as strictly as the strictest browser."""
    if DECEPTIVE.search(page_url):
        return False
    try:
        parts = urlsplit(page_url)
        _ = parts.port  # a ValueError when it is none
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not HOST.fullmatch(host):
        return False
    return any(host == domain or host.endswith(f".{domain}") for domain in domains if domain)


def is_prefetch(*purposes: str) -> bool:
    """Whether a browser fetches ahead of a visit that may never come."""
    return any(word in purpose.lower() for purpose in purposes for word in ("prefetch", "preview", "prerender"))


def buyer_in(cookies: str) -> str:
    """The buyer's key in a Cookie header; "" when there is none that we could have given."""
    for cookie in cookies.split(";"):
        name, _, told = cookie.strip().partition("=")
        if name == "fx_buyer" and BUYER.fullmatch(told):
            return told
    return ""


def referrer_host(referrer: str) -> str:
    """The host of a Referer header; what was looked at there is nobody's business."""
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
    return host if HOST.fullmatch(host) and len(host) <= 253 else ""


def time_ordered_id(milliseconds: int, randomness: bytes) -> UUID:
    """A UUID of version 7: it sorts by moment, so that the newest clicks lie together in the index."""
    stamp = (milliseconds << 80) | int.from_bytes(randomness[:10])
    return UUID(int=(stamp & ~(0xF << 76) & ~(0b11 << 62)) | (7 << 76) | (0b10 << 62))


def daily_digest(text: str, *, secret: str, day: date) -> str:
    """16 hex digits that tell two visitors of one day apart and cannot be followed to the next; "" stays ""."""
    return blake2b(text.encode(), key=_day_key(secret, day), digest_size=8).hexdigest() if text else ""


@lru_cache(maxsize=4)
def _day_key(secret: str, day: date) -> bytes:
    return sha256(f"fenxiao visits {day:%Y-%m-%d}\0{secret}".encode()).digest()


def prefers_english(accept_language: str) -> bool:
    """Whether English comes before Chinese in an Accept-Language header; without a word of either, Chinese."""
    weights = {"zh": 0.0, "en": 0.0}
    for part in accept_language.lower().split(","):
        language, _, quality = part.strip().partition(";q=")
        name = language[:2]
        if name in weights:
            weights[name] = max(weights[name], _weight(quality))
    return weights["en"] > weights["zh"]


def _weight(quality: str) -> float:
    try:
        return float(quality or "1")
    except ValueError:
        return 0.0
