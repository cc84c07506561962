"""A new version of the policy, entered from the one it starts from. Nothing is kept but a whole, sound version."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from fenxiao.console.forms import RateField
from fenxiao.console.operator.forms.bounds import LEVELS, SUBJECTS, Subject, number_field, out_of_order
from fenxiao.console.refusals import words_of_refusal
from fenxiao.kernel.money import bp_of
from fenxiao.quality.errors import PolicyUnsound
from fenxiao.quality.rules import INDICATORS, PolicyBody, Power, Words
from fenxiao.quality.rules.gates import WHOLE, Gate
from fenxiao.quality.rules.indicators import POWER_WORDS, of_power
from fenxiao.quality.rules.levels import LABEL_FROM

COUNTS: Final = {
    "short_days": _("Short window, days"),
    "long_days": _("Long window, days"),
    "least_peers": _("Products that make a peer group"),
    "lines_per_buyer": _("Most lines of one buyer on one day"),
}
RATES: Final = {
    "least_coverage_bp": _("Evidence that L2 asks for"),
    "quality_coverage_bp": _("Evidence that L3 asks for"),
    "day_cap_bp": _("Most of the GMV from one day"),
    "creator_cap_bp": _("Most of the GMV from one creator"),
}


class DeclineForm(forms.Form):
    """Why a proposed version goes back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever drafted it reads this."),
    )


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights that must come to the whole, with their sum as entered so far."""

    name: Words | None  # of the power whose indicators these are; None: the powers themselves
    fields: Sequence[BoundField]
    sum_bp: int | None  # None while any of them is no percentage

    @property
    def is_whole(self) -> bool:
        """Whether they come to 100 %."""
        return self.sum_bp == WHOLE


@dataclass(frozen=True, kw_only=True)
class GateRow:
    """What is asked of one subject: at each level, for the label, and as a red line."""

    subject: Subject
    levels: Sequence[tuple[int, BoundField]]
    label: BoundField
    red: BoundField | None
    red_evidence: BoundField | None


class PolicyForm(forms.Form):
    """All that a version says. Empty boxes ask for nothing. After `is_valid`, `body` is the version."""

    note = forms.CharField(label=_("What changes, and why"), max_length=200)
    overrides = forms.CharField(widget=forms.HiddenInput, required=False)
    body: PolicyBody

    def __init__(self, data: Mapping[str, Any] | None = None, *, base: PolicyBody, is_final: bool = True) -> None:
        """`base` is what it starts from; where it is not `is_final` the note may still be missing."""
        super().__init__(data, initial=initial_of(base), auto_id="id_%s")
        self.base = base
        self.fields["note"].required = is_final
        for power in Power:
            self.fields[f"power_{power}"] = RateField(label=_said(POWER_WORDS[power]))
        for code, one in INDICATORS.items():
            self.fields[f"indicator_{code}"] = RateField(label=_said(one.words))
        for level in LEVELS:
            self.fields[f"threshold_{level}"] = RateField(label=f"L{level}")
        for name, label in COUNTS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=1, max_value=100_000)
        for name, label in RATES.items():
            self.fields[name] = RateField(label=label)
        for code in base.strengths:
            one = INDICATORS[code]
            self.fields[f"strength_{code}"] = number_field(label=_said(one.words), help_text=_said(one.evidence))
        for code in SUBJECTS:
            self._add_bounds(code)

    def _add_bounds(self, code: str) -> None:
        name = _said(Subject(code=code).name)
        for level in LEVELS:
            self.fields[f"gate_{level}_{code}"] = number_field(label=f"L{level} · {name}")
        self.fields[f"label_{code}"] = number_field(label=gettext("Label · %(name)s") % {"name": name})
        if code in INDICATORS:
            self.fields[f"red_{code}"] = number_field(label=gettext("Red line · %(name)s") % {"name": name})
            evidence = gettext("Red line: least evidence · %(name)s") % {"name": name}
            self.fields[f"red_evidence_{code}"] = number_field(label=evidence)

    @property
    def weights(self) -> list[Weights]:
        """The powers, then the indicators of each power."""
        groups = [self._weights(None, [f"power_{power}" for power in Power])]
        for power in Power:
            names = [f"indicator_{one.code}" for one in of_power(power)]
            groups.append(self._weights(POWER_WORDS[power], names))
        return groups

    def _weights(self, name: Words | None, names: Iterable[str]) -> Weights:
        found = [self[one] for one in names]
        try:
            total = sum(bp_of(str(field.value() or "0")) for field in found)
        except ValueError:
            return Weights(name=name, fields=found, sum_bp=None)
        return Weights(name=name, fields=found, sum_bp=total)

    @property
    def thresholds(self) -> list[BoundField]:
        """The least scores."""
        return [self[f"threshold_{level}"] for level in LEVELS]

    @property
    def windows(self) -> list[tuple[BoundField, str]]:
        """Windows, evidence and caps with their units."""
        return [*((self[name], "") for name in COUNTS), *((self[name], "%") for name in RATES)]

    @property
    def strengths(self) -> list[BoundField]:
        """How much evidence each prior is worth."""
        return [self[f"strength_{code}"] for code in self.base.strengths]

    @property
    def gate_rows(self) -> Iterator[GateRow]:
        """The table of gates."""
        for code in SUBJECTS:
            is_indicator = code in INDICATORS
            yield GateRow(
                subject=Subject(code=code),
                levels=[(level, self[f"gate_{level}_{code}"]) for level in LEVELS],
                label=self[f"label_{code}"],
                red=self[f"red_{code}"] if is_indicator else None,
                red_evidence=self[f"red_evidence_{code}"] if is_indicator else None,
            )

    def clean(self) -> dict[str, Any]:
        """Say what is wrong at the field that is; then whether the whole is sound."""
        told = super().clean() or {}
        for group in self.weights:
            self._check_sum(group)
        self._check_order([f"threshold_{level}" for level in LEVELS])
        for code in SUBJECTS:
            self._check_gates(code)
            self._check_red_line(code)
        if not self._is_ordered("short_days", "long_days"):
            self.add_error("short_days", gettext("The short window must lie within the long one."))
        if not self._is_ordered("least_coverage_bp", "quality_coverage_bp"):
            self.add_error("least_coverage_bp", gettext("L2 cannot ask for more evidence than L3."))
        if not self.errors:
            self._make_body(told)
        return told

    def _check_sum(self, group: Weights) -> None:
        if group.is_whole or group.sum_bp is None or any(field.errors for field in group.fields):
            return
        words = gettext("These weights come to %(sum)s%%, not 100%%.") % {"sum": f"{group.sum_bp / 100:g}"}
        self.add_error(group.fields[0].name, words)

    def _check_order(self, names: Sequence[str]) -> None:
        for low, high in pairwise(names):
            if not self._is_ordered(low, high):
                words = gettext("%(high)s must ask for at least as much as %(low)s.")
                self.add_error(high, words % {"high": self[high].label, "low": self[low].label})

    def _is_ordered(self, low: str, high: str) -> bool:
        least, most = self.cleaned_data.get(low), self.cleaned_data.get(high)
        return least is None or most is None or bool(least <= most)

    def _check_gates(self, code: str) -> None:
        entered = {level: self.cleaned_data.get(f"gate_{level}_{code}") for level in LEVELS}
        asked = [(level, bound) for level, bound in entered.items() if bound is not None]
        for low, high in out_of_order(asked, is_upper=Subject(code=code).is_upper):
            words = gettext("L%(high)s asks for less than L%(low)s.") % {"high": high, "low": low}
            self.add_error(f"gate_{high}_{code}", words)

    def _check_red_line(self, code: str) -> None:
        bound, evidence = f"red_{code}", f"red_evidence_{code}"
        has_bound = self.cleaned_data.get(bound) is not None or bound in self.errors
        if self.cleaned_data.get(evidence) is not None and not has_bound:
            self.add_error(bound, gettext("A red line needs its bound."))

    def _make_body(self, told: Mapping[str, Any]) -> None:
        try:
            overrides = json.loads(told["overrides"] or "{}")
            self.body = PolicyBody.from_json({**self._said(told), "overrides": overrides})
        except PolicyUnsound as refused:
            self.add_error(None, words_of_refusal(refused))
        except (ValueError, TypeError):
            self.add_error(None, gettext("The overrides cannot be read; start again from a version."))

    def _said(self, told: Mapping[str, Any]) -> dict[str, Any]:
        carried = self.base.as_json()
        return {
            **{name: carried[name] for name in ("standing_points", "tier_points", "price_bands_fen")},
            "powers": {str(power): told[f"power_{power}"] for power in Power},
            "indicators": {code: told[f"indicator_{code}"] for code in INDICATORS},
            "strengths": {code: told[f"strength_{code}"] or 0 for code in self.base.strengths},
            "thresholds": {level: told[f"threshold_{level}"] for level in LEVELS},
            "gates": [
                {"level": level, "of": code, "bound": bound}
                for level in LEVELS
                for code in SUBJECTS
                if (bound := _bound(told, f"gate_{level}_{code}", code)) is not None
            ],
            "label_gates": [
                {"level": LABEL_FROM, "of": code, "bound": bound}
                for code in SUBJECTS
                if (bound := _bound(told, f"label_{code}", code)) is not None
            ],
            "red_lines": [
                {"of": code, "bound": bound, "least_evidence": int(told[f"red_evidence_{code}"] or 0)}
                for code in INDICATORS
                if (bound := _bound(told, f"red_{code}", code)) is not None
            ],
            **{name: told[name] for name in (*COUNTS, *RATES)},
        }


def _bound(told: Mapping[str, Any], name: str, code: str) -> float | None:
    entered = told[name]
    return None if entered is None else Subject(code=code).bound(entered)


def initial_of(base: PolicyBody) -> dict[str, Any]:
    """What the boxes hold at first: what `base` says."""
    return {
        **{f"power_{power}": _percent(bp) for power, bp in base.powers.items()},
        **{f"indicator_{code}": _percent(bp) for code, bp in base.indicators.items()},
        **{f"threshold_{level}": _percent(bp) for level, bp in base.thresholds.items()},
        **{f"strength_{code}": f"{worth:g}" for code, worth in base.strengths.items()},
        **{name: getattr(base, name) for name in COUNTS},
        **{name: _percent(getattr(base, name)) for name in RATES},
        **{f"gate_{gate.level}_{gate.of}": _entered(gate) for gate in base.gates},
        **{f"label_{gate.of}": _entered(gate) for gate in base.label_gates},
        **{f"red_{line.of}": Subject(code=line.of).entered(line.bound) for line in base.red_lines},
        **{f"red_evidence_{line.of}": line.least_evidence for line in base.red_lines},
        "overrides": json.dumps(base.as_json()["overrides"]),
    }


def _entered(gate: Gate) -> str:
    return Subject(code=gate.of).entered(gate.bound)


def _percent(bp: int) -> str:
    return f"{bp / 100:g}"


def _said(words: Words) -> str:
    return words.told(get_language() or "")
