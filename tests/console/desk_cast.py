"""Policies, goods and a worker for tests of the grading desk."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from fenxiao.catalog.models import Product
from fenxiao.console.operator.forms import PolicyForm
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from fenxiao.quality import services as quality
from fenxiao.quality.models import GradingRequest, Policy, WorkState
from fenxiao.quality.rules import PolicyBody, default_policy
from tests.cast import BY, NOON, make_product

Visit = Callable[..., Client]
LATER = NOON + timedelta(days=20)


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files of one test alone, and a clock that stands."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    with time_machine.travel(LATER, tick=False):
        yield
    settings.cache_clear()


@pytest.fixture
def first(lake: None, db: None) -> Policy:
    """The policy in force."""
    return quality.ensure_default_policy(by=BY, now=NOON)


@pytest.fixture
def client_of_ops(visit: Visit, ops: Organisation) -> Client:
    """An operator."""
    return visit(ops)


@pytest.fixture
def pots(mei: Organisation, first: Policy) -> list[Product]:
    """Three of Mei's at L3."""
    return [make_product(mei, f"Pot {number}", price_fen=1_000 * number, level=3) for number in (1, 2, 3)]


def entered(body: PolicyBody | None = None, **changed: object) -> dict[str, object]:
    """What the form holds when it starts from `body`, and what somebody typed over it."""
    form = PolicyForm(base=body or default_policy())
    given = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in given.items() if value is not None} | {"note": "stricter"} | changed


def draft(**changed: object) -> Policy:
    """Another version."""
    body = replace(default_policy(), **changed) if changed else default_policy()
    return quality.draft_policy(body, note="stricter", by=BY, now=NOON)


def carried_out(request: GradingRequest | None = None) -> None:
    """What the worker does meanwhile."""
    wish = request or GradingRequest.objects.get(state=WorkState.WAITING)
    quality.carry_out_grading(wish.pk, now=LATER)
