"""`fenxiao evaluate-ranking`: its JSON, its words, what it refuses."""

import json
import sys
from collections.abc import Callable

import pytest
import time_machine

from fenxiao.cli.main import main
from fenxiao.discovery.models import Showing
from fenxiao.parties.models import Organisation
from tests.cast import NOON

Run = Callable[..., tuple[int, str, str]]
FACTORS = ("relevance", "category", "price", "audience", "matched", "earning", "level", "availability")


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command as people type it: its exit code, stdout and stderr."""

    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fenxiao", "evaluate-ranking", *words])
        with time_machine.travel(NOON, tick=False):
            code = 0
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return code, *capsys.readouterr()

    return typed


@pytest.fixture
def shown(chen: Organisation) -> Showing:
    """A page of two goods without trials; the second would stand first if L2 counted for more."""
    ones = {name: [1.0, 1.0] for name in FACTORS}
    return Showing.objects.create(
        at=NOON.replace(hour=1),
        surface="selection",
        creator=chen,
        first_place=1,
        products=[1, 2],
        propensities=[1.0, 1.0],
        on_trial=[False, False],
        factors={
            **{**ones, "level": [1.0, 1.1], "of_level": [1, 2], "ranked": [1, 2], "earning": [1.5, 1.3]},
            **{"pool": [0, 0], "draw": [0, 0], "draw_chance": [1.0, 1.0]},
        },
    )


def test_its_last_line_is_one_json_object(run: Run, shown: Showing) -> None:
    code, out, _ = run("--trial-share", "5", "--json")

    told = json.loads(out.splitlines()[-1])
    assert code == 0
    assert (told["pages"], told["places"], told["shown"], told["ips"], told["coverage"]) == (1, 2, 0.0, 0.0, 1.0)
    assert told["is_covered"] is True
    assert told["boosts"]["trial_share_bp"] == 500


def test_it_warns_where_the_log_cannot_tell(run: Run, shown: Showing) -> None:
    code, out, _ = run("--levels", "100,200,200,200,200")

    assert code == 0
    assert "0%" in out
    assert "不足以据此决定" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--levels", "100,90,80,70,60"), "level_2"),
        (("--levels", "many"), "--levels"),
        (("--trial-share", "60"), "trial_share_bp"),
        (("--trial-share", "x"), "--trial-share"),
    ],
)
def test_what_could_not_be_set_is_refused(run: Run, shown: Showing, words: tuple[str, ...], said: str) -> None:
    code, out, err = run(*words)

    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_house_that_showed_nothing_is_told_so(run: Run) -> None:
    code, out, err = run()

    assert (code, out) == (2, "")
    assert "2026-03-10" in err
