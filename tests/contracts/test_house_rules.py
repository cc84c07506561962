"""Every house rule fails on a planted break, and passes without it."""

import sys
from pathlib import Path

import pytest
from tests.contracts.small_house import ROOT, plant, run


def house_rules(house: Path) -> tuple[int, str]:
    """The house rules."""
    return run(house, sys.executable, ROOT / "tools/house_rules.py", house)


def test_a_sound_house_breaks_no_house_rule_and_is_told_its_sizes(house: Path) -> None:
    code, told = house_rules(house)

    assert code == 0, told
    assert told.endswith("House rules: 23 files, 0 broken\n")
    assert "2 functions, median 3 lines; the largest:" in told
    assert "src/fenxiao/deals/services.py:13 open_plans" in told


KEY = "from django.db import models\nfrom fenxiao.catalog.models import Product\n\nkey = models."
HOUSE_BREAKS = {
    "a key to another package with a name below": (
        "src/fenxiao/orders/models.py",
        KEY + 'ForeignKey(Product, models.PROTECT, related_name="lines")\n',
        "4 upward-name a key to catalog must say",
    ),
    "a key to another package with no name said": (
        "src/fenxiao/orders/models/line.py",
        KEY + "OneToOneField(to=Product, on_delete=models.PROTECT)\n",
        "4 upward-name a key to catalog must say",
    ),
    "many keys to a package named by its label": (
        "src/fenxiao/orders/models.py",
        KEY + 'ManyToManyField("deals.Plan")\n',
        "4 upward-name a key to deals must say",
    ),
    "a key to the user": (
        "src/fenxiao/orders/models.py",
        "from django.conf import settings\n" + KEY + "ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)\n",
        "5 upward-name a key to parties must say",
    ),
    "a clock in rules": (
        "src/fenxiao/deals/rules/plans.py",
        "import time\n\nstarted = time.monotonic()\n",
        "3 clock time.monotonic reads the clock",
    ),
    "the kernel's clock in a service": (
        "src/fenxiao/orders/services/intake.py",
        "from fenxiao.kernel import clock\n\nnow = clock.now()\n",
        "3 clock fenxiao.kernel.clock.now reads the clock",
    ),
    "Django's clock in a query": (
        "src/fenxiao/orders/queries.py",
        "from django.utils import timezone\n\nnow = timezone.now()\n",
        "3 clock django.utils.timezone.now reads the clock",
    ),
    "a clock as a column's default": (
        "src/fenxiao/orders/models.py",
        "from django.utils.timezone import now as moment\n\nfield = dict(default=moment)\n",
        "3 clock django.utils.timezone.now reads the clock",
    ),
    "Python's clock in a job": (
        "src/fenxiao/orders/jobs.py",
        "import datetime as dt\n\nnow = dt.datetime.now(dt.UTC)\n",
        "3 clock datetime.datetime.now reads the clock",
    ),
    "a service that is no transaction": (
        "src/fenxiao/orders/services.py",
        'def take_order() -> None:\n    """Take an order."""\n',
        "1 whole-act take_order must be @transaction.atomic",
    ),
    "an excuse without a reason": (
        "src/fenxiao/orders/services.py",
        '# not one act:\ndef take_order() -> None:\n    """Take an order."""\n',
        "2 whole-act take_order must be @transaction.atomic",
    ),
    "a service that says nothing": (
        "src/fenxiao/orders/services/intake.py",
        "from django.db.transaction import atomic\n\n\n@atomic\ndef take_order() -> None:\n    pass\n",
        "5 whole-act take_order must say what it does",
    ),
    "a transaction in a query": (
        "src/fenxiao/orders/queries.py",
        "from django.db import transaction\n\nwith transaction.atomic():\n    pass\n",
        "3 transaction transaction.atomic belongs to services",
    ),
    "a transaction in a door": (
        "src/fenxiao/console/views.py",
        "from django.db import transaction\n\n\n@transaction.atomic\ndef page() -> None: ...\n",
        "4 transaction transaction.atomic belongs to services",
    ),
    "a signal": (
        "src/fenxiao/orders/apps.py",
        "from django.db.models.signals import post_save\n",
        "1 signal no Django signals",
    ),
    "a signal by way of its package": (
        "src/fenxiao/orders/apps.py",
        "from django.db.models import signals\n",
        "1 signal no Django signals",
    ),
    "an order in Meta": (
        "src/fenxiao/orders/models.py",
        'class Line:\n    class Meta:\n        ordering = ["paid_at"]\n',
        "3 plain-model no ordering in Meta",
    ),
    "logic in save": (
        "src/fenxiao/orders/models.py",
        "class Line:\n    def save(self) -> None: ...\n",
        "2 plain-model no save() of its own",
    ),
    "a file of helpers": ("src/fenxiao/orders/helpers.py", "", "1 empty-name “helpers” says nothing"),
    "a class that manages": (
        "src/fenxiao/orders/intake.py",
        "class OrderManager: ...\n",
        "1 empty-name “OrderManager” says nothing",
    ),
    "a base class": (
        "src/fenxiao/orders/intake.py",
        "class BaseOrder: ...\n",
        "1 empty-name “BaseOrder” says nothing",
    ),
    "a function that gets data": (
        "src/fenxiao/orders/queries.py",
        "def get_data() -> None: ...\n",
        "1 empty-name “get_data” says nothing",
    ),
    "a function that processes": (
        "tests/orders/acts.py",
        "def process_order() -> None: ...\n",
        "1 empty-name “process_order” says nothing",
    ),
    "an exception without a reason": (
        "src/fenxiao/orders/intake.py",
        "import os  # noqa" + ": F401\n",
        "1 exception noqa must carry its reason",
    ),
    "an exception to everything": (
        "src/fenxiao/orders/intake.py",
        "import os  # noqa" + " it is needed here\n",
        "1 exception noqa must name the code",
    ),
    "a type exception without a reason": (
        "tests/orders/acts.py",
        "x: int = ''  # type: " + "ignore[assignment]\n",
        "1 exception type: ignore must carry its reason",
    ),
    "a registry's host in any file": (
        "docs/install.md",
        "Get it.\n\nFrom https://files." + "python" + "hosted.org/x\n",
        "3 foreign-word “files.python" + "hosted.org” has no place",
    ),
}


