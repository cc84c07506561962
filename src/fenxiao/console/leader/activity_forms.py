"""Forms of a leader's own activities: which to show, what one says, and whom an exclusive one names."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.console import cooperation_forms
from fenxiao.console.cooperation_forms import moment_input
from fenxiao.console.forms import EVERY, FilterForm, RateField
from fenxiao.console.leader.floor_lines import FloorsField, lines_of
from fenxiao.console.named import NamesField, line_of
from fenxiao.deals.models import Activity, ActivityState, ActivityType, FloorScope, LeaderEntry
from fenxiao.deals.rules.activity_drafts import LONGEST_PHONE, LONGEST_TITLE, LONGEST_WECHAT, ActivityDraft
from fenxiao.deals.rules.floors import Floors
from fenxiao.parties.models import Kind, Organisation

SHOWN_STATES = [(state.value, state.label) for state in ActivityState if state != ActivityState.DELETED]
# What a published activity keeps: merchants and creators rely on it.
FIXED_ONCE_PUBLISHED = ("type", "begins_at", "creators", "leader_entry", "leaders")
# By which field a refusal is shown; the rest concern the whole form.
FIELD_OF = {
    "activity_times_bad": "ends_at",
    "floors_missing": "floors",
    "floors_superfluous": "floors",
    "floors_too_many": "floors",
    "floor_of_unfit_categories": "floors",
    "floor_twice": "floors",
    "floor_out_of_bounds": "floors",
    "floors_leave_nothing": "service_fee",
    "nobody_named": "creators",
    "creators_not_taken": "creators",
    "too_many_named": "creators",
    "activity_creators_unfit": "creators",
    "creators_already_named": "creators",
    "creators_not_named": "creators",
    "leader_entry_misplaced": "leader_entry",
    "activity_leaders_unfit": "leaders",
}


class ActivityFilter(FilterForm):
    """Which of one's activities to show."""

    q = forms.CharField(label=_("Title of the activity"), required=False, max_length=LONGEST_TITLE)
    type = forms.TypedChoiceField(label=_("Type"), required=False, choices=[EVERY, *ActivityType.choices], coerce=int)
    state = forms.TypedChoiceField(label=_("State"), required=False, choices=[EVERY, *SHOWN_STATES], coerce=int)


class ActivityForm(forms.Form):
    """Everything that a leader says of an activity."""

    type = forms.TypedChoiceField(
        label=_("Type"),
        choices=ActivityType.choices,
        coerce=int,
        initial=ActivityType.NORMAL,
        help_text=_(
            "Normal: every creator may promote its goods. Exclusive: the creators you name. "
            "Cooperative: other leaders hand their goods on to you."
        ),
    )
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    begins_at = forms.DateTimeField(
        label=_("Begins"), required=False, widget=moment_input(), help_text=_("Empty: at once.")
    )
    ends_at = forms.DateTimeField(label=_("Ends"), widget=moment_input())
    service_fee = RateField(label=_("Least service fee"), help_text=_("You earn it on every sale of a creator."))
    floor_scope = forms.TypedChoiceField(
        label=_("Least commission"), choices=FloorScope.choices[::-1], coerce=int, initial=FloorScope.ALL
    )
    commission = RateField(label=_("For all categories"), required=False)
    floors = FloorsField(
        label=_("By category"),
        required=False,
        placeholder="ap-2-1 12\nap-2-4 8.5",
        help_text=_("One category a line: name or id, then the least rate in percent. Others cannot apply."),
    )
    creators = NamesField(
        kind=Kind.CREATOR,
        label=_("Creators"),
        required=False,
        placeholder="1024\nChen",
        help_text=_("One a line, by id or name: they alone may promote its goods."),
    )
    leader_entry = forms.TypedChoiceField(
        label=_("Other leaders who may hand goods on"),
        choices=LeaderEntry.choices,
        coerce=int,
        initial=LeaderEntry.NONE,
    )
    leaders = NamesField(
        kind=Kind.LEADER, label=_("Named leaders"), required=False, rows=2, help_text=_("One a line, by id or name.")
    )
    contact_phone = forms.CharField(label=_("Phone"), required=False, max_length=LONGEST_PHONE)
    contact_wechat = forms.CharField(label=_("WeChat"), required=False, max_length=LONGEST_WECHAT)

    def __init__(self, *given: Any, of: Activity | None = None, draft: ActivityDraft | None = None, **options: Any):
        """A form for a new activity, or `of` one that stands with what its leader says of it now."""
        self.was = draft
        if draft is not None:
            options["initial"] = _initial(draft)
        super().__init__(*given, **options)
        if of is not None and of.state != ActivityState.DRAFT:
            for name in FIXED_ONCE_PUBLISHED:
                self.fields[name].disabled = True

    def draft(self, *, now: datetime) -> ActivityDraft:
        """What was entered, as the services take it."""
        entered = self.cleaned_data
        return ActivityDraft(
            type=entered["type"],
            title=entered["title"],
            begins_at=self._moment("begins_at") or now,
            ends_at=self._moment("ends_at") or now,
            floors=Floors(
                scope=entered["floor_scope"],
                by_category=tuple(entered["floors"]),
                commission_bp=entered["commission"] or 0,
                service_fee_bp=entered["service_fee"],
            ),
            creator_ids=frozenset(entered["creators"]),
            leader_entry=entered["leader_entry"],
            leader_ids=frozenset(entered["leaders"]),
            contact_phone=entered["contact_phone"],
            contact_wechat=entered["contact_wechat"],
        )

    def _moment(self, name: str) -> datetime | None:
        """The moment entered. Browsers show minutes: one that was not touched keeps its seconds."""
        entered: datetime | None = self.cleaned_data[name]
        old = getattr(self.was, name) if self.was else None
        return old if old and entered == old.replace(second=0, microsecond=0) else entered


class CreatorsForm(forms.Form):
    """Creators to name besides those who are named."""

    creators = NamesField(
        kind=Kind.CREATOR,
        label=_("Creators"),
        rows=3,
        placeholder="1024\nChen",
        help_text=_("One a line, by id or name; they may promote its goods at once."),
    )


def refusals_at(form: forms.Form) -> AbstractContextManager[None]:
    """Run an act; a refusal that can be mended here is shown at its field. Look at `form.errors` after."""
    return cooperation_forms.refusals_at(form, FIELD_OF)


def _initial(draft: ActivityDraft) -> dict[str, Any]:
    named = Organisation.objects.filter(pk__in=draft.creator_ids | draft.leader_ids).order_by("name", "pk")
    lines = {kind: "\n".join(line_of(one) for one in named if one.kind == kind) for kind in (Kind.CREATOR, Kind.LEADER)}
    return {
        "type": draft.type,
        "title": draft.title,
        "begins_at": draft.begins_at,
        "ends_at": draft.ends_at,
        "service_fee": f"{draft.floors.service_fee_bp / 100:g}",
        "floor_scope": draft.floors.scope,
        "commission": f"{draft.floors.commission_bp / 100:g}",
        "floors": lines_of(draft.floors.by_category),
        "creators": lines[Kind.CREATOR],
        "leader_entry": draft.leader_entry,
        "leaders": lines[Kind.LEADER],
        "contact_phone": draft.contact_phone,
        "contact_wechat": draft.contact_wechat,
    }
