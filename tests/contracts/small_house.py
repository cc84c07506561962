"""A small house of the right shape, in which breaks are planted and found by the real tools.

It stands under the project's own configuration, so what is proven here is what `make check` does.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
DOORS = ("console", "edge", "simulator", "cli")
FLOORS = (
    *("kernel", "parties", "catalog", "deals", "tracking", "orders", "ledger", "facts", "quality", "discovery"),
    "insights",
)
ROOMS = ("errors", "rules", "models", "queries", "services", "handlers")


SOUND_SERVICE = '''"""Acts of deals."""

from django.db import transaction


@transaction.atomic
def open_plan(name: str) -> str:
    """Open a plan. Refuses nothing."""
    return name


# not one act: it commits batch by batch
def open_plans(names: list[str]) -> list[str]:
    """Open many plans. Refuses nothing."""
    return [open_plan(name) for name in names]
'''
SOUND_MODEL = '''"""Tables of deals."""

from django.conf import settings
from django.db import models

from fenxiao.parties.models import Organisation


class PlanManager(models.Manager["Plan"]):
    """Django's word, so allowed."""


class Plan(models.Model):
    """Terms."""

    merchant = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    after = models.ForeignKey("self", models.PROTECT, related_name="before")
    parent = models.ForeignKey("Plan", models.PROTECT)
'''


def plant(house: Path, path: str, text: str) -> None:
    """Write one file into the house."""
    target = house / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def run(house: Path, *command: object) -> tuple[int, str]:
    """Run a tool in the house; its exit code and everything it said."""
    environ = os.environ | {"PYTHONPATH": str(house / "src")}
    done = subprocess.run(
        [str(part) for part in command], cwd=house, env=environ, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def build(ground: Path) -> Path:
    """A house that breaks nothing, with the project's configuration."""
    shutil.copy(ROOT / "pyproject.toml", ground)
    for floor in (*FLOORS, *DOORS):
        plant(ground, f"src/fenxiao/{floor}/__init__.py", f'"""What {floor} keeps."""\n')
    plant(ground, "src/fenxiao/__init__.py", '"""A small house."""\n')
    for room in ROOMS:
        plant(ground, f"src/fenxiao/deals/{room}.py", f'"""The {room} of deals."""\n')
    # a contract names it, so it must be there
    plant(ground, "src/fenxiao/discovery/matching/__init__.py", '"""How likeness is measured."""\n')
    plant(ground, "src/fenxiao/deals/services.py", SOUND_SERVICE)
    plant(ground, "src/fenxiao/deals/models.py", SOUND_MODEL)
    return ground
