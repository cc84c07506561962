"""Filters of what merchants offer to a leader's activities, and of what ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.console.forms import EVERY, FilterForm, RateField
from fenxiao.deals.models import Activity, ActivityState, ApplicationState, ExpiredBy
from fenxiao.parties.models import Organisation


class OwnActivityFilter(FilterForm):
    """A filter with a choice of the leader's own activities."""

    activity = forms.ModelChoiceField(
        Activity.objects.none(), label=_("Activity"), required=False, empty_label=_("All")
    )

    def __init__(self, *given: Any, leader: Organisation, **options: Any) -> None:
        super().__init__(*given, **options)
        own = Activity.objects.filter(leader=leader, published_at__isnull=False).exclude(state=ActivityState.DELETED)
        field = self.fields["activity"]
        field.queryset = own.order_by("-made_at", "-id")  # type: ignore[attr-defined]  # a field of choices
        field.label_from_instance = lambda activity: activity.title  # type: ignore[attr-defined]  # the same


class ApplicationFilter(OwnActivityFilter):
    """Which applications to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)
    merchant = forms.CharField(label=_("Merchant"), required=False, max_length=100)
    state = forms.TypedChoiceField(
        label=_("State"), required=False, choices=[EVERY, *ApplicationState.choices], coerce=int
    )
    field_order = ("q", "merchant", "activity", "state")


class EndedFilter(OwnActivityFilter):
    """Which ended applications to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)
    by = forms.TypedChoiceField(label=_("Ended by"), required=False, choices=[EVERY, *ExpiredBy.choices], coerce=int)
    field_order = ("q", "activity", "by")


class TrustedPlanFilter(FilterForm):
    """Which of the plans held in trust to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)
    merchant = forms.CharField(label=_("Merchant"), required=False, max_length=100)


class TrustedRateForm(forms.Form):
    """A new rate of one row."""

    rate = RateField(label=_("Commission rate"))
