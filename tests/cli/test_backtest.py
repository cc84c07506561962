"""`fenxiao backtest`: its JSON, what it refuses, what it keeps."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from fenxiao.catalog.models import LevelChange, Product
from fenxiao.cli.main import main
from fenxiao.facts.models import ProductDay
from fenxiao.quality import services as quality
from fenxiao.quality.models import Backtest, GradingRun
from fenxiao.quality.rules import default_policy
from tests.cast import BY, NOON
from tests.quality.conftest import TODAY, market, own_lake  # noqa: F401  fixtures

pytestmark = pytest.mark.usefixtures("own_lake")

Run = Callable[..., tuple[int, str, str]]
AT = (TODAY - timedelta(days=2)).isoformat()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command as people type it: its exit code, stdout and stderr."""

    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fenxiao", "backtest", *words])
        with time_machine.travel(NOON + timedelta(days=9), tick=False):
            code = 0
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return code, *capsys.readouterr()

    return typed


@pytest.mark.usefixtures("market")
def test_its_last_line_is_one_json_object_of_every_date(run: Run) -> None:
    Product.objects.update(admitted_at=NOON - timedelta(days=99))

    code, out, _ = run("--at", AT, "--at", TODAY.isoformat(), "--horizon", "3", "--json")

    told = json.loads(out.splitlines()[-1])
    assert (code, set(told)) == (0, {"horizon", "received_weight", "dates"})
    assert [one["at"] for one in told["dates"]] == [AT, TODAY.isoformat()]
    for one in told["dates"]:
        said = {"at", "until", "weight", "engine", "products", "quarantined", "set_aside", "levels", "correlations"}
        assert set(one) == said
        assert (one["quarantined"], one["set_aside"]) == (0, [])
        assert one["products"] == sum(level["products"] for level in one["levels"]) == 40
        assert [row["outcome"] for row in one["correlations"]] == ["orders", "review_score", "refund_rate", "late_rate"]
        assert set(one["correlations"][0]) >= {"words", "level", "score", "sales_only", "review_only"}
    assert not Backtest.objects.exists()


@pytest.mark.usefixtures("market")
def test_it_prints_tables_and_changes_nothing(run: Run) -> None:
    Product.objects.update(admitted_at=NOON - timedelta(days=99))

    code, out, _ = run("--at", AT, "--horizon", "3")

    assert code == 0
    assert [word in out for word in (f"{AT} → ", "Spearman", "review only")] == [True] * 3
    assert (GradingRun.objects.exists(), LevelChange.objects.exists(), Backtest.objects.exists()) == (False,) * 3


@pytest.mark.usefixtures("market")
def test_rows_that_cannot_be_true_are_told_with_their_reasons(run: Run) -> None:
    Product.objects.update(admitted_at=NOON - timedelta(days=99))
    spoilt = Product.objects.get(title="P7")
    ProductDay.objects.filter(product=spoilt, day=TODAY - timedelta(days=3)).update(gmv_fen=-1)
    quality.ensure_default_policy(by=BY, now=NOON)

    _, told, _ = run("--at", AT, "--horizon", "3", "--keep", "--json")
    _, shown, _ = run("--at", AT, "--horizon", "3")

    one = json.loads(told.splitlines()[-1])["dates"][0]
    assert (one["quarantined"], one["products"]) == (1, 39)
    assert [(row["product_id"], row["reason"]) for row in one["set_aside"]] == [(spoilt.pk, "negative")]
    assert "1 products set aside" in shown
    kept = Backtest.objects.get()
    assert (kept.result["quarantined"], kept.result["set_aside"]) == (1, one["set_aside"])


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "soon"), "--at"),
        (("--at", "2026-02-30"), "--at"),
        (("--at", "2000-01-01"), "2000-01-01"),
        (("--at", AT, "--horizon", "99"), "--horizon"),
        (("--at", AT, "--horizon", "0"), "--horizon"),
        (("--at", AT, "--received-weight", "0"), "--received-weight"),
        (("--at", AT, "--received-weight", "nan"), "--received-weight"),
        (("--at", AT, "--policy", "7"), "7"),
        (("--at", AT, "--body", "/nowhere.json"), "--body"),
    ],
)
def test_what_cannot_be_is_refused_with_exit_2_and_one_line(words: tuple[str, ...], said: str, run: Run) -> None:
    code, out, err = run(*words, "--keep", "--json")

    line = err.strip().splitlines()[-1]
    assert (code, out) == (2, "")
    assert line.startswith("fenxiao: ")
    assert said in line
    assert not Backtest.objects.exists()


@pytest.mark.usefixtures("market")
def test_what_is_kept_stands_on_the_operators_page(run: Run, tmp_path: Path) -> None:
    Product.objects.update(admitted_at=NOON - timedelta(days=99))
    quality.ensure_default_policy(by=BY, now=NOON)
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(default_policy().as_json()))

    _, out, _ = run("--at", AT, "--horizon", "3", "--keep", "--json")
    run("--at", AT, "--horizon", "3", "--body", str(file), "--keep")

    first, second = Backtest.objects.order_by("pk")
    told = json.loads(out.splitlines()[-1])
    assert told["kept"] == [first.pk]
    assert first.result["products"] == told["dates"][0]["products"] == 40
    assert (first.policy.number, first.note, second.policy, second.note) == (1, "", None, "mine.json")
