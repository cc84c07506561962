"""Organisations, the people who act for them, and what is known of both."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fenxiao.kernel.actors import Actor


class Kind(models.TextChoices):
    """Kinds of organisation."""

    MERCHANT = "merchant", _("Merchant")  # supplies goods
    CREATOR = "creator", _("Creator")  # sells them to followers
    LEADER = "leader", _("Leader")  # recruits goods and hands them to creators
    OPERATOR = "operator", _("Operator")  # the platform's own staff
    AFFILIATE = "affiliate", _("Affiliate")  # promotes off site
    CLIP_AGENCY = "clip_agency", _("Clip agency")  # makes clips of creators' works
    SERVICE_PROVIDER = "service_provider", _("Service provider")  # serves the others


class Role(models.TextChoices):
    """What a member may do in the organisation."""

    OWNER = "owner", _("Owner")  # everything, members included
    STAFF = "staff", _("Staff")  # daily work
    FINANCE = "finance", _("Finance")  # money, and reading everything
    VIEWER = "viewer", _("Viewer")  # reading only


class UserAccounts(BaseUserManager["User"]):
    """Makes people who log in by e-mail."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        """A person with this e-mail (case-folded domain) and password."""
        user = self.model(email=self.normalize_email(email), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in; what they may do comes from their memberships alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, blank=True)  # "" follows the installation
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects = UserAccounts()

    def __str__(self) -> str:
        return self.name or self.email


class Organisation(models.Model):
    """A merchant, creator, leader or other party. A creator of one person is an organisation too."""

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)  # False: suspended; nothing of theirs is offered
    source = models.CharField(max_length=40, blank=True)  # where an imported one came from, e.g. "olist"
    external_id = models.CharField(max_length=80, blank=True)  # its id there
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="organisation_imported_once",
                fields=["kind", "source", "external_id"],
                condition=~Q(external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person in an organisation; a person may be in several and switches between them."""

    user = models.ForeignKey(User, models.CASCADE)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    role = models.CharField(max_length=10, choices=Role)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="member_once", fields=["user", "organisation"])]

    def as_actor(self) -> Actor:
        """Who an audit row names. Select `user` with the member: this reads it."""
        return Actor(name=str(self.user), member_id=self.pk, organisation_id=self.organisation_id)


class MerchantDomain(models.Model):
    """A domain whose pages a merchant's tracked links may lead to."""

    merchant = models.ForeignKey(Organisation, models.CASCADE)
    domain = models.CharField(max_length=253)  # lower case, no port; covers its subdomains
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="merchant_domain_once", fields=["merchant", "domain"])]


class CreatorProfile(models.Model):
    """What a creator tells of themselves."""

    creator = models.OneToOneField(Organisation, models.CASCADE, primary_key=True)
    followers = models.PositiveIntegerField(default=0)
    city = models.CharField(max_length=40, blank=True)
    introduction = models.TextField(blank=True)


class AudienceShare(models.Model):
    """A part of a creator's followers, as last told; what was told before stands in the audit."""

    creator = models.ForeignKey(Organisation, models.CASCADE)
    dimension = models.CharField(max_length=10)  # of `parties.audience.BUCKETS`
    bucket = models.CharField(max_length=10)
    share_bp = models.PositiveSmallIntegerField()  # those of a dimension sum to 10,000 at most: the rest is not known
    told_by = models.CharField(max_length=80)  # a platform, or whoever counted
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="audience_share_once", fields=["creator", "dimension", "bucket"]),
            models.CheckConstraint(name="audience_share_within_bounds", condition=Q(share_bp__lte=10_000)),
        ]


class Disclosure(models.Model):
    """From `from_at` on a creator shows exact figures, or ranges; the latest row counts, without one ranges."""

    creator = models.ForeignKey(Organisation, models.CASCADE)
    shows_exact = models.BooleanField()
    from_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="disclosure_once_per_moment", fields=["creator", "from_at"])]


class Score(models.Model):
    """A merchant score or creator score from `from_at` on (0.00 to 5.00 as hundredths); the latest row counts."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    score_centi = models.PositiveSmallIntegerField()
    from_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="score_once_per_moment", fields=["organisation", "from_at"]),
            models.CheckConstraint(name="score_within_bounds", condition=Q(score_centi__lte=500)),
        ]


class Tier(models.TextChoices):
    """Tiers of creators."""

    GOLD = "gold", _("Gold")
    SILVER = "silver", _("Silver")
    BRONZE = "bronze", _("Bronze")


class CreatorTier(models.Model):
    """A creator's tier from `from_at` on; the latest row counts."""

    creator = models.ForeignKey(Organisation, models.CASCADE)
    tier = models.CharField(max_length=6, choices=Tier)
    from_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="tier_once_per_moment", fields=["creator", "from_at"])]


class Notice(models.Model):
    """What an organisation is told: a code with its figures; the words are kept in `parties.notices`."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    code = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)  # of what it tells, e.g. "product"
    subject_id = models.BigIntegerField()
    details = models.JSONField(default=dict)  # figures for the words
    cause = models.CharField(max_length=80, blank=True)  # what is told about one cause is told once; "": no cause
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="notice_once_per_cause",
                fields=["organisation", "code", "subject_kind", "subject_id", "cause"],
                condition=~Q(cause=""),
            ),
        ]
        indexes = [
            models.Index(name="notice_of_organisation", fields=["organisation", "-at"]),
            models.Index(name="notice_unread", fields=["organisation"], condition=Q(read_at=None)),
        ]
