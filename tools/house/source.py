"""One Python file as the rules see it: where it stands in the house, and what its names mean."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Finding = tuple[int, str]  # line, why
Rule = Callable[["Source"], Iterator[Finding]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A parsed file; `path` is relative to the checkout."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def lines(self) -> list[str]:
        """The text, line by line; line 1 is `lines[0]`."""
        return self.text.splitlines()

    @property
    def package(self) -> str:
        """The floor or door this file belongs to, or "" outside the house."""
        return self.path.parts[2] if self.is_house and len(self.path.parts) > 3 else ""

    @property
    def room(self) -> str:
        """`models`, `rules`, `services`, … whether the room is a file or a folder."""
        return Path(self.path.parts[3]).stem if self.package else ""

    @property
    def is_house(self) -> bool:
        """Whether this is a file of the product rather than a test or a tool."""
        return self.path.parts[:2] == ("src", "fenxiao")

    @property
    def functions(self) -> list[Function]:
        """Every function and method."""
        return [node for node in self.nodes if isinstance(node, Function)]

    @property
    def classes(self) -> list[ast.ClassDef]:
        """Every class."""
        return [node for node in self.nodes if isinstance(node, ast.ClassDef)]

    @cached_property
    def imported(self) -> dict[str, str]:
        """What each imported name stands for, dotted from the root."""
        meanings: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                meanings |= {
                    a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
                    for a in node.names
                }
            elif isinstance(node, ast.ImportFrom):
                meanings |= {a.asname or a.name: f"{self._origin(node)}.{a.name}" for a in node.names}
        return meanings

    def meaning(self, node: ast.AST) -> str:
        """The dotted meaning of a name or an attribute of a name: `timezone.now` → `django.utils.timezone.now`."""
        if isinstance(node, ast.Attribute):
            return f"{self.meaning(node.value)}.{node.attr}"
        if isinstance(node, ast.Subscript):
            return self.meaning(node.value)
        return self.imported.get(node.id, node.id) if isinstance(node, ast.Name) else ""

    def _origin(self, node: ast.ImportFrom) -> str:
        here = ("fenxiao", *self.path.parts[2:])
        above = here[: len(here) - node.level] if node.level else ()
        return ".".join([*above, *([node.module] if node.module else [])])
