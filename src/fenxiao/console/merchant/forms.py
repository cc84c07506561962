"""Forms of merchants."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Brand, Category, Level, Product, ProductState
from fenxiao.catalog.rules import ProductDraft
from fenxiao.console.forms import EVERY, FilterForm, MoneyField, RateField
from fenxiao.orders.models import LineState
from fenxiao.quality.queries import Moved

FREIGHT_HELP = _("What a buyer pays for the delivery of one piece; 0 ships free, empty means not told.")
MOVED = [EVERY, (Moved.ANY.value, _("Changed")), (Moved.UP.value, _("Went up")), (Moved.DOWN.value, _("Went down"))]


class ProductFilter(FilterForm):
    """What of one's own products to show."""

    q = forms.CharField(label=_("Title"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[EVERY, *ProductState.choices])
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[EVERY, *Level.choices])
    moved = forms.ChoiceField(label=_("Changed in the last runs"), required=False, choices=MOVED)


class OrderFilter(FilterForm):
    """What of one's own order lines to show."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[EVERY, *LineState.choices])


class CategoryFilter(FilterForm):
    """Look for a category by its name."""

    q = forms.CharField(label=_("Find a category"), required=False, max_length=60)


class ProductForm(forms.Form):
    """A product as its merchant submits it; the category was picked before."""

    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    brand = forms.ModelChoiceField(
        Brand.objects.order_by("name"), label=_("Brand"), required=False, empty_label=_("No brand")
    )
    price = MoneyField(label=_("Price"))
    stock = forms.IntegerField(label=_("Stock"), min_value=0, max_value=2_000_000_000)
    freight = MoneyField(
        label=_("Freight"),
        required=False,
        help_text=FREIGHT_HELP,
    )
    # Addresses are looked at by the gate, which says more about what is wrong with one.
    image_url = forms.CharField(label=_("Picture address"), required=False, max_length=500)
    page_url = forms.CharField(
        label=_("Product page"),
        required=False,
        max_length=500,
        help_text=_("On one of your registered domains; empty means the page on this platform."),
    )

    def draft(self, category: Category) -> ProductDraft:
        """What was entered, as the gate takes it."""
        entered = self.cleaned_data
        return ProductDraft(
            title=entered["title"],
            description=entered["description"],
            category_id=category.pk,
            brand_id=entered["brand"].pk if entered["brand"] else None,
            price_fen=entered["price"],
            stock=entered["stock"],
            freight_fen=entered["freight"],
            image_url=entered["image_url"],
            page_url=entered["page_url"],
        )


def fields_of(product: Product) -> dict[str, Any]:
    """A product as first values of `ProductForm`."""
    return {
        "title": product.title,
        "description": product.description,
        "brand": product.brand_id,
        "price": yuan(product.price_fen),
        "stock": product.stock,
        "freight": freight_typed(product),
        "image_url": product.image_url,
        "page_url": product.page_url,
    }


def freight_typed(product: Product) -> str:
    """A product's freight as people type it; nothing where it was not told."""
    return "" if product.freight_fen is None else yuan(product.freight_fen)


def yuan(fen: int) -> str:
    """`1250` as "12.50", the way people type it."""
    return f"{fen // 100}.{fen % 100:02d}"


class PriceForm(forms.Form):
    """A new price."""

    price = MoneyField(label=_("Price"))


class StockForm(forms.Form):
    """A new stock."""

    stock = forms.IntegerField(label=_("Stock"), min_value=0, max_value=2_000_000_000)


class FreightForm(forms.Form):
    """What delivery costs a buyer."""

    freight = MoneyField(label=_("Freight"), required=False, help_text=FREIGHT_HELP)


class RateForm(forms.Form):
    """A commission rate."""

    rate = RateField(
        label=_("Commission rate"), help_text=_("0–90 %; what creators get of each sale before the platform fee.")
    )
