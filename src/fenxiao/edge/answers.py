"""What the edge sends back: redirects and small pages in both languages, as bare ASGI messages."""

from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from typing import Any, NamedTuple

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

NO_STORE: Header = (b"cache-control", b"no-store")


class Answer(NamedTuple):
    """A status, headers and a body."""

    status: int
    headers: list[Header]
    body: bytes = b""


class Words(NamedTuple):
    """A title and a sentence in one language."""

    title: str
    text: str


UNKNOWN = (
    Words("链接不存在", "这个推广链接无效，请核对后重试，或联系分享链接的达人。"),
    Words("No such link", "This link leads nowhere. Check it, or ask the creator who shared it."),
)
BUSY = (
    Words("请稍后再试", "系统暂时无法记录本次访问，请稍候片刻再打开链接。"),
    Words("Please try again", "Your visit cannot be recorded just now. Open the link again in a moment."),
)
NOT_SUPPORTED = (
    Words("不支持的请求方式", "此地址仅支持直接打开。"),
    Words("Method not allowed", "This address can only be opened."),
)

PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color:#182433}}
h1{{font-size:1.4rem}}section+section{{color:#5c6673;font-size:.9rem}}section+section h2{{font-size:1rem}}</style>
</head><body><section><h1>{title}</h1><p>{text}</p></section>
<section lang="{other_lang}"><h2>{other_title}</h2><p>{other_text}</p></section></body></html>
"""


def redirect(address: str, *, cookie: str = "") -> Answer:
    """302 to `address`; nobody may remember it, since the next visit is another click."""
    headers = [(b"location", address.encode("ascii")), NO_STORE, (b"content-length", b"0")]
    if cookie:
        headers.append((b"set-cookie", cookie.encode("ascii")))
    return Answer(302, headers)


def page(status: int, words: tuple[Words, Words], *, english: bool, headers: tuple[Header, ...] = ()) -> Answer:
    """A small page, the visitor's language first and the other below."""
    first, other = reversed(words) if english else words
    body = PAGE.format(
        lang="en" if english else "zh-CN",
        title=escape(first.title),
        text=escape(first.text),
        other_lang="zh-CN" if english else "en",
        other_title=escape(other.title),
        other_text=escape(other.text),
    ).encode()
    return Answer(
        status,
        [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"content-language", b"en" if english else b"zh-CN"),
            (b"vary", b"Accept-Language"),
            (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
            NO_STORE,
            *headers,
        ],
        body,
    )


def state(status: int, word: str) -> Answer:
    """A health answer in JSON."""
    body = b'{"status": "%s"}' % word.encode()
    return Answer(status, [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))], body)


async def send_answer(send: Send, answer: Answer, *, with_body: bool) -> None:
    """Send `answer`; a HEAD request gets the headers alone."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
