"""Addresses of product pages and pictures: tracked links redirect to them, so they lead nowhere but home."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from fenxiao.catalog.rules.findings import Finding
from fenxiao.parties.rules import is_covered

LONGEST = 500


def page_findings(address: str, *, domains: Iterable[str]) -> Iterator[Finding]:
    """A product page must stand on one of the merchant's `domains`; "" is this platform's page."""
    if not address:
        return
    host = host_of(address)
    if host is None:
        yield Finding("page_address_unusable", {"address": address[:80]})
    elif not any(is_covered(host, domain=domain) for domain in domains):
        yield Finding("page_off_domain", {"host": host})


def image_findings(address: str, *, is_imported: bool) -> Iterator[Finding]:
    """A picture stands at a whole address or on this platform ("/…"); imported goods may have none."""
    if not address:
        yield Finding("image_missing_import" if is_imported else "image_missing")
    elif not _is_own_path(address) and host_of(address) is None:
        yield Finding("image_address_unusable", {"address": address[:80]})


def host_of(address: str) -> str | None:
    """The host that every browser would go to; None for anything doubtful.

    Browsers and parsers disagree on backslashes, blanks, user names and non-ASCII hosts, and a redirect must not
    depend on who is right.
    """
    if not address.isascii() or not address.isprintable() or any(sign in address for sign in " \\"):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not parts.hostname:
        return None
    return parts.hostname.rstrip(".")


def _is_own_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
