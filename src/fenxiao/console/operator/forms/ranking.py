"""Forms of the ranking desk: a new version of the boosts, and whose list is looked at."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.console.forms import FilterForm, RateField
from fenxiao.console.named import id_of, ids_by_name
from fenxiao.discovery.rules import LONGEST_TEXT
from fenxiao.discovery.rules.boosts import (
    HIGHEST_PERCENT,
    LEVELS,
    LONGEST_REASON,
    LOWEST_PERCENT,
    MOST_DAYS,
    MOST_SHARE_BP,
    MOST_SHOWINGS,
    Boosting,
)
from fenxiao.parties.models import Kind, Organisation


class BoostsForm(forms.Form):
    """What levels and trials count for, from when on, and why."""

    trial_share = RateField(
        label=_("Places for newcomers"), help_text=_("Of every list. 0 shows newcomers by merit alone.")
    )
    trial_showings = forms.IntegerField(
        label=_("A trial ends after … showings"),
        min_value=1,
        max_value=MOST_SHOWINGS,
        help_text=_("Once per creator and day."),
    )
    trial_days = forms.IntegerField(
        label=_("… or days after admission"), min_value=1, max_value=MOST_DAYS, help_text=_("Whichever comes first.")
    )
    from_at = forms.DateTimeField(
        label=_("Begins"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Nothing entered: now."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, now: Boosting, **options: Any) -> None:
        """`now`: what is in force, to begin with."""
        super().__init__(*args, **options)
        self.initial["trial_share"] = f"{now.trial_share_bp / 100:g}"
        self.initial["trial_showings"] = now.trial_showings
        self.initial["trial_days"] = now.trial_days
        for level in LEVELS:
            self.fields[f"level_{level}"] = forms.IntegerField(
                label=f"L{level}", min_value=LOWEST_PERCENT, max_value=HIGHEST_PERCENT
            )
            self.initial[f"level_{level}"] = now.level_percent[level]

    @property
    def levels(self) -> list[forms.BoundField]:
        """The fields of the levels."""
        return [self[f"level_{level}"] for level in LEVELS]

    def clean_trial_share(self) -> Any:
        """At most every second place."""
        share_bp = self.cleaned_data["trial_share"]
        if share_bp > MOST_SHARE_BP:
            raise forms.ValidationError(_("At most %(most)s %%.") % {"most": f"{MOST_SHARE_BP / 100:g}"})
        return share_bp

    def boosting(self) -> Boosting:
        """What was entered, as discovery takes it."""
        told = self.cleaned_data
        return Boosting(
            level_percent={level: told[f"level_{level}"] for level in LEVELS},
            trial_share_bp=told["trial_share"],
            trial_showings=told["trial_showings"],
            trial_days=told["trial_days"],
        )


class WhyFilter(FilterForm):
    """Whose list, and with which words."""

    creator = forms.CharField(label=_("Creator"), max_length=100, help_text=_("Name or number."))
    q = forms.CharField(label=_("Words"), required=False, max_length=LONGEST_TEXT)
    page = forms.IntegerField(required=False, min_value=1, max_value=400)

    def clean_creator(self) -> Organisation:
        """The creator meant."""
        said = self.cleaned_data["creator"].strip()
        try:
            pk = id_of(said, ids_by_name([said]).get(said, []))
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None
        found = Organisation.objects.filter(pk=pk, kind=Kind.CREATOR).first()
        if found is None:
            raise forms.ValidationError(_("There is no creator %(number)s.") % {"number": pk})
        return found
