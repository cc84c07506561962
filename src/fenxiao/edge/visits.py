"""A visit to a tracked link: find it, keep the click, send the visitor on.

Not every visit is a click. A HEAD request looks without going, so it learns the page and is not counted. A browser
that fetches ahead is turned away (503, as browsers ask for), so that the visit itself, if it comes, is counted. A
product that fell to L0, went off the shelf or lost its merchant leads to this platform's page with a notice: it is not
promoted any more, an order from it would earn nothing, and a click kept would only mislead the figures. A suspended
creator's link still leads the buyer to the goods, uncounted.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fenxiao.edge import answers, rules
from fenxiao.edge.answers import Answer
from fenxiao.edge.batches import TooManyWaiting
from fenxiao.edge.clicks import Click, ClickBook
from fenxiao.edge.database import OutOfReach
from fenxiao.edge.links import LinkBoard
from fenxiao.edge.rules import Target
from fenxiao.kernel.clock import business_day
from fenxiao.tracking.rules import sign_click

ONE_YEAR = 365 * 24 * 3_600
RETRY_SOON = (b"retry-after", b"1")


class Visit(NamedTuple):
    """One request for a link."""

    code: str
    is_head: bool
    headers: Mapping[bytes, bytes]
    address: str
    at: datetime

    def header(self, name: bytes) -> str:
        """A request header as text, "" when it is absent."""
        return self.headers.get(name, b"").decode("latin-1")


@dataclass(frozen=True, kw_only=True)
class Redirector:
    """Answers visits. Addresses and secret are the installation's."""

    board: LinkBoard
    book: ClickBook
    secret: str
    base_url: str
    is_secure: bool  # the edge is reached by https

    async def answer(self, visit: Visit) -> Answer:
        """The answer to `visit`; a redirect with a click id means that the click is on disk."""
        english = rules.prefers_english(visit.header(b"accept-language"))
        if rules.is_prefetch(*(visit.header(name) for name in (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz"))):
            return answers.page(503, answers.BUSY, english=english)
        try:
            target = await self.board.find(visit.code) if rules.CODE.fullmatch(visit.code) else None
            if target is None:
                return answers.page(404, answers.UNKNOWN, english=english)
            return await self._follow(visit, target)
        except (OutOfReach, TooManyWaiting):
            return answers.page(503, answers.BUSY, english=english, headers=(RETRY_SOON,))

    async def _follow(self, visit: Visit, target: Target) -> Answer:
        if not target.is_offered:
            return answers.redirect(rules.gone_page(self.base_url, target.product_id))
        if visit.is_head or not target.may_earn:
            return answers.redirect(rules.destination(target, base_url=self.base_url))
        known_buyer = rules.buyer_in(visit.header(b"cookie"))
        click = self._click(visit, target, buyer_key=known_buyer or secrets.token_urlsafe(16))
        await self.book.keep(click)
        token = sign_click(click.id, self.secret)
        return answers.redirect(
            rules.destination(target, base_url=self.base_url, token=token),
            cookie="" if known_buyer else self._cookie(click.buyer_key),
        )

    def _click(self, visit: Visit, target: Target, *, buyer_key: str) -> Click:
        day = business_day(visit.at)
        return Click(
            id=rules.time_ordered_id(int(visit.at.timestamp() * 1_000), secrets.token_bytes(10)),
            link_id=target.link_id,
            creator_id=target.creator_id,
            product_id=target.product_id,
            buyer_key=buyer_key,
            clicked_at=visit.at,
            referrer=rules.referrer_host(visit.header(b"referer")),
            address_digest=rules.daily_digest(visit.address, secret=self.secret, day=day),
            agent_digest=rules.daily_digest(visit.header(b"user-agent"), secret=self.secret, day=day),
        )

    def _cookie(self, buyer_key: str) -> str:
        secure = "; Secure" if self.is_secure else ""
        return f"fx_buyer={buyer_key}; Path=/; Max-Age={ONE_YEAR}; HttpOnly; SameSite=Lax{secure}"
