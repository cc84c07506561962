"""Plans of many products in one sheet: the template, a check of a filled-in file, and its entry, all or nothing."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from io import BytesIO

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.merchant.plan_forms import refusals_at
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_KEPT = 1_000_000  # a larger file is chosen again rather than carried in the page
MOST_FAULTS = 200
MOST_BYTES = 5 * 2**20


class SheetForm(forms.Form):
    """A file; one that was checked is carried along in the page, and checked again when it is entered."""

    file = forms.FileField(label=gettext_lazy("Filled-in sheet (.xlsx)"), required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """Refuses when there is no file at all, or one too large to be one."""
        entered = super().clean() or {}
        file = entered.get("file")
        if file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than 5 MB."))
        elif file is None and not self._kept():
            self.add_error("file", _("Choose a file."))
        return entered

    def content(self) -> bytes:
        """The file's bytes."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file is not None else self._kept()

    def _kept(self) -> bytes:
        try:
            return b64decode(self.cleaned_data.get("kept") or "", validate=True)
        except (NotBase64, ValueError):
            return b""


@require_safe
@role_required(Kind.MERCHANT, act=Act.WORK)
def template(request: MemberRequest) -> HttpResponse:
    """The sheet to fill in."""
    return HttpResponse(
        deals.plan_template(),
        content_type=SHEET,
        headers={"Content-Disposition": 'attachment; filename="plans.xlsx"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def sheet(request: MemberRequest) -> HttpResponse:
    """Check a file and show every fault by row and column; enter it when there is none."""
    form = SheetForm(request.POST or None, request.FILES or None)
    shown: dict[str, object] = {"form": form, "checked": None}
    if request.method == "POST" and form.is_valid():
        content = form.content()
        with refusals_at(form):
            checked = deals.check_plan_file(request.organisation, file=BytesIO(content), now=request.now)
            if request.POST.get("do") == "enter" and not checked.faults and checked.drafts:
                return _enter(request, content)
            shown |= {"checked": checked, "faults": checked.faults[:MOST_FAULTS], "kept": _carried(content)}
    return render(request, "console/merchant/plan_sheet.html", shown, status=422 if form.errors else 200)


def _enter(request: MemberRequest, content: bytes) -> HttpResponse:
    plans = acts.apply_plan_file(request.organisation, file=BytesIO(content), by=request.by, now=request.now)
    said = ngettext("%(count)s plan entered.", "%(count)s plans entered.", len(plans))
    messages.success(request, said % {"count": len(plans)})
    return redirect("merchant:plans")


def _carried(content: bytes) -> str:
    return b64encode(content).decode() if len(content) <= MOST_KEPT else ""
