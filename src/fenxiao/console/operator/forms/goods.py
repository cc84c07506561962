"""Forms about goods: finding them, sending them back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Level, ProductState, ViolationKind
from fenxiao.console.forms import EVERY, FilterForm


class ProductFilter(FilterForm):
    """Which products of all merchants to show."""

    q = forms.CharField(label=_("Title or merchant"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[EVERY, *ProductState.choices])
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[EVERY, *Level.choices])


class RefusalForm(forms.Form):
    """Why a product is refused, in words its merchant can act on."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The merchant reads this and mends the product by it."),
    )


class ViolationForm(forms.Form):
    """What was found against a product."""

    kind = forms.ChoiceField(label=_("Violation"), choices=ViolationKind.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The merchant reads this. The product is L0 from now on."),
    )


class ViolationFilter(FilterForm):
    """Which standing violations to show."""

    q = forms.CharField(label=_("Title or merchant"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Violation"), required=False, choices=[EVERY, *ViolationKind.choices])


class LiftingForm(forms.Form):
    """Why a violation stands no more."""

    reason = forms.CharField(label=_("Why it is lifted"), max_length=500)