@pytest.mark.parametrize(("path", "text", "finding"), HOUSE_BREAKS.values(), ids=HOUSE_BREAKS)
def test_a_house_rule_fails_on(house: Path, path: str, text: str, finding: str) -> None:
    plant(house, path, text)

    code, told = house_rules(house)

    assert code == 1, told
    assert [line for line in told.splitlines() if line.startswith(f"{path}:{finding}")], told
    assert told.endswith("1 broken\n"), told


ALLOWED = {
    "the kernel's clock in a job": ("src/fenxiao/orders/jobs.py", "from fenxiao.kernel.clock import now\n\nnow()\n"),
    "a clock in a door": ("src/fenxiao/cli/main.py", "from datetime import UTC, datetime\n\ndatetime.now(UTC)\n"),
    "the commission base": ("src/fenxiao/orders/rules.py", "def commission_base() -> int: ...\n"),
    "a command's handle": (
        "src/fenxiao/cli/build.py",
        "from django.core.management import BaseCommand\n\n\n"
        "class Build(BaseCommand):\n    def handle(self) -> None: ...\n",
    ),
    "an exception with code and reason": (
        "src/fenxiao/orders/intake.py",
        "import os  # noqa: F401  # the stub has no such name\n",
    ),
}


@pytest.mark.parametrize(("path", "text"), ALLOWED.values(), ids=ALLOWED)
def test_the_house_rules_allow(house: Path, path: str, text: str) -> None:
    plant(house, path, text)

    assert house_rules(house)[0] == 0


def test_a_file_that_git_ignores_is_no_concern_of_the_house(house: Path) -> None:
    plant(house, ".gitignore", "scratch/\n")
    plant(house, "scratch/notes.md", "npm" + "js.org\n")
    run(house, "git", "init", "--quiet")

    assert house_rules(house)[0] == 0
