"""Plans are written once and kept: read again they are the same, and another policy has its own."""

from dataclasses import replace
from pathlib import Path

from fenxiao.quality.engine import plans
from fenxiao.quality.engine.plans import Kind, Scope, plan_for
from fenxiao.quality.rules import default_policy

POLICY = default_policy()


def kept(folder: Path, *, days: int = 90) -> tuple[plans.Stage, ...]:
    policy = replace(POLICY, long_days=days)
    return plan_for(policy, dialect="duckdb", scope=Scope.GRADES, kept_in=folder)


def test_a_kept_plan_is_that_which_was_written(tmp_path: Path) -> None:
    written = kept(tmp_path)
    plans._plan.cache_clear()  # as in another process

    again = kept(tmp_path)

    assert again == written == plan_for(POLICY, dialect="duckdb", scope=Scope.GRADES, kept_in=None)
    assert [stage.kind for stage in again].count(Kind.GRADES) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_another_policy_has_a_plan_of_its_own(tmp_path: Path) -> None:
    assert kept(tmp_path) != kept(tmp_path, days=60)
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".json", ".json"]
