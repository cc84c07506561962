"""What the catalog refuses, and what to do about it."""

from collections.abc import Sequence
from typing import Protocol

from fenxiao.kernel.errors import Refused


class Spoken(Protocol):
    """Anything that says what is wrong in both languages: a finding."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


class FoundWanting(Refused):
    """A submission that the automatic rules do not let through; `findings` says everything that is wrong."""

    def __init__(self, findings: Sequence[Spoken]) -> None:
        self.findings = list(findings)
        super().__init__(
            said_zh="；".join(finding.zh for finding in findings), said_en="; ".join(finding.en for finding in findings)
        )


class DraftUnusable(FoundWanting):
    """The draft cannot even be kept as a product: no title, no price, no such category."""

    code, status = "draft_unusable", 422
    zh = "商品信息无法提交：{said_zh}"
    en = "This cannot be submitted: {said_en}"


class ChangeRefused(FoundWanting):
    """The new version of a product breaks a rule; the version on sale stays as it is."""

    code, status = "change_refused", 409
    zh = "修改未生效，商品保持原样：{said_zh}"
    en = "The change was not made and the product stays as it is: {said_en}"


class NotInReview(Refused):
    """Only a waiting product can be approved or refused."""

    code, status = "not_in_review", 409
    zh = "「{title}」不在待审核状态（当前：{state}），可能已被其他人处理"
    en = "“{title}” is not waiting for review (it is {state}); somebody else may have decided it"


class NotOnSale(Refused):
    """Prices are changed on admitted products; others are submitted again."""

    code, status = "not_on_sale", 409
    zh = "「{title}」尚未上架（当前：{state}），请修改后重新提交"
    en = "“{title}” is not on sale (it is {state}); submit it again with the change"


class NotOnShelf(Refused):
    """Only an admitted product can be taken off the shelf."""

    code, status = "not_on_shelf", 409
    zh = "「{title}」不在架上（当前：{state}）"
    en = "“{title}” is not on the shelf (it is {state})"


class NotOffShelf(Refused):
    """Only a product that its merchant took down can be put back."""

    code, status = "not_off_shelf", 409
    zh = "「{title}」没有下架（当前：{state}），无需重新上架"
    en = "“{title}” was not taken off the shelf (it is {state})"


class NothingChanged(Refused):
    """The product is like that as it is."""

    code, status = "nothing_changed", 409
    zh = "「{title}」的{what_zh}没有变化"
    en = "The {what_en} of “{title}” is the same as before"


class BrandKnown(Refused):
    """One brand, one row."""

    code, status = "brand_known", 409
    zh = "品牌「{name}」已经存在"
    en = "The brand “{name}” is registered already"


class BadCategoryFile(Refused):
    """A line of a category file is not as the format wants it."""

    code, status = "bad_category_file", 422
    zh = "分类文件 {file} 第 {line} 行有误：{reason_zh}"
    en = "Line {line} of the category file {file} is not right: {reason_en}"


class BadCategory(Refused):
    """A category does not fit into the tree."""

    code, status = "bad_category", 422
    zh = "分类 {category} 有误：{reason_zh}"
    en = "Category {category} is not right: {reason_en}"


class BadLevelSetting(Refused):
    """A level that no product can have."""

    code, status = "bad_level_setting", 422
    zh = "商品 {product_id} 的等级设置有误：{reason_zh}"
    en = "The level of product {product_id} cannot be set: {reason_en}"


class NeverAdmitted(Refused):
    """Products without an admission have no level."""

    code, status = "never_admitted", 409
    zh = "这些商品不存在或从未通过准入，不能设置等级：{products}"
    en = "These products do not exist or were never admitted, so they have no level: {products}"


class ViolationStands(Refused):
    """One standing violation of a kind is enough."""

    code, status = "violation_stands", 409
    zh = "「{title}」已有同类违规尚未解除：{kind}"
    en = "A violation of this kind stands against “{title}” already: {kind}"


class ViolationLifted(Refused):
    """A violation is lifted once."""

    code, status = "violation_lifted", 409
    zh = "「{title}」的这项违规已经解除，可能已被其他人处理"
    en = "This violation of “{title}” was lifted already; somebody else may have done it"
