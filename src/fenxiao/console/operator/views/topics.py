"""Topics: the list, what one says and shows, publishing and withdrawing it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.operator.forms import TopicFilter, TopicForm
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import queries as discovery
from fenxiao.discovery import services as acts
from fenxiao.discovery.models import Topic, TopicState
from fenxiao.discovery.queries.topics import topic_history
from fenxiao.discovery.rules.topics import read_rule
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

ACTS = {
    "draft_topic": gettext_lazy("Drafted"),
    "edit_topic": gettext_lazy("Words, dates or cover changed"),
    "set_topic_rule": gettext_lazy("Rule changed"),
    "choose_topic_goods": gettext_lazy("Goods changed"),
    "publish_topic": gettext_lazy("Published"),
    "withdraw_topic": gettext_lazy("Withdrawn"),
}


@require_safe
@role_required(Kind.OPERATOR)
def topics(request: MemberRequest) -> HttpResponse:
    """All topics, the latest first, with how many of their goods are gone."""
    asked, rows = TopicFilter(request.GET), discovery.topics_for_operators()
    if text := asked.chosen("q"):
        rows = rows.filter(title_zh__icontains=text) | rows.filter(title_en__icontains=text)
    if state := asked.chosen("state"):
        rows = rows.filter(state=state)
    shown = {"filter": asked, "page": page_of(rows, request), "may_work": may(request.member.role, Act.WORK)}
    return render(request, "console/operator/topics.html", shown)


@require_safe
@role_required(Kind.OPERATOR)
def topic(request: MemberRequest, topic_id: int) -> HttpResponse:
    """One topic as creators would see it now, what they do not see of it, and who did what to it."""
    found = get_object_or_404(Topic, pk=topic_id)
    goods = discovery.topic_goods(found, now=request.now)
    history = [(row, ACTS.get(row.act, row.act)) for row in topic_history(found)]
    shown = {
        "topic": found,
        "goods": goods,
        "rule": read_rule(found.rule) if found.rule is not None else None,
        "history": history,
        "is_over": found.ends_at <= request.now,
        "is_shown": found.state == TopicState.PUBLISHED and found.starts_at <= request.now < found.ends_at,
        "may_work": may(request.member.role, Act.WORK),
    }
    return render(request, "console/operator/topic.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.OPERATOR, act=Act.WORK)
def new_topic(request: MemberRequest) -> HttpResponse:
    """A draft; its goods come next."""
    form = TopicForm(request.POST or None)

    def save() -> Topic:
        return acts.draft_topic(form.draft(), by=request.by, now=request.now)

    saved = _saved(request, form, save)
    return redirect("operator:topic_goods", saved.pk) if saved else _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.OPERATOR, act=Act.WORK)
def edit_topic(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Other words, cover, dates or weight; a published one shows them at once."""
    found = get_object_or_404(Topic, pk=topic_id)
    form = TopicForm(request.POST) if request.method == "POST" else TopicForm.of(found)

    def save() -> Topic:
        return acts.edit_topic(found, draft=form.draft(), by=request.by, now=request.now)

    saved = _saved(request, form, save)
    return redirect("operator:topic", saved.pk) if saved else _form_page(request, form, found)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def publish_topic(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Show it to creators within its dates."""
    acts.publish_topic(get_object_or_404(Topic, pk=topic_id), by=request.by, now=request.now)
    messages.success(request, _("Published: creators see it within its dates."))
    return redirect("operator:topic", topic_id)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def withdraw_topic(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Show it no more."""
    acts.withdraw_topic(get_object_or_404(Topic, pk=topic_id), by=request.by, now=request.now)
    messages.success(request, _("Withdrawn: creators do not see it any more."))
    return redirect("operator:topic", topic_id)


def _saved(request: MemberRequest, form: TopicForm, save: Callable[[], Topic]) -> Topic | None:
    """The topic once it is saved; None while the form is not right."""
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = save()
            messages.success(request, _("Saved."))
            return made
    return None


def _form_page(request: MemberRequest, form: TopicForm, topic: Topic | None) -> HttpResponse:
    shown = {"form": form, "topic": topic}
    return render(request, "console/operator/topic_form.html", shown, status=422 if form.errors else 200)
