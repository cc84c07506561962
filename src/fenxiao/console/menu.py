"""The left menu: what each kind of organisation comes for."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fenxiao.parties.models import Kind


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the menu. `under` are the names of pages that belong to it besides its own."""

    page: str
    label: str | Promise
    icon: str
    under: Sequence[str] = ()


SQUARE = (
    Entry(
        page="square:creators",
        label=_("Creator square"),
        icon="users",
        under=("square:creator", "square:compare"),
    ),
    Entry(page="square:shortlist", label=_("Shortlist"), icon="star"),
)

MENUS: dict[str, tuple[Entry, ...]] = {
    Kind.MERCHANT: (
        Entry(page="merchant:home", label=_("Home"), icon="home"),
        Entry(
            page="merchant:products",
            label=_("Products and levels"),
            icon="packages",
            under=("merchant:product", "merchant:what_if", "merchant:edit", "merchant:plan", "merchant:resubmit"),
        ),
        Entry(
            page="merchant:plans",
            label=_("Plans"),
            icon="discount",
            under=(
                "merchant:plan_page",
                "merchant:new_plan",
                "merchant:plan_requests",
                "merchant:plan_sheet",
                "merchant:plan_many",
                "merchant:open_plan_steps",
                "merchant:raise_plan_steps",
                "merchant:add_plan_creators",
                "merchant:change_plan_entry",
                "merchant:set_plan_differential",
            ),
        ),
        Entry(
            page="merchant:activities",
            label=_("Activities"),
            icon="speakerphone",
            under=(
                "merchant:activity",
                "merchant:apply",
                "merchant:applications",
                "merchant:application",
                "merchant:ask_extension",
                "merchant:ask_fee_cut",
                "merchant:trusteeships",
            ),
        ),
        *SQUARE,
        Entry(page="merchant:effects", label=_("Effect"), icon="chart-line", under=("merchant:activity_effect",)),
        Entry(page="merchant:levers", label=_("What lifts most"), icon="stairs-up"),
        Entry(page="merchant:pick_category", label=_("Add product"), icon="circle-plus", under=("merchant:add",)),
        Entry(page="merchant:orders", label=_("Orders"), icon="receipt"),
        Entry(page="merchant:wallet", label=_("Wallet"), icon="wallet"),
    ),
    Kind.CREATOR: (
        Entry(page="creator:home", label=_("Home"), icon="home"),
        Entry(
            page="creator:selection",
            label=_("Selection centre"),
            icon="shopping-bag",
            under=("creator:product", "creator:compare", "creator:searches"),
        ),
        Entry(page="creator:charts", label=_("Charts"), icon="trophy"),
        Entry(page="creator:topics", label=_("Topics"), icon="layout-grid", under=("creator:topic",)),
        Entry(page="creator:shelf", label=_("My shelf"), icon="bookmark"),
        Entry(page="creator:open_plans", label=_("Targeted plans"), icon="discount", under=("creator:requests",)),
        Entry(page="creator:token", label=_("Enter a token"), icon="ticket"),
        Entry(page="creator:links", label=_("My links"), icon="link", under=("creator:link",)),
        Entry(page="creator:orders", label=_("Orders"), icon="receipt"),
        Entry(page="creator:income", label=_("Income"), icon="coin-yuan"),
        Entry(page="creator:profile", label=_("My profile"), icon="user-circle"),
    ),
    Kind.LEADER: (
        Entry(page="leader:home", label=_("Home"), icon="home"),
        Entry(
            page="leader:activities",
            label=_("My activities"),
            icon="speakerphone",
            under=("leader:new_activity", "leader:activity", "leader:edit_activity", "leader:name_creators"),
        ),
        Entry(
            page="leader:applications",
            label=_("Audits"),
            icon="checklist",
            under=(
                "leader:application",
                "leader:audit_applications",
                "leader:audit_application",
                "leader:ask_extension",
                "leader:ended_applications",
            ),
        ),
        Entry(
            page="leader:seconds",
            label=_("Second-leader audits"),
            icon="users-group",
            under=("leader:audit_seconds", "leader:answer_cancellation"),
        ),
        Entry(
            page="leader:second_activities",
            label=_("Hand goods on"),
            icon="affiliate",
            under=(
                "leader:second_activity",
                "leader:hand_on",
                "leader:handed_on",
                "leader:handed_on_one",
                "leader:edit_ceded_fee",
                "leader:apply_again",
                "leader:ask_cancellation",
            ),
        ),
        Entry(page="leader:wishes", label=_("Requests"), icon="message-question"),
        Entry(
            page="leader:trusteeships",
            label=_("Trusteeships"),
            icon="key",
            under=("leader:trusted_plans", "leader:trusted_plan", "leader:change_trusted_rate"),
        ),
        *SQUARE,
        Entry(page="leader:effects", label=_("Effect"), icon="chart-line", under=("leader:activity_effect",)),
    ),
    Kind.OPERATOR: (
        Entry(page="operator:home", label=_("Home"), icon="home"),
        Entry(page="operator:review", label=_("Review queue"), icon="checklist", under=("operator:case",)),
        Entry(page="operator:products", label=_("Products"), icon="packages", under=("operator:product",)),
        Entry(page="operator:violations", label=_("Violations"), icon="gavel"),
        Entry(
            page="operator:topics",
            label=_("Topics"),
            icon="layout-grid",
            under=(
                "operator:topic",
                "operator:new_topic",
                "operator:edit_topic",
                "operator:topic_goods",
                "operator:topic_rule",
            ),
        ),
        Entry(page="operator:charts", label=_("Charts"), icon="trophy"),
        Entry(page="operator:levels", label=_("Levels by category"), icon="chart-bar"),
        Entry(
            page="operator:policies",
            label=_("Grading policies"),
            icon="adjustments",
            under=("operator:policy", "operator:new_policy", "operator:decline_policy"),
        ),
        Entry(page="operator:runs", label=_("Grading runs"), icon="chart-radar", under=("operator:run",)),
        Entry(page="operator:boosts", label=_("Boosts"), icon="rocket", under=("operator:set_boosts",)),
        Entry(page="operator:why", label=_("Why is this here?"), icon="zoom-question"),
        Entry(
            page="operator:backtests",
            label=_("Backtests"),
            icon="history",
            under=("operator:backtest", "operator:new_backtest"),
        ),
    ),
}
HOMES = {kind: entries[0].page for kind, entries in MENUS.items()}
