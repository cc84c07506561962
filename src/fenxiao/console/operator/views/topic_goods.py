"""What stands on a topic: goods picked by number or from a search, their order, and the rule."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import ticked
from fenxiao.console.operator.forms import TopicGoodsForm, TopicRuleForm
from fenxiao.console.operator.forms.topics import rule_as_entered
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import queries as discovery
from fenxiao.discovery import services as acts
from fenxiao.discovery.models import Topic, TopicProduct
from fenxiao.discovery.queries import SearchAsk
from fenxiao.discovery.rules.topics import MOST_BY_RULE, TopicRule, read_rule
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

FOUND = 24  # goods of a search


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.OPERATOR, act=Act.WORK)
def topic_goods(request: MemberRequest, topic_id: int) -> HttpResponse:
    """The goods picked by hand; more by their numbers (a post), or ticked in what a search finds (`?q=`)."""
    topic = get_object_or_404(Topic, pk=topic_id)
    form = TopicGoodsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _add(request, topic, form.cleaned_data["numbers"])
        if not form.errors:
            return redirect("operator:topic_goods", topic_id)
    goods = discovery.topic_goods(topic, now=request.now)
    text = request.GET.get("q", "")
    shown = {
        "topic": topic,
        "goods": goods,
        "form": form,
        "q": text,
        "found": _found(request, text, on={each.product_id for each in goods.picked}) if text else None,
    }
    return render(request, "console/operator/topic_goods.html", shown, status=422 if form.errors else 200)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def add_topic_goods(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Put the goods ticked in a search at the end."""
    _add(request, get_object_or_404(Topic, pk=topic_id), ticked(request, "products"))
    return redirect("operator:topic_goods", topic_id)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def arrange_topic_goods(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Put the goods in the order of the numbers entered, without those that are ticked to go."""
    topic = get_object_or_404(Topic, pk=topic_id)
    asked = _arranged(_standing(topic), request.POST, gone=set(request.POST.getlist("gone")))
    acts.choose_topic_goods(topic, product_ids=asked, by=request.by, now=request.now)
    messages.success(request, _("Saved."))
    return redirect("operator:topic_goods", topic_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.OPERATOR, act=Act.WORK)
def topic_rule(request: MemberRequest, topic_id: int) -> HttpResponse:
    """The rule: "try" shows what it finds now, "save" keeps it, "drop" takes it away."""
    topic = get_object_or_404(Topic, pk=topic_id)
    done = request.POST.get("do", "")
    if done == "drop":
        return _kept(request, topic, None)
    kept = read_rule(topic.rule) if topic.rule is not None else TopicRule()
    form = TopicRuleForm(request.POST or None, initial=rule_as_entered(kept))
    found = None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if done == "save":
                return _kept(request, topic, form.rule())
            found = discovery.search(form.rule().ask(now=request.now), now=request.now)
    shown = {"topic": topic, "form": form, "found": found, "most": MOST_BY_RULE}
    return render(request, "console/operator/topic_rule.html", shown, status=422 if form.errors else 200)


def _kept(request: MemberRequest, topic: Topic, rule: TopicRule | None) -> HttpResponse:
    acts.set_topic_rule(topic, rule=rule, by=request.by, now=request.now)
    messages.success(request, _("Saved."))
    return redirect("operator:topic", topic.pk)


def _add(request: MemberRequest, topic: Topic, numbers: list[int]) -> None:
    """Those that stand on it already stay where they are."""
    standing = _standing(topic)
    asked = [*standing, *(pk for pk in dict.fromkeys(numbers) if pk not in set(standing))]
    acts.choose_topic_goods(topic, product_ids=asked, by=request.by, now=request.now)
    messages.success(request, _("Saved."))


def _standing(topic: Topic) -> list[int]:
    return list(TopicProduct.objects.filter(topic=topic).order_by("row").values_list("product_id", flat=True))


def _arranged(standing: list[int], told: Mapping[str, str], *, gone: set[str]) -> list[int]:
    """By the numbers entered; a good with none, or with what is no number, keeps its own."""

    def number(place: int, pk: int) -> int:
        said = told.get(f"row_{pk}", "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= 4 else place

    rows = [(number(place, pk), place, pk) for place, pk in enumerate(standing, start=1) if str(pk) not in gone]
    return [pk for _, _, pk in sorted(rows)]


def _found(request: MemberRequest, text: str, *, on: set[int]) -> list[tuple[Product, bool]]:
    """What a search finds, and whether it stands on the topic already."""
    found = discovery.search(SearchAsk(text=text, per_page=FOUND), now=request.now)
    return [(row.product, row.product.pk in on) for row in found.rows]
