"""Tables that every floor leans on: outbox, deliveries, audit rows, idempotency keys."""

from django.db import models


class OutboxEvent(models.Model):
    """News of an act, written in its transaction and delivered by the worker afterwards."""

    name = models.CharField(max_length=80)  # noun.past, e.g. "order.paid"
    payload = models.JSONField()
    published_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)  # every handler has had it
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(auto_now_add=True)  # later than published_at after a failure
    error = models.TextField(blank=True)  # of the last failed attempt

    class Meta:
        indexes = [
            models.Index(name="outbox_undelivered", fields=["id"], condition=models.Q(delivered_at=None)),
        ]


class OutboxDelivery(models.Model):
    """One handler has had one event; written in the transaction of the handler's own effects."""

    event = models.ForeignKey(OutboxEvent, models.CASCADE)
    handler = models.CharField(max_length=120)
    delivered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="outbox_once_per_handler", fields=["event", "handler"]),
        ]


class AuditRow(models.Model):
    """Who did what to which thing, with its state before and after; never changed."""

    at = models.DateTimeField()
    act = models.CharField(max_length=80)  # name of the service
    subject_type = models.CharField(max_length=80)  # table, e.g. "catalog.product"
    subject_id = models.CharField(max_length=64)  # or "batch:DIGEST"
    actor = models.CharField(max_length=120)
    member_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(name="audit_by_subject", fields=["subject_type", "subject_id", "at"]),
            models.Index(name="audit_by_organisation", fields=["organisation_id", "at"]),
        ]


class IdempotencyKey(models.Model):
    """A caller's key, the request it stood for and the answer that was given."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=160)
    request_digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="idempotency_key_once", fields=["scope", "key"]),
        ]
