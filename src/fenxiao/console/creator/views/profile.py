"""A creator's own profile: what is told, what others see of it, and the consent to exact figures."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from fenxiao.catalog.models import Category
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.requests import MemberRequest
from fenxiao.console.square.compared import rows_of
from fenxiao.discovery.queries.square import own_card
from fenxiao.parties import services as parties
from fenxiao.parties.models import CreatorProfile, Kind
from fenxiao.parties.queries import disclosing_at
from fenxiao.parties.rules import Act


class ProfileForm(forms.Form):
    """What a creator says of himself."""

    city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=40)
    introduction = forms.CharField(
        label=gettext_lazy("What you show, and to whom"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Merchants search these words. Name what you sell and who watches you."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.CREATOR, act=Act.WORK)
def profile(request: MemberRequest) -> HttpResponse:
    """Describe oneself, and see what others see, with exact figures and without."""
    told = CreatorProfile.objects.filter(creator=request.organisation).first()
    said = {"city": told.city, "introduction": told.introduction} if told else {}
    form = ProfileForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            parties.introduce_creator(request.organisation, **form.cleaned_data, by=request.by, now=request.now)
        if not form.errors:
            messages.success(request, _("Your profile is saved. Merchants find it within a minute."))
            return redirect("creator:profile")
    return render(request, "console/creator/profile.html", _shown(request, form), status=422 if form.errors else 200)


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def consent(request: MemberRequest) -> HttpResponse:
    """Let others see exact figures, or ranges again."""
    shows_exact = request.POST.get("shows") == "exact"
    parties.disclose_figures(request.organisation, shows_exact=shows_exact, by=request.by, now=request.now)
    said = _("Others see your exact figures from now on.") if shows_exact else _("Others see ranges again from now on.")
    messages.success(request, said)
    return redirect("creator:profile")


def _shown(request: MemberRequest, form: ProfileForm) -> dict[str, object]:
    cards = [own_card(request.organisation.pk, as_if_exact=exact, now=request.now) for exact in (False, True)]
    seen = [card for card in cards if card is not None]
    names = Category.objects.in_bulk({category for card in seen for category in card.categories})
    return {
        "form": form,
        "card": seen[0] if seen else None,
        "lines": rows_of(seen, {}, names),
        "is_exact": request.organisation.pk in disclosing_at([request.organisation.pk], request.now),
    }
