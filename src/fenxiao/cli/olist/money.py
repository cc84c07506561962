"""The dataset's money is in reais and its days are Brazil's: the home is set to both, and nothing is converted."""

import os

import psycopg

from fenxiao.kernel.errors import Refused
from fenxiao.kernel.postgres import database_url
from fenxiao.kernel.settings import Settings, keep_values

CURRENCY = "BRL"
TIME_ZONE = "America/Sao_Paulo"


class OtherCurrency(Refused):
    """The home counts in another currency already."""

    code, status = "other_currency", 409
    zh = "该安装目录的币种是 {currency} 且已有数据；Olist 数据为 BRL，请用 --home 指定一个空目录"
    en = "this home counts in {currency} and holds goods; Olist's money is BRL: name an empty folder with --home"


def set_home_to_brl(here: Settings) -> None:
    """Make an empty home count in BRL, by Brazil's days. Refuses a home that holds goods in another currency."""
    if here.currency == CURRENCY:
        return
    if "FENXIAO_CURRENCY" in os.environ or _has_goods(here):
        raise OtherCurrency(currency=here.currency)
    keep_values(here.home, {"FENXIAO_CURRENCY": CURRENCY, "FENXIAO_TIME_ZONE": TIME_ZONE})


def _has_goods(here: Settings) -> bool:
    with psycopg.connect(database_url(here)) as connection:
        known = connection.execute("SELECT to_regclass('catalog_product') IS NOT NULL").fetchone()
        if not known or not known[0]:
            return False
        found = connection.execute("SELECT EXISTS (SELECT FROM catalog_product)").fetchone()
        return bool(found and found[0])
