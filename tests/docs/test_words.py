"""What is written for people holds: commands and settings are told, links lead somewhere, the README's twins agree."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from fenxiao.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
TWINS = ("README.md", "README.zh-CN.md")
PAGES = (*TWINS, "CHANGELOG.md", "CONTRIBUTING.md", *(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md")))
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"FENXIAO_[A-Z_]+")


def words(page: str) -> str:
    """A page's text."""
    return (ROOT / page).read_text(encoding="utf-8")


def commands(group: TyperGroup, before: str = "fenxiao") -> Iterator[tuple[str, TyperCommand]]:
    """Every command that can be typed, with its full name."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{before} {name}")
        elif isinstance(command, TyperCommand):
            yield f"{before} {name}", command


def known_commands() -> dict[str, tuple[set[str], int]]:
    """Options and the number of arguments of every command, as the program itself has them."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return {name: (options_of(command), arguments_of(command)) for name, command in commands(group)}


def options_of(command: TyperCommand) -> set[str]:
    """Every way of naming an option."""
    return {
        name
        for parameter in command.params
        if parameter.param_type_name == "option"
        for name in (*parameter.opts, *parameter.secondary_opts)
    }


def arguments_of(command: TyperCommand) -> int:
    """How many arguments it takes."""
    return sum(parameter.param_type_name == "argument" for parameter in command.params)


def told_commands() -> dict[str, tuple[set[str], int]]:
    """The same, as `docs/commands.md` tells it: a heading `fenxiao NAME ARGUMENT` and a table of options below."""
    told = {}
    for section in re.split(r"^### ", words("docs/commands.md"), flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        typed = heading.strip("` ").split()
        name = " ".join(word for word in typed if not word.isupper())
        cells = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `-"))
        told[name] = (
            {option for cell in cells for option in re.findall(r"`(--?[a-z-]+)", cell)},
            len(typed) - len(name.split()),
        )
    return told


def slug(heading: str) -> str:
    """A heading as the anchor that forges make of it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def code_of(page: str) -> list[str]:
    """What a page shows to be typed, without the remarks behind it."""
    fences = "\n".join(FENCE.findall(words(page)))
    lines = (line.partition("  #")[0].strip() for line in fences.splitlines())
    return [line for line in lines if re.match(r"(make|git|cd|\.venv/|FENXIAO_)", line)]


def test_the_page_of_commands_tells_every_command_and_option_and_no_other() -> None:
    assert told_commands() == known_commands()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_picture_of_a_page_is_there(page: str) -> None:
    here = (ROOT / page).parent
    for target in LINK.findall(FENCE.sub("", words(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (here / path).resolve() if path else ROOT / page
        assert file.exists(), f"{page} → {target}"
        if anchor:
            assert anchor in {slug(heading) for heading in HEADING.findall(words(str(file.relative_to(ROOT))))}, target


def test_the_twins_show_the_same_commands_and_the_same_pages() -> None:
    english, chinese = TWINS

    assert code_of(english) == code_of(chinese) != []
    pictures = [re.findall(r"pictures/([\w-]+?)(?:-en)?\.png", words(page)) for page in TWINS]
    assert pictures[0] == pictures[1] != []


@pytest.mark.parametrize("page", [*TWINS, "docs/handbook.md"])
def test_every_setting_is_told_and_none_that_is_not_read(page: str) -> None:
    read = set(SETTING.findall((ROOT / "src/fenxiao/kernel/settings.py").read_text(encoding="utf-8")))

    assert set(SETTING.findall(words(page))) - {"FENXIAO_"} == read - {"FENXIAO_"}


def test_the_readme_names_the_command_that_the_clean_checkout_runs() -> None:
    run = words(".ci/run").strip().splitlines()[-1].removeprefix("exec ")

    assert all(run in code_of(page) for page in TWINS)


def test_every_command_in_the_readme_is_one() -> None:
    typed = [line for page in TWINS for line in code_of(page) if ".venv/bin/fenxiao" in line]
    names = known_commands()

    for line in typed:
        rest = line.partition(".venv/bin/")[2]
        assert any(rest == name or rest.startswith(f"{name} ") for name in names), line
