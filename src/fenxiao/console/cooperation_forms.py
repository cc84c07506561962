"""Forms that both sides of a cooperation use, and refusals shown at the field they are about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from fenxiao.console.refusals import words_of_refusal
from fenxiao.kernel.errors import BadInput, Refused

LONGEST_REASON = 200
# By which field a refusal is shown; the rest concern the whole form.
FIELD_OF = {"extension_out_of_bounds": "wanted_until", "rejection_needs_reason": "reason"}


def moment_input() -> forms.DateTimeInput:
    """A moment as browsers ask for it."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ExtensionForm(forms.Form):
    """A longer cooperation."""

    wanted_until = forms.DateTimeField(label=_("Until when"), widget=moment_input())


class ReasonForm(forms.Form):
    """Words to the other side."""

    reason = forms.CharField(label=_("Reason, for the other side"), required=False, max_length=LONGEST_REASON)


def reason_of(request: HttpRequest) -> str:
    """The reason that was sent. Refuses one that is too long."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise BadInput(field="reason", reason_zh="理由最多 200 字", reason_en="a reason has at most 200 characters")
    return str(form.cleaned_data["reason"])


@contextmanager
def refusals_at(form: forms.Form, fields: Mapping[str, str] = FIELD_OF) -> Iterator[None]:
    """Run an act; a refusal that can be mended here is shown at its field. Look at `form.errors` after."""
    try:
        yield
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        asked = refused.details.get("field") if isinstance(refused, BadInput) else fields.get(refused.code)
        form.add_error(str(asked) if asked in form.fields else None, words_of_refusal(refused, form))
