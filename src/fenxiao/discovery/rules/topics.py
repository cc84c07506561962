"""What an operator may enter of a topic, and the rule by which goods come onto it, as it is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from fenxiao.discovery.rules.asks import SearchAsk, Sort
from fenxiao.discovery.rules.stored_asks import StoredAsk, read_stored
from fenxiao.kernel.errors import BadInput

MOST_PICKED: Final = 200  # goods picked by hand
MOST_BY_RULE: Final = 100  # goods that come by the rule: one page of the index
LONGEST_TITLE_ZH: Final = 60
LONGEST_TITLE_EN: Final = 120
LONGEST_WORDS: Final = 1_000
HEAVIEST: Final = 1_000
TINTS: Final = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan")


@dataclass(frozen=True, kw_only=True)
class TopicRule(StoredAsk):
    """What goods must meet to come onto a topic by themselves, and how many come."""

    sort: str = Sort.SALES.value
    most: int = 24

    def ask(self, *, now: datetime, per_page: int | None = None) -> SearchAsk:
        """What the index is asked at this moment: as many goods as come onto the topic."""
        return super().ask(now=now, per_page=per_page or self.most)


def read_rule(told: object) -> TopicRule:
    """The rule that was told; refuses (`BadInput`) by its name the first field that is unknown or cannot be."""
    if isinstance(told, dict) and type(told.get("most", 1)) is int and not 1 <= told.get("most", 1) <= MOST_BY_RULE:
        said = f"1–{MOST_BY_RULE}"
        raise BadInput(field="most", reason_zh=f"应为 {said}", reason_en=said)
    return read_stored(told, TopicRule)


@dataclass(frozen=True, kw_only=True)
class TopicDraft:
    """What an operator enters of a topic, but for its goods."""

    title_zh: str
    title_en: str = ""
    words_zh: str = ""
    words_en: str = ""
    cover_url: str = ""  # "": a plain cover in `tint`
    tint: str = TINTS[0]
    starts_at: datetime
    ends_at: datetime  # half open
    weight: int = 0


def checked_draft(draft: TopicDraft) -> TopicDraft:
    """The draft when a topic can be made of it; refuses (`BadInput`) the first field that cannot be."""
    for field, is_wrong, zh, en in _faults(draft):
        if is_wrong:
            raise BadInput(field=field, reason_zh=zh, reason_en=en)
    return draft


def _faults(draft: TopicDraft) -> Iterator[tuple[str, bool, str, str]]:
    yield "title_zh", not draft.title_zh.strip(), "不能为空", "may not be empty"
    for field, longest in (
        ("title_zh", LONGEST_TITLE_ZH),
        ("title_en", LONGEST_TITLE_EN),
        ("words_zh", LONGEST_WORDS),
        ("words_en", LONGEST_WORDS),
    ):
        said = getattr(draft, field)
        yield field, len(said) > longest, f"最多 {longest} 个字", f"at most {longest} characters"
        yield field, "\0" in said, "含有不可见字符", "holds a null byte"
    yield "cover_url", not _is_address(draft.cover_url), "应为 http(s) 图片地址", "must be an http(s) address"
    yield "tint", draft.tint not in TINTS, f"应为 {'、'.join(TINTS)}", f"one of {', '.join(TINTS)}"
    yield "ends_at", draft.ends_at <= draft.starts_at, "应晚于开始时间", "must be after the start"
    yield "weight", abs(draft.weight) > HEAVIEST, f"应在 ±{HEAVIEST} 之间", f"within ±{HEAVIEST}"


def _is_address(url: str) -> bool:
    if not url:
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= 500 and "\0" not in url
