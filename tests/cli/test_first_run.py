"""The first start fills an empty home once, and half a world is never taken for a whole one."""

from dataclasses import replace
from pathlib import Path

import pytest

from fenxiao.cli import first_run
from fenxiao.kernel.settings import Settings, settings
from fenxiao.parties.models import Organisation


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return replace(settings(), home=tmp_path)


def test_an_ended_first_start_is_not_taken_for_a_whole_world(here: Settings, mei: Organisation) -> None:
    (here.home / first_run.UNFINISHED).touch()

    with pytest.raises(first_run.DemoUnfinished) as refused:
        first_run.fill_if_empty(here)

    assert str(here.home) in refused.value.message("en")
    assert list(Organisation.objects.all()) == [mei]


def test_a_home_where_someone_is_registered_is_left_alone(here: Settings, mei: Organisation) -> None:
    first_run.fill_if_empty(here)

    assert list(Organisation.objects.all()) == [mei]
    assert list(here.home.iterdir()) == []


def test_the_mark_stays_while_a_world_is_made_and_goes_when_it_stands(
    here: Settings, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, seen = here.home / first_run.UNFINISHED, []
    monkeypatch.setattr(first_run, "_fill", lambda here: seen.append(mark.exists()))

    first_run.fill_if_empty(here)

    assert (seen, mark.exists()) == ([True], False)
