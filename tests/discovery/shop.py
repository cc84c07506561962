"""A small catalogue whose right answers are obvious."""

from dataclasses import dataclass

from fenxiao.catalog.models import Brand, Product
from fenxiao.parties.models import Organisation
from tests.cast import make_category, make_plan, make_product


@dataclass(frozen=True)
class Shop:
    """Four goods, each with a plan: two for cats, two to drink."""

    litter: Product  # 猫砂, 30.00 at 20 %, L3
    tray: Product  # 猫砂盆, 80.00 at 10 %, L2
    beans: Product  # 咖啡豆, 60.00 at 30 %, L5, select, ships free
    drip: Product  # 挂耳咖啡, 45.00 at 5 %, L1, sold out


def open_shop(merchant: Organisation) -> Shop:
    """Mei's four goods."""
    cats = make_category("ap-2-4", name="猫用品")
    drinks = make_category("fb-1-3", name="饮品")
    brand = Brand.objects.create(name="Yunnan Hills")
    litter = make_product(merchant, "豆腐猫砂 6L 除臭", price_fen=3_000, category=cats, level=3)
    tray = make_product(merchant, "大号猫砂盆 Cat litter tray", price_fen=8_000, category=cats, level=2)
    beans = make_product(merchant, "云南小粒咖啡豆 Coffee beans", price_fen=6_000, category=drinks, level=5)
    drip = make_product(merchant, "美式挂耳咖啡 20包", price_fen=4_500, category=drinks, level=1, stock=0)
    Product.objects.filter(pk=beans.pk).update(is_select=True, brand=brand, freight_fen=0)
    for product, rate_bp in ((litter, 2_000), (tray, 1_000), (beans, 3_000), (drip, 500)):
        make_plan(product, rate_bp=rate_bp)
    return Shop(litter=litter, tray=tray, beans=beans, drip=drip)
