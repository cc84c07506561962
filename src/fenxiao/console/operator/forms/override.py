"""What one category is graded by instead."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category
from fenxiao.console.forms import RateField
from fenxiao.console.operator.forms.bounds import LEVELS, SUBJECTS, Subject, number_field
from fenxiao.quality.rules import Gate, Override, PolicyBody, Power
from fenxiao.quality.rules.gates import WHOLE
from fenxiao.quality.rules.indicators import POWER_WORDS


class OverrideForm(forms.Form):
    """Other weights of the powers, other thresholds, or one other gate, for a category and all below it."""

    category = forms.CharField(label=_("Category"), max_length=40, widget=forms.TextInput(attrs={"list": "fx-tree"}))
    gate_of = forms.ChoiceField(label=_("Gate on"), required=False)
    gate_level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", "–"), *((level, f"L{level}") for level in LEVELS)]
    )
    gate_bound = number_field(label=_("Bound"))

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        """Fields begin with "add-", beside the fields of the version."""
        super().__init__(data, prefix="add")
        language = get_language() or ""
        for power in Power:
            self.fields[f"power_{power}"] = RateField(label=POWER_WORDS[power].told(language), required=False)
        for level in LEVELS:
            self.fields[f"threshold_{level}"] = RateField(label=f"L{level}", required=False)
        subjects = [
            (code, f"{Subject(code=code).name.told(language)} ({Subject(code=code).unit})") for code in SUBJECTS
        ]
        self.fields["gate_of"].choices = [("", "–"), *subjects]  # type: ignore[attr-defined]  # a choice field has them

    @property
    def powers(self) -> list[forms.BoundField]:
        """The weights."""
        return [self[f"power_{power}"] for power in Power]

    @property
    def thresholds(self) -> list[forms.BoundField]:
        """The least scores."""
        return [self[f"threshold_{level}"] for level in LEVELS]

    def clean_category(self) -> str:
        """An active category."""
        key = str(self.cleaned_data["category"]).strip().split(" ")[0]
        if not Category.objects.filter(pk=key, is_active=True).exists():
            raise forms.ValidationError(gettext("There is no category %(key)s.") % {"key": key})
        return key

    def clean(self) -> dict[str, Any]:
        """Each part is whole or left out, and one is there."""
        told = super().clean() or {}
        powers, thresholds = self._part("power_", Power), self._part("threshold_", LEVELS)
        gate = [told.get(name) for name in ("gate_of", "gate_level", "gate_bound")]
        if powers and sum(powers.values()) != WHOLE:
            words = gettext("These weights come to %(sum)s%%, not 100%%.") % {"sum": f"{sum(powers.values()) / 100:g}"}
            self.add_error("power_brand", words)
        if any(one not in {None, ""} for one in gate) and any(one in {None, ""} for one in gate):
            self.add_error("gate_bound", gettext("A gate needs what it looks at, a level and a bound."))
        if not self.errors and not (powers or thresholds or gate[0]):
            self.add_error(None, gettext("Say what is otherwise in this category."))
        return told

    def _part(self, start: str, keys: Any) -> dict[Any, int]:
        entered = {key: self.cleaned_data.get(f"{start}{key}") for key in keys}
        given = {key: value for key, value in entered.items() if value is not None}
        if given and len(given) < len(entered) and not any(f"{start}{key}" in self.errors for key in keys):
            missing = next(key for key in keys if key not in given)
            self.add_error(f"{start}{missing}", gettext("Enter all of these or none."))
        return given

    def added_to(self, body: PolicyBody) -> dict[str, Any]:
        """The overrides of `body` and this one, ready to be stored; what the category had beside it stays."""
        told, overrides = self.cleaned_data, dict(body.as_json()["overrides"])
        said = dict(overrides.get(told["category"], asdict(Override())))
        if powers := self._part("power_", Power):
            said["powers"] = {str(power): weight for power, weight in powers.items()}
        if thresholds := self._part("threshold_", LEVELS):
            said["thresholds"] = thresholds
        if told["gate_of"]:
            said["gates"] = self._gates(said["gates"] or [asdict(gate) for gate in body.gates])
        return overrides | {told["category"]: said}

    def _gates(self, gates: Any) -> list[dict[str, Any]]:
        told = self.cleaned_data
        level, of = int(told["gate_level"]), told["gate_of"]
        gate = Gate(level=level, of=of, bound=Subject(code=of).bound(told["gate_bound"]))
        return [*(one for one in gates if (one["level"], one["of"]) != (level, of)), asdict(gate)]
