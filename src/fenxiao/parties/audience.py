"""Parts that a creator's followers are told by: dimensions, buckets and their names. Loads no Django."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from fenxiao.kernel.errors import BadInput

WHOLE_BP: Final = 10_000


class Words(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


DIMENSIONS: Final = {"gender": Words("性别", "Gender"), "age": Words("年龄", "Age"), "region": Words("地域", "Region")}
# Regions by the letters of ISO 3166-2:CN.
BUCKETS: Final[dict[str, dict[str, Words]]] = {
    "gender": {"female": Words("女性", "Women"), "male": Words("男性", "Men")},
    "age": {
        "under18": Words("18 岁以下", "under 18"),
        "18-23": Words("18–23 岁", "18–23"),
        "24-30": Words("24–30 岁", "24–30"),
        "31-40": Words("31–40 岁", "31–40"),
        "41-49": Words("41–49 岁", "41–49"),
        "50plus": Words("50 岁及以上", "50 and over"),
    },
    "region": {
        code: Words(zh, en)
        for code, zh, en in (
            ("BJ", "北京", "Beijing"),
            ("TJ", "天津", "Tianjin"),
            ("HE", "河北", "Hebei"),
            ("SX", "山西", "Shanxi"),
            ("NM", "内蒙古", "Inner Mongolia"),
            ("LN", "辽宁", "Liaoning"),
            ("JL", "吉林", "Jilin"),
            ("HL", "黑龙江", "Heilongjiang"),
            ("SH", "上海", "Shanghai"),
            ("JS", "江苏", "Jiangsu"),
            ("ZJ", "浙江", "Zhejiang"),
            ("AH", "安徽", "Anhui"),
            ("FJ", "福建", "Fujian"),
            ("JX", "江西", "Jiangxi"),
            ("SD", "山东", "Shandong"),
            ("HA", "河南", "Henan"),
            ("HB", "湖北", "Hubei"),
            ("HN", "湖南", "Hunan"),
            ("GD", "广东", "Guangdong"),
            ("GX", "广西", "Guangxi"),
            ("HI", "海南", "Hainan"),
            ("CQ", "重庆", "Chongqing"),
            ("SC", "四川", "Sichuan"),
            ("GZ", "贵州", "Guizhou"),
            ("YN", "云南", "Yunnan"),
            ("XZ", "西藏", "Tibet"),
            ("SN", "陕西", "Shaanxi"),
            ("GS", "甘肃", "Gansu"),
            ("QH", "青海", "Qinghai"),
            ("NX", "宁夏", "Ningxia"),
            ("XJ", "新疆", "Xinjiang"),
            ("TW", "台湾", "Taiwan"),
            ("HK", "香港", "Hong Kong"),
            ("MO", "澳门", "Macao"),
        )
    },
}


def check_shares(shares: Mapping[str, Mapping[str, int]]) -> None:
    """Refuse (`BadInput`) unknown dimensions and buckets, shares that are none, and sums beyond the whole."""
    for dimension, parts in shares.items():
        if dimension not in BUCKETS:
            raise BadInput(field="dimension", reason_zh=f"没有「{dimension}」", reason_en=f"there is no “{dimension}”")
        for bucket, share in parts.items():
            if bucket not in BUCKETS[dimension]:
                raise BadInput(field=dimension, reason_zh=f"没有「{bucket}」", reason_en=f"there is no “{bucket}”")
            if isinstance(share, bool) or not isinstance(share, int) or not 0 <= share <= WHOLE_BP:
                raise BadInput(field=dimension, reason_zh="占比须为 0 到 10000", reason_en="a share is 0 to 10,000")
        if sum(parts.values()) > WHOLE_BP:
            raise BadInput(field=dimension, reason_zh="占比合计超过 100%", reason_en="the shares exceed 100 %")
