"""FENXIAO_DATABASE_URL: what cannot be one is refused in one line without its password; nothing in it is dropped."""

import pytest

from fenxiao.kernel.errors import BadSetting
from fenxiao.kernel.postgres import connection_parts


@pytest.mark.parametrize("url", ["mysql://fx:secret@db", "postgresql://fx:secret@db", "nonsense", "host=db user=fx"])
def test_what_names_no_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadSetting) as refused:
        connection_parts(url)

    assert "FENXIAO_DATABASE_URL" in refused.value.message("en")
    assert "secret" not in refused.value.message("en") + refused.value.message("zh")


def test_everything_in_it_is_kept() -> None:
    parts = connection_parts("postgresql://fx:secret@db:6432/trade?sslmode=verify-full&connect_timeout=3")

    assert parts == {
        "user": "fx",
        "password": "secret",
        "host": "db",
        "port": "6432",
        "dbname": "trade",
        "sslmode": "verify-full",
        "connect_timeout": "3",
    }
