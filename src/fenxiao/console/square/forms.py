"""What may be asked of the square: every bound is the edge of a range, so that filters tell no more than ranges do."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category, Product
from fenxiao.console.categories import choices_of
from fenxiao.console.forms import FilterForm, ScoreField
from fenxiao.console.templatetags.ranges import bucket_name, count, in_money
from fenxiao.discovery.rules import bands
from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.square import LONGEST_WORDS, AudienceAsk, SquareAsk, SquareSort
from fenxiao.parties.audience import BUCKETS, DIMENSIONS
from fenxiao.parties.models import Tier

ANY = ("", _("Any"))
USUAL_SHARE = 3_500  # of the followers, where only the part is named
SORTS = [
    (SquareSort.GMV, _("Sales of 30 days")),
    (SquareSort.GPM, _("Sales per 1,000 views")),
    (SquareSort.FOLLOWERS, _("Followers")),
    (SquareSort.SCORE, _("Score")),
    (SquareSort.NEWEST, _("Joined last")),
]
MEDIA = [ANY, ("live", _("Live")), ("video", _("Video"))]
# Filters that are folded away until one is set.
FINER = ("gpm_min", "medium", "tier", "score_min", *DIMENSIONS, "share_min")


def _choices(edges: Sequence[int], said: Callable[[int], str]) -> list[tuple[Any, Any]]:
    return [ANY, *((edge, said(edge)) for edge in edges)]


def _money(fen: int) -> str:
    return in_money(Figure(low=fen, high=fen))


class SquareFilter(FilterForm):
    """Which creators to look for. Read `ask` only of a valid one."""

    q = forms.CharField(label=_("Name, city or words of the profile"), required=False, max_length=LONGEST_WORDS)
    product = forms.TypedChoiceField(label=_("For my product"), required=False, coerce=int, empty_value=None)
    category = forms.ChoiceField(label=_("Sells in"), required=False)
    followers_min = forms.TypedChoiceField(label=_("Followers from"), required=False, coerce=int, empty_value=None)
    followers_max = forms.TypedChoiceField(label=_("Followers below"), required=False, coerce=int, empty_value=None)
    gmv_min = forms.TypedChoiceField(label=_("30-day sales from"), required=False, coerce=int, empty_value=None)
    gpm_min = forms.TypedChoiceField(label=_("Per 1,000 views from"), required=False, coerce=int, empty_value=None)
    medium = forms.ChoiceField(label=_("Shows goods in"), required=False, choices=MEDIA)
    tier = forms.ChoiceField(label=_("Tier"), required=False, choices=[ANY, *Tier.choices])
    score_min = ScoreField(label=_("Score from"), required=False)
    gender = forms.ChoiceField(label=_("Followers: gender"), required=False)
    age = forms.ChoiceField(label=_("Followers: age"), required=False)
    region = forms.ChoiceField(label=_("Followers: region"), required=False)
    share_min = forms.TypedChoiceField(label=_("… make up at least"), required=False, coerce=int, empty_value=None)
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, categories: Sequence[Category], products: Iterable[Product], **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("product", [ANY, *((each.pk, each.title) for each in products)])
        self._offer("category", choices_of(categories, every=ANY))
        for name, edges, said in (
            ("followers_min", bands.FOLLOWERS, count),
            ("followers_max", bands.FOLLOWERS, count),
            ("gmv_min", bands.GMV_FEN[1:], _money),
            ("gpm_min", bands.GPM_FEN[1:], _money),
            ("share_min", bands.SHARE_BP, lambda share: f"{share // 100}%"),
        ):
            self._offer(name, _choices(edges, said))
        for dimension in DIMENSIONS:
            parts = [(bucket, bucket_name(bucket, dimension)) for bucket in BUCKETS[dimension]]
            self._offer(dimension, [ANY, *parts])
        self._offer("sort", [(SquareSort.FIT, _("Fit")), *SORTS])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above; narrows the type
        field.choices = choices

    @property
    def is_narrow(self) -> bool:
        """Whether any of the finer filters is set, or refused."""
        return any(self.data.get(name) or name in self.errors for name in FINER)

    def ask(self) -> SquareAsk:
        """What was entered; of a product's creators those who suit it come first, unless another order is asked for."""
        entered = self.cleaned_data
        usual = SquareSort.FIT if entered["product"] else SquareSort.GMV
        share = entered["share_min"] or USUAL_SHARE
        return SquareAsk(
            words=entered["q"],
            category_id=entered["category"] or None,
            followers_min=entered["followers_min"],
            followers_max=entered["followers_max"],
            gmv_min_fen=entered["gmv_min"],
            gpm_min_fen=entered["gpm_min"],
            medium=entered["medium"],
            tier=entered["tier"],
            score_min_centi=entered["score_min"],
            audience=tuple(
                AudienceAsk(dimension=dimension, bucket=entered[dimension], least_bp=share)
                for dimension in DIMENSIONS
                if entered[dimension]
            ),
            product_id=entered["product"],
            sort=SquareSort(entered["sort"] or usual),
            cursor=entered["cursor"],
        )
