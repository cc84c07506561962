"""Idempotency keys: a key gives one effect and the same answer, however often it comes."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction

from fenxiao.kernel.errors import KeyReused
from fenxiao.kernel.models import IdempotencyKey

Answer = dict[str, Any]


def once(scope: str, key: str, *, request: Mapping[str, Any], act: Callable[[], Answer]) -> Answer:
    """Do `act` for this key, or give the answer it gave before.

    `request` is what the key stands for; the same key with another request is refused (`KeyReused`). A refused act
    leaves no key behind. Two callers at once: the second waits for the first and gets its answer.
    """
    digest = sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    with transaction.atomic():
        row, fresh = IdempotencyKey.objects.get_or_create(scope=scope, key=key, defaults={"request_digest": digest})
        if fresh:
            row.answer = act()
            row.save(update_fields=["answer"])
        elif row.request_digest != digest:
            raise KeyReused(key=key)
        # A committed key always has its answer: both are written in one transaction.
        return row.answer or {}
