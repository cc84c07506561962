"""Bring the console's .po up to date with the words in code and templates, without gettext.

Adds messages that are new (untranslated), drops those that are gone, keeps the rest; prints what waits for words.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src/fenxiao"
CATALOGUE = SOURCES / "console/locale/zh_Hans/LC_MESSAGES/django.po"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
CALL = re.compile(r"\b(?:_|n?gettext)\(")

Message = tuple[str, str]  # msgid and its plural, "" where it has none


def main() -> int:
    """Rewrite the catalogue; exit code 1 while words are missing."""
    wanted = messages()
    known = {(entry.msgid, entry.msgid_plural): entry for entry in polib.pofile(str(CATALOGUE))}
    fresh = polib.POFile(wrapwidth=120)
    fresh.metadata = {
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message, places in sorted(wanted.items()):
        fresh.append(entry_of(message, places, known.get(message)))
    fresh.save(str(CATALOGUE))
    waiting = fresh.untranslated_entries()
    print(f"{len(fresh)} messages, {len(waiting)} without words", *(entry.msgid for entry in waiting), sep="\n")
    return 1 if waiting else 0


def entry_of(message: Message, places: list[str], known: polib.POEntry | None) -> polib.POEntry:
    """The catalogue's entry of a message, with the words it had."""
    msgid, plural = message
    entry = polib.POEntry(msgid=msgid, occurrences=[(place, "") for place in sorted(set(places))])
    if "%(" in msgid:
        entry.flags = ["python-format"]
    if plural:
        entry.msgid_plural = plural
        entry.msgstr_plural = known.msgstr_plural if known else {0: ""}
    else:
        entry.msgstr = known.msgstr if known else ""
    return entry


def messages() -> dict[Message, list[str]]:
    """Every message in our code and templates with the files that say it."""
    found: dict[Message, list[str]] = {}
    for path in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("templates/**/*.html")]):
        text = path.read_text(encoding="utf-8")
        for message in in_template(text) if path.suffix == ".html" else in_code(text):
            found.setdefault(message, []).append(str(path.relative_to(ROOT)))
    return found


def in_code(text: str) -> Iterator[Message]:
    """Messages of a Python source."""
    for node in ast.walk(ast.parse(text)):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in CALLS:
            yield message_of(node)


def in_template(text: str) -> Iterator[Message]:
    """Messages of a template, read as Django's own tool reads it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django.conf.global_settings")
    from django.utils.translation.template import templatize

    spelled = templatize(text)
    for found in CALL.finditer(spelled):
        node = ast.parse(call_at(spelled, found.start()), mode="eval").body
        assert isinstance(node, ast.Call)  # noqa: S101  the pattern finds calls only
        yield message_of(node)


def call_at(text: str, start: int) -> str:
    """The shortest piece from `start` that is a whole expression."""
    end = start
    while True:
        end = text.index(")", end) + 1
        try:
            ast.parse(text[start:end], mode="eval")
        except SyntaxError:
            continue
        return text[start:end]


def message_of(call: ast.Call) -> Message:
    """What a call of gettext says."""
    name = getattr(call.func, "id", "")
    words = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    return str(words[0]), str(words[1]) if name.startswith("ngettext") else ""


if __name__ == "__main__":
    sys.exit(main())
