"""Rules on words: names that say nothing, exceptions without a reason, names that do not belong in the project."""

import ast
import hashlib
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from house.source import Finding, Function, Source

EMPTY_ANYWHERE = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common", "data", "info"}
EMPTY_ALONE = {"base"}  # as a whole name, or as a class's first word; the commission base is a word of the trade
EMPTY_VERBS = {"process", "handle"}  # as a whole name or a function's verb; a process of the machine is a thing
# Names that a library calls: Django's, and those of the standard HTMLParser.
LIBRARY_WORDS = {
    "get_context_data",
    "process_view",
    "process_exception",
    "process_template_response",
    "handle_starttag",
    "handle_endtag",
    "handle_data",
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
EXCEPTION = re.compile(
    r"#\s*(?:ruff:\s*)?(noqa|type:\s*ignore)"
    r"(?P<codes>:\s*[A-Z]+[0-9]+(?:[, ]+[A-Z]+[0-9]+)*|\[[\w\-, ]+\])?(?P<rest>.*)"
)
# Package registries and tools of this or that workplace, as digests: spelled here, they would break the rule itself.
FOREIGN = {
    "00a7dc5a0cc38858", "048e76c14ef34200", "1ba4e37997a2e986", "3ca29e55be4befa4", "3ea125d0bff386e6",
    "51c6b9f69c48a75b", "60965168ce762e94", "67855217519deda9", "71741fe2460a6150", "789e46d79514e280",
    "8743857e3ea00fd1", "87d14f070cb96869", "8b5bb5eb9d758455", "8cf10d1b0e07c1d8", "a4aa2ac280bb8d1a",
    "b06493481529746e", "c70eca6b0f88f44d", "c857d09db23e6822", "e680c440a2e92079", "fad691c6d9ae77c4",
    "fbb8037df8cc9050",
}  # fmt: skip


def empty_names(source: Source) -> Iterator[Finding]:
    """Files, classes and functions are named for what they are (glossary), not for being code."""
    for part in source.path.with_suffix("").parts[1:]:
        if word := _empty_word(part):
            yield 1, f"“{part}” says nothing: what is {word} here?"
    for named in [*source.classes, *source.functions]:
        if (word := _empty_word(named.name)) and not _is_framework_name(source, named):
            yield named.lineno, f"“{named.name}” says nothing: what is “{word}” here?"


def _empty_word(name: str) -> str:
    """The word of a name that says nothing, or ""."""
    words: list[str] = [word.lower() for word in WORD.findall(name)]
    if not words or name.startswith("test_"):
        return ""
    if words[0] in EMPTY_VERBS and (len(words) == 1 or name.islower()):
        return words[0]
    if words[0] in EMPTY_ALONE and (len(words) == 1 or not name.islower()):
        return words[0]
    return next((word for word in words if word in EMPTY_ANYWHERE), "")


def _is_framework_name(source: Source, named: ast.ClassDef | Function) -> bool:
    """Whether a library calls it by this name: a manager class, a command's `handle`, a middleware's hook."""
    if isinstance(named, ast.ClassDef):
        return any(source.meaning(parent).endswith("Manager") for parent in named.bases)
    if named.name == "handle":
        commands = [node for node in source.classes if any(source.meaning(p).endswith("Command") for p in node.bases)]
        return any(named in command.body for command in commands)
    return named.name in LIBRARY_WORDS


def exceptions(source: Source) -> Iterator[Finding]:
    """A silenced finding names its code and carries its reason on the same line."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        found = EXCEPTION.match(token.string) if token.type == tokenize.COMMENT else None
        if found and not found["codes"]:
            yield token.start[0], f"{found[1]} must name the code it silences"
        elif found and not re.search(r"\w{3}", found["rest"]):
            yield token.start[0], f"{found[1]} must carry its reason on the same line"


def foreign_words(path: Path, text: str) -> Iterator[Finding]:
    """No registry host and no workplace tool is named in any file of the project."""
    for number, line in enumerate(text.lower().splitlines(), 1):
        for name in set(re.findall(r"[a-z0-9]+(?:[.\-][a-z0-9]+)*", line)):
            parts = name.split(".")
            tails = {".".join(parts[i:]) for i in range(len(parts))} | set(re.split(r"[.\-]", name))
            if any(hashlib.sha256(tail.encode()).hexdigest()[:16] in FOREIGN for tail in tails):
                yield number, f"“{name}” has no place in the project"
