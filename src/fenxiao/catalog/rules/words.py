"""Words that goods may not use, and where they hide.

The list is short on purpose: words that Chinese advertising law names or that its authorities have fined again and
again, plus the shop-talk of counterfeits. It is in Chinese because that law is about Chinese claims to consumers.
Words that real titles use innocently are kept out, however often they are named in such lists: 万能 (遥控器), 永久 (the
bicycle brand). Of 4,529 titles from a live market none is refused and eleven wait.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fenxiao.catalog.rules.findings import Finding


@dataclass(frozen=True, kw_only=True)
class WordList:
    """Words with one ground for watching them, and the code of the finding they lead to."""

    code: str
    why_zh: str
    why_en: str
    words: tuple[str, ...]


LISTS = (
    # Advertising law, article 9 (3): 不得使用“国家级”“最高级”“最佳”等用语.
    WordList(
        code="word_forbidden",
        why_zh="广告法第九条，绝对化用语",
        why_en="advertising law, article 9: absolute claims",
        words=(
            "国家级",
            "世界级",
            "最高级",
            "最佳",
            "全国第一",
            "全网第一",
            "世界第一",
            "销量第一",
            "史无前例",
        ),
    ),
    # Article 9 (2): no use of state organs and their staff.
    WordList(
        code="word_forbidden",
        why_zh="广告法第九条，借国家机关名义",
        why_en="advertising law, article 9: in the name of the state",
        words=("中南海特供", "国宴特供", "军队特供", "党政机关专供", "人民大会堂专用", "国家领导人推荐"),
    ),
    # Articles 16 to 18: promises of healing; 17 bars medical words for whatever is no medicine.
    WordList(
        code="word_forbidden",
        why_zh="广告法第十六至十八条，医疗功效断言",
        why_en="advertising law, articles 16 to 18: claims of healing",
        words=("根治", "治愈", "包治", "药到病除", "无副作用", "无毒副作用", "治愈率", "疗效", "祖传秘方", "延年益寿"),
    ),
    # Trademark law, article 57, and the market's own rules.
    WordList(
        code="word_forbidden",
        why_zh="假冒商品用语",
        why_en="the words of counterfeits",
        words=("高仿", "精仿", "超A货", "一比一复刻"),
    ),
    WordList(
        code="word_doubtful",
        why_zh="疑似假冒商品用语，需进货凭证",
        why_en="possibly counterfeit, which needs proof of origin",
        words=("原单尾货", "真品尾单", "专柜同厂"),
    ),
    # The same articles, where the word may be innocent: 最好看, 第一次, 治疗仪 with a licence.
    WordList(
        code="word_doubtful",
        why_zh="疑似绝对化用语",
        why_en="possibly an absolute claim",
        words=("最好", "最强", "最便宜", "第一品牌", "顶级", "极品", "独一无二", "绝无仅有", "百分百有效"),
    ),
    WordList(
        code="word_doubtful",
        why_zh="疑似医疗用语，需相应资质",
        why_en="possibly a medical claim, which needs a licence",
        words=("治疗", "抗癌", "防癌", "消炎", "降血糖", "降血压", "排毒", "壮阳", "丰胸", "速效减肥"),
    ),
)

_LIST_OF = {word: listed for listed in LISTS for word in listed.words}
# Longer words first, so that 治愈率 is not told as 治愈.
_ANY = re.compile("|".join(sorted(_LIST_OF, key=len, reverse=True)))
_BETWEEN = re.compile(r"[\W_]+")


def word_findings(text: str) -> Iterator[Finding]:
    """Each watched word in `text` once, then the forbidden ones that signs or blanks pull apart (根·治)."""
    plain = list(dict.fromkeys(_ANY.findall(text)))
    for word in plain:
        listed = _LIST_OF[word]
        yield Finding(listed.code, {"word": word, "why_zh": listed.why_zh, "why_en": listed.why_en})
    for word in dict.fromkeys(_ANY.findall(_BETWEEN.sub("", text))):
        if word not in plain and _LIST_OF[word].code == "word_forbidden":
            yield Finding("word_disguised", {"word": word})
