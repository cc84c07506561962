"""Rules on who may know whom and who may write: keys between packages, signals, models, transactions, services."""

import ast
from collections.abc import Iterator

from house.source import Finding, Function, Source

KEYS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
ATOMIC = "django.db.transaction.atomic"
NOT_ONE_ACT = "# not one act:"


def upward_names(source: Source) -> Iterator[Finding]:
    """A key to another package says `related_name="+"`: the lower floor must not learn of us."""
    for call in (node for node in source.nodes if isinstance(node, ast.Call)):
        if not source.package or source.meaning(call.func).rpartition(".")[2] not in KEYS:
            continue
        target = _package_of_target(source, call)
        if target and target != source.package and _related_name(call) != "+":
            yield call.lineno, f'a key to {target} must say related_name="+"'


def _package_of_target(source: Source, call: ast.Call) -> str:
    """The package a key points to; "" for one of its own file, or Django's."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "to"]
    target = next(iter([*call.args[:1], *named]), None)
    if isinstance(target, ast.Constant):
        return str(target.value).partition(".")[0] if "." in str(target.value) else ""
    meaning = source.meaning(target) if target else ""
    if meaning.endswith("settings.AUTH_USER_MODEL"):
        return "parties"
    return meaning.split(".")[1] if meaning.startswith("fenxiao.") else ""


def _related_name(call: ast.Call) -> object:
    values = [keyword.value for keyword in call.keywords if keyword.arg == "related_name"]
    return values[0].value if values and isinstance(values[0], ast.Constant) else None


def signals(source: Source) -> Iterator[Finding]:
    """No Django signals: news travels by the outbox, where it survives a crash."""
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        if source.is_house and any(".signals" in name or name.startswith("django.dispatch") for name in names):
            yield node.lineno, "no Django signals: publish an event with the outbox"


def plain_models(source: Source) -> Iterator[Finding]:
    """No `ordering` in Meta and no logic in `save()`."""
    if source.room != "models":
        return
    for function in source.functions:
        if function.name == "save":
            yield function.lineno, "no save() of its own: a service does it"
    for meta in (node for node in source.classes if node.name == "Meta"):
        for node in meta.body:
            if isinstance(node, ast.Assign) and any(
                isinstance(name, ast.Name) and name.id == "ordering" for name in node.targets
            ):
                yield node.lineno, "no ordering in Meta: the query that needs an order says so"


def transactions(source: Source) -> Iterator[Finding]:
    """`transaction.atomic` stands in services (and the kernel) and nowhere else."""
    if not source.package or source.package == "kernel" or source.room == "services":
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute | ast.Name) and source.meaning(node) == ATOMIC:
            yield node.lineno, "transaction.atomic belongs to services: call one act"


def whole_acts(source: Source) -> Iterator[Finding]:
    """Every public function of `services` is documented and one transaction, or says why it is not."""
    if source.room != "services" or source.package == "kernel":
        return
    for node in source.tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield from _act_faults(source, node)


def _act_faults(source: Source, act: Function) -> Iterator[Finding]:
    if not ast.get_docstring(act):
        yield act.lineno, f"{act.name} must say what it does and what it refuses"
    decorators = [node.func if isinstance(node, ast.Call) else node for node in act.decorator_list]
    first = min([act.lineno, *(node.lineno for node in decorators)])
    around = source.lines[max(first - 2, 0) : act.body[0].lineno]
    is_excused = any(line.partition(NOT_ONE_ACT)[2].strip() for line in around)
    if not is_excused and ATOMIC not in map(source.meaning, decorators):
        yield act.lineno, f"{act.name} must be @transaction.atomic, or say `{NOT_ONE_ACT} reason` above its def"
