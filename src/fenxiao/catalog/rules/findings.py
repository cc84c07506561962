"""What the automatic rules can say of a draft, and what follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from fenxiao.kernel.money import amount


class Severity(IntEnum):
    """How much a finding weighs."""

    NOTE = 1  # good to know; lets the product through
    REVIEW = 2  # a person decides
    REFUSE = 3  # not in this form; mend it and submit again


class Verdict(StrEnum):
    """What the findings come to."""

    ADMIT = "admit"
    REVIEW = "review"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a code means: its weight and its words, `str.format` templates over the finding's details."""

    severity: Severity
    zh: str
    en: str
    is_storable: bool = True  # False: no product row can hold such a draft


@dataclass(frozen=True)
class Finding:
    """One thing the rules noticed: what is wrong and what to do."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return FINDINGS[self.code].severity

    @property
    def is_storable(self) -> bool:
        """Whether a product with this fault can be kept, to be mended later."""
        return FINDINGS[self.code].is_storable

    @property
    def zh(self) -> str:
        """In Chinese."""
        return FINDINGS[self.code].zh.format(**self._shown())

    @property
    def en(self) -> str:
        """In English."""
        return FINDINGS[self.code].en.format(**self._shown())

    def _shown(self) -> dict[str, Any]:
        """The details as people read them: amounts of fen as they stand on a price tag."""
        return {name: amount(value) if name.endswith("_fen") else value for name, value in self.details.items()}

    def message(self, language: str) -> str:
        """In `language` ("zh…" or anything else for English)."""
        return self.zh if language.startswith("zh") else self.en


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The heaviest finding decides; clean goods are admitted at once."""
    worst = max((finding.severity for finding in findings), default=Severity.NOTE)
    return {Severity.NOTE: Verdict.ADMIT, Severity.REVIEW: Verdict.REVIEW, Severity.REFUSE: Verdict.REFUSE}[worst]


def stored(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as `Admission.findings` keeps them."""
    return [{"code": finding.code, "details": dict(finding.details)} for finding in findings]


def findings_from(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Findings as `Admission.findings` kept them; codes of rules that are gone are left out."""
    return [Finding(row["code"], row["details"]) for row in rows if row["code"] in FINDINGS]


NOTE, REVIEW, REFUSE = Severity

FINDINGS: dict[str, Wording] = {
    # Nothing to keep: a row cannot hold it.
    "title_missing": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="缺少标题，请填写商品标题",
        en="The title is missing; give the product one",
    ),
    "title_too_long": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="标题有 {length} 个字，最多 {most} 个，请缩短",
        en="The title has {length} characters; shorten it to {most}",
    ),
    "description_too_long": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="描述有 {length} 个字，最多 {most} 个，请缩短",
        en="The description has {length} characters; shorten it to {most}",
    ),
    "text_unreadable": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="标题或描述含有不可见的控制字符，请重新输入",
        en="The title or description holds control characters; type it again",
    ),
    "price_unusable": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="价格须大于 0 且不超过 {most_fen}，请修改",
        en="The price must be above 0 and at most {most_fen}; correct it",
    ),
    "stock_unusable": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="库存须在 0 到 {most} 之间，请修改",
        en="The stock must lie between 0 and {most}; correct it",
    ),
    "freight_unusable": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="运费须在 0 到 {most_fen} 之间，包邮填 0，不确定请留空",
        en="The freight must lie between 0 and {most_fen}; 0 for free delivery, nothing if it is not known",
    ),
    "category_unknown": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="没有分类「{category}」，请重新选择",
        en="There is no category “{category}”; choose another",
    ),
    "brand_unknown": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="没有编号为 {brand} 的品牌，请重新选择或留空",
        en="There is no brand number {brand}; choose another or none",
    ),
    "address_too_long": Wording(
        severity=REFUSE,
        is_storable=False,
        zh="图片或商品页地址有 {length} 个字符，最多 {most} 个",
        en="The image or page address has {length} characters; at most {most} fit",
    ),
    # Kept as refused, to be mended.
    "title_too_short": Wording(
        severity=REFUSE,
        zh="标题只有 {length} 个字，至少写 {least} 个，让人看得出卖的是什么",
        en="The title has {length} characters; write at least {least} that say what is sold",
    ),
    "word_forbidden": Wording(
        severity=REFUSE,
        zh="含有广告法或平台禁止的用语「{word}」（{why_zh}），请删除",
        en="It says “{word}”, which is forbidden ({why_en}); take it out",
    ),
    "category_inactive": Wording(
        severity=REFUSE,
        zh="分类「{category}」已停用，请改选其他分类",
        en="The category “{category}” is no longer in use; choose another",
    ),
    "category_too_wide": Wording(
        severity=REFUSE,
        zh="分类「{category}」太宽，请选到第三级或更细",
        en="The category “{category}” is too wide; choose one on the third level or below",
    ),
    "page_address_unusable": Wording(
        severity=REFUSE,
        zh="商品页地址「{address}」无法使用，请填写以 https:// 或 http:// 开头的完整网址",
        en="The page address “{address}” cannot be used; give a whole address from https:// or http:// on",
    ),
    "page_off_domain": Wording(
        severity=REFUSE,
        zh="商品页 {host} 不在本店登记的域名下，请先登记域名或改用平台商品页",
        en="The page's host {host} is on none of your registered domains; register it or use the platform's page",
    ),
    "image_address_unusable": Wording(
        severity=REFUSE,
        zh="图片地址「{address}」无法使用，请填写完整网址或重新上传",
        en="The image address “{address}” cannot be used; give a whole address or upload the picture again",
    ),
    # A person looks at it.
    "price_implausible": Wording(
        severity=REVIEW,
        zh="价格与同类商品的常见价（{usual_fen}）相差 {times} 倍以上，转人工审核；若有误请修改",
        en="The price is more than {times} times off the usual {usual_fen} of its category; "
        "a person will look, correct it if it is a slip",
    ),
    "word_doubtful": Wording(
        severity=REVIEW,
        zh="用语「{word}」需要人工确认（{why_zh}），能改就改",
        en="It says “{word}”, which a person must confirm ({why_en}); reword it where you can",
    ),
    "word_disguised": Wording(
        severity=REVIEW,
        zh="疑似用符号或空格隔开的禁用语「{word}」，转人工审核",
        en="It seems to spell “{word}” with signs in between; a person will look",
    ),
    "brand_unqualified": Wording(
        severity=REVIEW,
        zh="使用了品牌「{brand}」但没有有效的品牌资质，请上传授权，或等待人工审核",
        en="It uses the brand “{brand}” without a valid qualification; file the authorisation or wait for review",
    ),
    "image_missing": Wording(
        severity=REVIEW, zh="没有图片，请补一张主图，或等待人工审核", en="It has no picture; add one or wait for review"
    ),
    "title_repeated": Wording(
        severity=REVIEW,
        zh="与本店商品「{title}」标题相同，请区分规格或合并，或等待人工审核",
        en="Another of your products is called “{title}” too; tell them apart, merge them, or wait for review",
    ),
    # Good to know.
    "image_missing_import": Wording(
        severity=NOTE,
        zh="导入的商品没有图片，补图后更容易被达人选中",
        en="Imported without a picture; add one to be picked",
    ),
    "title_long": Wording(
        severity=NOTE,
        zh="标题超过 {most} 个字，在手机上会被截断",
        en="The title is over {most} characters and will be cut on phones",
    ),
    "sold_out": Wording(
        severity=NOTE, zh="库存为 0，补货后才能卖出", en="The stock is 0; nothing can be sold until you restock"
    ),
}
