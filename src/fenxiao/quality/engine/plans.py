"""A plan: the stages of a grading in an engine's SQL, kept in a file once they are written.

Writing the SQL of a policy takes longer than grading a small market, and needs Ibis, which takes its time to load.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fenxiao.quality.rules import PolicyBody

PLANS_KEPT: Final = 16  # in memory


class Kind(StrEnum):
    """What becomes of a stage's rows."""

    KEPT = "kept"  # a table that later stages read
    BY_RANGES = "by_ranges"  # kept, and each row hangs on one product's sources alone
    FROM_LAST = "from_last"  # kept, and reads from the last run's goods only what `needed` names
    PUBLISHED = "published"  # a file beside the snapshot
    GRADES = "grades"


class Scope(StrEnum):
    """Which stages a plan has."""

    GRADES = "grades"  # nothing but the grades
    WHOLE = "whole"  # and all that is published beside them
    CHANGE = "change"  # what a change in some categories touches


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A query in an engine's SQL, what becomes of its rows, and the tables that no later stage reads."""

    name: str
    query: str
    kind: Kind
    done_with: tuple[str, ...]


def plan_for(policy: PolicyBody, *, dialect: str, scope: Scope, kept_in: Path | None) -> tuple[Stage, ...]:
    """The stages that grade by `policy`; read from the folder `kept_in` where they were written before."""
    return _plan(json.dumps(policy.as_json(), sort_keys=True), dialect=dialect, scope=scope, kept_in=kept_in)


@lru_cache(maxsize=PLANS_KEPT)
def _plan(body: str, *, dialect: str, scope: Scope, kept_in: Path | None) -> tuple[Stage, ...]:
    if kept_in is None:
        return _written(body, dialect=dialect, scope=scope)
    file = kept_in / f"{_key(body, dialect=dialect, scope=scope)}.json"
    if not file.exists():
        stages = [asdict(stage) for stage in _written(body, dialect=dialect, scope=scope)]
        kept_in.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(stages))
        part.rename(file)
    return tuple(_stage(**row) for row in json.loads(file.read_text()))


def _stage(*, name: str, query: str, kind: str, done_with: list[str]) -> Stage:
    return Stage(name=name, query=query, kind=Kind(kind), done_with=tuple(done_with))


def _written(body: str, *, dialect: str, scope: Scope) -> tuple[Stage, ...]:
    # imported here and not above: it brings Ibis, which a plan that is kept does not need
    compiled: Callable[..., tuple[Stage, ...]] = import_module("fenxiao.quality.engine.staging").compiled
    return compiled(PolicyBody.from_json(json.loads(body)), dialect=dialect, scope=scope)


def _key(body: str, *, dialect: str, scope: Scope) -> str:
    return sha256("\n".join([body, dialect, scope, version("ibis-framework"), _sources()]).encode()).hexdigest()


@lru_cache
def _sources() -> str:
    """The digest of the code that plans are written by: another release writes its own."""
    here = Path(__file__).parent
    files = sorted(file for folder in (here, here.parent / "rules") for file in folder.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
