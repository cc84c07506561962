"""What a shelf refuses."""

from fenxiao.kernel.errors import Refused


class NoSuchProduct(Refused):
    """There is no product of this number."""

    code, status = "no_such_product", 404
    zh = "没有编号为 {product} 的商品"
    en = "There is no product {product}"


class NoTermsForCreator(Refused):
    """Nothing that stands for the product gives this creator a commission."""

    code, status = "no_terms_for_creator", 409
    zh = "商品「{title}」当前没有对你生效的佣金：{reasons_zh}"
    en = "“{title}” brings you no commission at this moment: {reasons_en}"


class ApplicationDoesNotStand(Refused):
    """The activity to be carried does not stand for this product."""

    code, status = "application_does_not_stand", 409
    zh = "商品「{title}」的活动合作 {application} 当前未生效，请改选其他活动或不带活动上架"
    en = "The cooperation {application} does not stand for “{title}”: choose another activity, or pick it without one"


class TooManyAtOnce(Refused):
    """More items than one act takes."""

    code, status = "too_many_at_once", 422
    zh = "一次最多 {most} 个商品，收到 {count} 个，请分批操作"
    en = "At most {most} products at once, not {count}: do it in parts"


class NotOnShelf(Refused):
    """Not on this creator's shelf."""

    code, status = "not_on_shelf", 409
    zh = "以下商品不在货架上：{products}，请刷新货架后重试"
    en = "Not on the shelf: {products}; look at the shelf again"
