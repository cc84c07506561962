"""Acts on categories, brands and products: `from fenxiao.catalog import services as catalog`."""

from fenxiao.catalog.services.brands import qualify_brand, register_brand
from fenxiao.catalog.services.categories import load_categories
from fenxiao.catalog.services.goods import (
    announce_goods_of,
    put_back_on_shelf,
    reprice_product,
    restock_product,
    set_freight,
    take_off_shelf,
)
from fenxiao.catalog.services.imports import import_products
from fenxiao.catalog.services.levels import set_levels
from fenxiao.catalog.services.review import approve_product, refuse_product
from fenxiao.catalog.services.submissions import resubmit_product, submit_product
from fenxiao.catalog.services.violations import lift_violation, record_violation

__all__ = [
    "announce_goods_of",
    "approve_product",
    "import_products",
    "lift_violation",
    "load_categories",
    "put_back_on_shelf",
    "qualify_brand",
    "record_violation",
    "refuse_product",
    "register_brand",
    "reprice_product",
    "restock_product",
    "resubmit_product",
    "set_freight",
    "set_levels",
    "submit_product",
    "take_off_shelf",
]
