"""What is for sale: categories, brands, products, and the cases in which products were admitted or refused."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog import rules
from fenxiao.parties.models import Organisation


class Category(models.Model):
    """A node of the category tree. The third level is the peer group's category and the filter everyone sees."""

    id = models.CharField(primary_key=True, max_length=40)  # Shopify's, e.g. "ap-2-1-3"; importers may add their own
    parent = models.ForeignKey("self", models.PROTECT, null=True)
    # The peer group: the ancestor on level 3, or itself for a leaf above that level; null for what is too wide.
    third = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    depth = models.PositiveSmallIntegerField()  # 1 at the top
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name_zh


class BrandTier(models.IntegerChoices):
    """How well a brand is known; set by operators."""

    UNKNOWN = 0, _("Unknown")
    REGIONAL = 1, _("Regional")
    NATIONAL = 2, _("National")
    LEADING = 3, _("Leading")


class Brand(models.Model):
    """A brand, whoever sells it."""

    name = models.CharField(max_length=80, unique=True)
    tier = models.PositiveSmallIntegerField(choices=BrandTier, default=BrandTier.UNKNOWN)

    def __str__(self) -> str:
        return self.name


class Standing(models.IntegerChoices):
    """By what right a merchant sells a brand, weakest first."""

    NONE = 0, _("No qualification")
    AUTHORISED = 1, _("Authorised")
    OWN = 2, _("Own brand")
    FLAGSHIP = 3, _("Flagship store")


class BrandQualification(models.Model):
    """A merchant's proven right to sell a brand, valid until the end of `valid_until`."""

    merchant = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE)
    standing = models.PositiveSmallIntegerField(choices=Standing)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="brand_qualification_once", fields=["merchant", "brand"])]


class ProductState(models.TextChoices):
    """Where a product stands with the gate."""

    PENDING = "pending", _("In review")  # waits for an operator
    ADMITTED = "admitted", _("Admitted")  # may be offered, has a level
    REFUSED = "refused", _("Refused")  # may be mended and submitted again
    OFF_SHELF = "off_shelf", _("Off shelf")  # taken down by its merchant


class Level(models.IntegerChoices):
    """Levels of a product (商品分层等级)."""

    UNQUALIFIED = 0, _("L0 Unqualified")  # 未达标: shown on no surface
    NEW = 1, _("L1 New")  # 新品上线
    QUALIFIED = 2, _("L2 Qualified")  # 达标分销商品
    QUALITY = 3, _("L3 Quality goods")  # 优质好物
    HIT = 4, _("L4 Category hit")  # 行业爆款
    TOP = 5, _("L5 Top goods")  # 行业尖货


class ProductQuerySet(models.QuerySet["Product"]):
    """Filters of products."""

    def owned_by(self, merchant: Organisation) -> "ProductQuerySet":
        """Products of one merchant."""
        return self.filter(merchant=merchant)

    def offered(self) -> "ProductQuerySet":
        """Products that any surface may show: admitted, not L0, in stock or not, merchant active."""
        return self.filter(state=ProductState.ADMITTED, merchant__is_active=True).exclude(level=Level.UNQUALIFIED)


