"""What one's product would be with other values: eleven dials, and the level before and after side by side."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.merchant.dials import WhatIfForm
from fenxiao.console.merchant.views.goods import own_product
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.quality import queries as quality
from fenxiao.quality.queries import WhatIf
from fenxiao.quality.rules import GateLine, IndicatorLine, PowerLine


@require_safe
@role_required(Kind.MERCHANT)
def what_if(request: MemberRequest, product_id: int) -> HttpResponse:
    """The dials of one's own product and what the values asked for would make of it; refuses values that cannot be."""
    found = own_product(request, product_id)
    case = quality.case_of(found.pk)
    form = WhatIfForm(request.GET, dials=case.dials)
    changes = form.changes() if form.is_valid() else {}
    shown = {"product": found, "form": form, "compared": None}
    if case.peers is not None:
        shown |= {"compared": compared(case.what_if(changes))}
    return render(request, "console/merchant/what_if.html", shown, status=422 if form.errors else 200)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A product as it scores and as it would."""

    both: WhatIf
    powers: list[tuple[PowerLine, PowerLine]]
    changed: list[tuple[IndicatorLine, IndicatorLine]]
    gates: list[tuple[GateLine, GateLine]]  # of the levels within reach

    @property
    def rise(self) -> int:
        """Levels won; negative when lost."""
        return self.both.then.scored - self.both.now.scored

    @property
    def points(self) -> float:
        """Points of score won."""
        return round(self.both.then.score - self.both.now.score, 1)

    @property
    def now_powers(self) -> dict[str, float | None]:
        """For the radar."""
        return {line.code: line.points for line in self.both.now.powers}

    @property
    def then_powers(self) -> dict[str, float | None]:
        """For the radar."""
        return {line.code: line.points for line in self.both.then.powers}


def compared(both: WhatIf) -> Compared:
    """Both explanations line by line."""
    highest = max(both.now.scored, both.then.scored) + 1
    lines = zip(both.now.indicators, both.then.indicators, strict=True)
    gates = zip(both.now.gates, both.then.gates, strict=True)
    return Compared(
        both=both,
        powers=list(zip(both.now.powers, both.then.powers, strict=True)),
        changed=[(now, then) for now, then in lines if now.code in both.changes],
        gates=[(now, then) for now, then in gates if now.level <= highest and not (now.passed and then.passed)],
    )
