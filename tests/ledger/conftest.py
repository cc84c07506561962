"""The ledger's own ground."""

import pytest
from django.db import connection


@pytest.fixture
def truncation_refused(db: None) -> None:
    """As in every real database; a test database may be emptied (see tests/conftest.py)."""
    with connection.cursor() as cursor:
        for table in ("ledger_account", "ledger_transfer", "ledger_posting"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER no_truncate")
