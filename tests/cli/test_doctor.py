"""`fenxiao doctor` says in one line each what is wrong and how to mend it."""

import socket
from pathlib import Path

import pytest

from fenxiao.cli.doctor import Check, checks
from fenxiao.cli.ports import HOST
from fenxiao.kernel.postgres import release_server
from fenxiao.kernel.settings import read_settings
from tests.kernel.holding import holders, living, scratch_home, wait_until


def by_name(found: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in found}


def test_a_sound_home_passes_with_the_embedded_server() -> None:
    with scratch_home() as home:
        found = by_name(checks(read_settings({"FENXIAO_HOME": str(home)})))

        assert all(found[name].ok for name in ("python", "home", "disk", "postgres", "database"))
        assert found["database"].line("en") == f"database: PostgreSQL 18 (embedded, {home}/run)"
        assert release_server(home)
        assert wait_until(lambda: living(home) == [])


def test_an_external_server_is_checked_instead() -> None:
    with scratch_home() as server_home, scratch_home() as home, holders(server_home) as (holder,):
        found = by_name(checks(read_settings({"FENXIAO_HOME": str(home), "FENXIAO_DATABASE_URL": holder.url()})))

        assert found["database"].ok
        assert "external" in found["database"].en
        assert "postgres" not in found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_wrong_is_said_in_one_line_each(tmp_path: Path, language: str) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    here = read_settings(
        {"FENXIAO_HOME": str(in_the_way / "home"), "FENXIAO_DATABASE_URL": "postgresql://a:hidden@127.0.0.1:9/b"}
    )

    found = by_name(checks(here))

    assert not found["home"].ok
    assert "--home" in found["home"].line(language)
    assert not found["database"].ok
    assert "FENXIAO_DATABASE_URL" in found["database"].line(language)
    assert not any("\n" in check.line(language) or "hidden" in check.line(language) for check in found.values())


def test_a_port_that_another_program_has_is_wrong(tmp_path: Path) -> None:
    with socket.socket() as other:
        try:
            other.bind((HOST, 8000))
            other.listen(1)
        except OSError:
            pytest.skip("port 8000 is in use on this machine")
        here = read_settings({"FENXIAO_HOME": str(tmp_path), "FENXIAO_DATABASE_URL": "postgresql://127.0.0.1:9/b"})

        found = by_name(checks(here))

    assert not found["port 8000"].ok
    assert "--port" in found["port 8000"].en
