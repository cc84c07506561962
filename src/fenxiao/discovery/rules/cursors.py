"""Where a list of goods goes on.

A list in the order of a key goes on below the last key shown, so goods that come and go in between are neither repeated
nor missed. One in the order of relevance goes on behind the number of goods shown: its order is of the moment.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from typing import Final

from fenxiao.discovery.rules.asks import DEEPEST, LARGEST, SearchAsk
from fenxiao.kernel.errors import BadInput

LONGEST: Final = 200  # characters; ours have about 80


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The place behind the last good shown: its key, or how many were shown."""

    key: int | None = None
    shown: int = 0


def written(cursor: Cursor, *, ask: SearchAsk) -> str:
    """A cursor as it is handed out, good for this ask only."""
    held = json.dumps([digest_of(ask), cursor.key, cursor.shown], separators=(",", ":"))
    return urlsafe_b64encode(held.encode()).decode().rstrip("=")


def read(cursor: str, *, ask: SearchAsk) -> Cursor:
    """A cursor that was handed out for this ask; refuses (`BadInput`) any other."""
    try:
        if len(cursor) > LONGEST:
            raise ValueError
        digest, key, shown = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if key is None:
            found = Cursor(shown=_count(shown, most=DEEPEST))
        else:
            found = Cursor(key=_count(key, most=2 * LARGEST + 1), shown=_count(shown, most=LARGEST))
    except (ValueError, TypeError, Error) as wrong:
        raise _refused("不是本系统发出的翻页标记", "is none of those handed out here") from wrong
    if digest != digest_of(ask):
        raise _refused("属于另一次搜索，请从第一页开始", "belongs to another search; begin with the first page")
    return found


def digest_of(ask: SearchAsk) -> str:
    """What tells one ask from another; the page is not part of it."""
    asked = asdict(replace(ask, page=1, cursor=None))
    return blake2b(json.dumps(asked, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()


def _count(value: object, *, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError
    return value


def _refused(zh: str, en: str) -> BadInput:
    return BadInput(field="cursor", reason_zh=zh, reason_en=en)