class Product(models.Model):
    """A thing for sale. Only an admitted one has a level and may be offered."""

    merchant = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    price_fen = models.PositiveBigIntegerField()
    stock = models.PositiveIntegerField()
    freight_fen = models.PositiveBigIntegerField(null=True)  # a buyer's, for one piece; 0 ships free, null: not told
    image_url = models.URLField(max_length=500, blank=True)
    page_url = models.URLField(max_length=500, blank=True)  # on the merchant's domain; "" means this platform's page
    state = models.CharField(max_length=10, choices=ProductState, default=ProductState.PENDING)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    submitted_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(choices=Level, null=True)  # set by quality from above, with history below
    is_select = models.BooleanField(default=False)  # carries the label 「精选好物」

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="product_imported_once", fields=["merchant", "source", "external_id"], condition=~Q(external_id="")
            ),
            models.CheckConstraint(name="product_price_positive", condition=Q(price_fen__gt=0)),
            models.CheckConstraint(
                name="product_admitted_when", condition=~Q(state="admitted") | Q(admitted_at__isnull=False)
            ),
            models.CheckConstraint(
                name="product_level_needs_admission", condition=Q(level=None) | Q(admitted_at__isnull=False)
            ),
            models.CheckConstraint(
                name="product_label_needs_level", condition=Q(is_select=False) | Q(level__gte=Level.QUALITY)
            ),
        ]
        indexes = [
            models.Index(name="product_by_state", fields=["state", "submitted_at"]),
            models.Index(name="product_by_category", fields=["category", "state"]),
            models.Index("merchant", Lower("title"), name="product_by_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Admission(models.Model):
    """One submission of a product to the gate and what became of it; a product may come several times."""

    class Verdict(models.TextChoices):
        """What the gate said."""

        PENDING = "pending", _("Waiting for review")
        ADMITTED = "admitted", _("Admitted")
        REFUSED = "refused", _("Refused")

    product = models.ForeignKey(Product, models.CASCADE)
    verdict = models.CharField(max_length=10, choices=Verdict)
    findings = models.JSONField(default=list)  # what the automatic rules said, as rules.stored() writes it
    reason = models.TextField(blank=True)  # an operator's words
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)  # "rules" or the operator's name

    class Meta:
        constraints = [
            models.UniqueConstraint(name="admission_one_open", fields=["product"], condition=Q(verdict="pending")),
            models.CheckConstraint(
                name="admission_decided_when",
                condition=Q(verdict="pending", decided_at=None) | Q(decided_at__gte=F("submitted_at")),
            ),
        ]

    def found(self) -> list[rules.Finding]:
        """What the automatic rules said, each with `.zh`, `.en` and `.message(language)`."""
        return rules.findings_from(self.findings)


class LevelChange(models.Model):
    """A product's level from `from_at` on, as a fact with the run that set it."""

    product = models.ForeignKey(Product, models.CASCADE, db_index=False)  # the index below begins with it
    level = models.PositiveSmallIntegerField(choices=Level)
    is_select = models.BooleanField()
    from_at = models.DateTimeField()
    # Number of the grading run (quality.GradingRun); no key, since it lives above. 0: between runs, for a violation.
    run = models.BigIntegerField()
    reason = models.CharField(max_length=200)  # code, e.g. "first", "score", "red_line"

    class Meta:
        indexes = [models.Index(name="level_change_of_product", fields=["product", "from_at"])]


class ViolationKind(models.TextChoices):
    """What a product was found guilty of."""

    COUNTERFEIT = "counterfeit", _("Counterfeit goods")
    FORBIDDEN_GOODS = "forbidden_goods", _("Forbidden goods")
    FALSE_CLAIMS = "false_claims", _("False claims")
    INFRINGEMENT = "infringement", _("Infringement of rights")
    PRICE_FRAUD = "price_fraud", _("Price fraud")


class Violation(models.Model):
    """A red line crossed: while it stands, from `found_at` until `lifted_at`, the product is L0."""

    product = models.ForeignKey(Product, models.CASCADE)
    kind = models.CharField(max_length=20, choices=ViolationKind)
    reason = models.TextField()  # an operator's words, read by the merchant
    found_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="violation_stands_once", fields=["product", "kind"], condition=Q(lifted_at=None)
            ),
            models.CheckConstraint(name="violation_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="violation_lifted_when",
                condition=Q(lifted_at=None, lifted_reason="")
                | (Q(lifted_at__isnull=False, lifted_at__gte=F("found_at")) & ~Q(lifted_reason="")),
            ),
        ]
        indexes = [models.Index(name="violation_of_product", fields=["product", "found_at"])]
