"""Asking for a backtest."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenxiao.quality.models import Policy


class BacktestForm(forms.Form):
    """A day of the past, how long to look on from it, and the policy to try."""

    at = forms.DateField(
        label=_("Known before"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Goods are graded on what was known before this day."),
    )
    horizon = forms.IntegerField(
        label=_("Days that followed"), min_value=1, max_value=730, help_text=_("They must be over.")
    )
    policy = forms.ModelChoiceField(
        label=_("Policy"), queryset=Policy.objects.none(), required=False, empty_label=_("The product's own")
    )
    received_weight = forms.FloatField(
        label=_("Weight of a received line"),
        min_value=0.001,
        initial=1,
        help_text=_("1, unless received lines are a sample."),
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """`today` is the first day that is not over."""
        super().__init__(*args, **options)
        self.today = today
        policies = self.fields["policy"]
        policies.queryset = Policy.objects.order_by("-number")  # type: ignore[attr-defined]  # of a model choice
        policies.label_from_instance = _named  # type: ignore[attr-defined]  # of a model choice

    def clean(self) -> dict[str, Any]:
        """The horizon has passed."""
        told = super().clean() or {}
        at, horizon = told.get("at"), told.get("horizon")
        if at and horizon and at + timedelta(days=horizon) > self.today:
            words = gettext("Those days are not over: at most %(days)s from %(at)s.")
            self.add_error("horizon", words % {"days": max(0, (self.today - at).days), "at": at.isoformat()})
        return told


def _named(policy: Policy) -> str:
    return f"{policy.number} · {policy.note}" if policy.note else str(policy.number)
