"""The import contracts fail on a planted break of each, and pass without it."""

from pathlib import Path

import pytest
from tests.contracts.small_house import BIN, plant, run


def imports(house: Path) -> tuple[int, str]:
    """The import contracts."""
    return run(house, BIN / "lint-imports", "--no-logo", "--no-cache")


def test_a_sound_house_keeps_every_import_contract(house: Path) -> None:
    code, told = imports(house)

    assert code == 0, told
    assert "4 kept, 0 broken" in told


IMPORT_BREAKS = {
    "an upward import": (
        "src/fenxiao/parties/queries.py",
        "from fenxiao.orders import models\n",
        "Floors: each package imports only from its left BROKEN",
        "fenxiao.parties.queries -> fenxiao.orders.models",
    ),
    "one door importing another": (
        "src/fenxiao/simulator/world.py",
        "import fenxiao.console\n",
        "Floors: each package imports only from its left BROKEN",
        "fenxiao.simulator.world -> fenxiao.console",
    ),
    "a floor that has no place": (
        "src/fenxiao/marketing/__init__.py",
        '"""Nobody placed this."""\n',
        "The following modules are not listed as layers",
        "- fenxiao.marketing",
    ),
    "models that know services": (
        "src/fenxiao/deals/models.py",
        "from fenxiao.deals import services\n",
        "Rooms: errors < rules < models < queries < services < handlers BROKEN",
        "fenxiao.deals.models -> fenxiao.deals.services",
    ),
    "rules that know Django": (
        "src/fenxiao/quality/rules/powers.py",
        "from django.db import models\n",
        "Rules are pure: no Django, no database, no tables BROKEN",
        "fenxiao.quality.rules.powers -> django (l.1)",
    ),
    "rules that know Django through another module": (
        "src/fenxiao/deals/rules.py",
        "import fenxiao.kernel.records\n",
        "Rules are pure: no Django, no database, no tables BROKEN",
        "fenxiao.kernel.records -> django (l.1)",
    ),
    "an edge that loads Django": (
        "src/fenxiao/edge/asgi.py",
        "import fenxiao.kernel.records\n",
        "The edge's hot path loads no Django BROKEN",
        "fenxiao.edge.asgi -> fenxiao.kernel.records",
    ),
}


@pytest.mark.parametrize(("path", "text", "contract", "trace"), IMPORT_BREAKS.values(), ids=IMPORT_BREAKS)
def test_an_import_contract_fails_on(house: Path, path: str, text: str, contract: str, trace: str) -> None:
    plant(house, "src/fenxiao/kernel/records.py", "import django.db\n")
    plant(house, "src/fenxiao/orders/models.py", "")
    plant(house, "src/fenxiao/quality/rules/__init__.py", "")
    plant(house, path, text)

    code, told = imports(house)

    assert code == 1, told
    assert contract in told
    assert trace in told
