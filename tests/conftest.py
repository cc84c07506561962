"""What every test may lean on: a real PostgreSQL (see `ground`) and the cast."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from fenxiao.quality import lake

pytest_plugins = ["tests.cast"]

# Workers take whole files: one of these begun last would leave the other worker with nothing to do.
LONGEST = ("promises/test_flywheel", "quality/test_spark", "cli/test_up", "discovery/test_matching_spark")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the others stay in their order."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONGEST))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests that commit empty the database afterwards, which the books' referee refuses in every real one."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("ledger_account", "ledger_transfer", "ledger_posting"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER no_truncate")


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """The log-in counts attempts per address in the cache of the process: one test's must not bar the next one."""
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def plans_of_all_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A grading's plan takes seconds to write and hangs on the policy alone: tests with lakes of their own share it."""
    folder = tmp_path_factory.mktemp("plans")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lake, "plans_folder", lambda: folder)
        yield
