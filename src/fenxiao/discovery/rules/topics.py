"""What an operator may enter of a topic, and the rule by which goods come onto it, as it is stored."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from fenxiao.discovery.rules.asks import SearchAsk, Sort, checked
from fenxiao.kernel.errors import BadInput

MOST_PICKED: Final = 200  # goods picked by hand
MOST_BY_RULE: Final = 100  # goods that come by the rule: one page of the index
LONGEST_TITLE_ZH: Final = 60
LONGEST_TITLE_EN: Final = 120
LONGEST_WORDS: Final = 1_000
HEAVIEST: Final = 1_000
LONGEST_DAYS: Final = 366
TINTS: Final = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan")


@dataclass(frozen=True, kw_only=True)
class TopicRule:
    """What goods must meet to come onto a topic by themselves, and how many come."""

    text: str = ""
    category_id: str | None = None
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    commission_min_bp: int | None = None
    earns_min_fen: int | None = None
    sales_min: int | None = None
    score_min_centi: int | None = None
    levels: tuple[int, ...] = ()
    select_only: bool = False
    in_stock_only: bool = False
    newest_days: int | None = None  # admitted within as many days
    sort: str = Sort.SALES.value
    most: int = 24

    def ask(self, *, now: datetime) -> SearchAsk:
        """What the index is asked at this moment."""
        told = {name: value for name, value in asdict(self).items() if name not in {"newest_days", "most"}}
        since = now - timedelta(days=self.newest_days) if self.newest_days is not None else None
        return SearchAsk(**told, admitted_since=since, per_page=self.most)

    def stored(self) -> dict[str, Any]:
        """As JSON, without what was left open."""
        plain = TopicRule()
        told = {name: value for name, value in asdict(self).items() if value != getattr(plain, name)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


TEXTS: Final = {"text", "category_id", "sort"}
SWITCHES: Final = {"select_only", "in_stock_only"}
NAMES: Final = {each.name for each in fields(TopicRule)}
SOME_DAY: Final = datetime(2020, 1, 1, tzinfo=UTC)  # whether a rule can be asked does not depend on when


def read_rule(told: object) -> TopicRule:
    """The rule that was told; refuses (`BadInput`) by its name the first field that is unknown or cannot be."""
    if not isinstance(told, dict):
        raise BadInput(field="rule", reason_zh="应为字段与取值", reason_en="must be fields and their values")
    for name, value in told.items():
        if name not in NAMES:
            raise BadInput(field=name, reason_zh="没有这个筛选项", reason_en="there is no such filter")
        if not _is_of_kind(name, value):
            raise BadInput(field=name, reason_zh="取值类型不对", reason_en="is of the wrong type")
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    rule = TopicRule(**given)
    _check_numbers(rule)
    checked(rule.ask(now=SOME_DAY))
    return rule


def _is_of_kind(name: str, value: object) -> bool:
    if name == "levels":
        return isinstance(value, list) and all(type(each) is int for each in value)
    return type(value) is (str if name in TEXTS else bool if name in SWITCHES else int)


def _check_numbers(rule: TopicRule) -> None:
    if not 1 <= rule.most <= MOST_BY_RULE:
        said = f"1–{MOST_BY_RULE}"
        raise BadInput(field="most", reason_zh=f"应为 {said}", reason_en=said)
    if rule.newest_days is not None and not 1 <= rule.newest_days <= LONGEST_DAYS:
        said = f"1–{LONGEST_DAYS}"
        raise BadInput(field="newest_days", reason_zh=f"应为 {said}", reason_en=said)


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
