"""What the tools make is whole: the category file, the front-end lock and files, the compiled messages."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.test import override_settings

from tools import build_taxonomy, compile_messages, vendor_assets

ROOT = Path(__file__).resolve().parents[2]
CATEGORIES = ROOT / "src/fenxiao/catalog/taxonomy/categories.tsv"
VENDOR = ROOT / "src/fenxiao/console/static/vendor"
SOURCE = ROOT.parent / "shared/data/taxonomy"


def test_the_shipped_tree_has_every_category_after_its_parent() -> None:
    header, *rows = CATEGORIES.read_text(encoding="utf-8").splitlines()
    fields = [row.split("\t") for row in rows]
    depths: dict[str, int] = {"": 0}
    for key, depth, _zh, _en in fields:
        assert depths[build_taxonomy.parent_id(key)] == int(depth) - 1
        depths[key] = int(depth)

    assert header == "id\tdepth\tzh\ten"
    assert len(rows) == len(depths) - 1 == 10_365
    assert list(depths.values()).count(3) == 1_468
    assert all(zh for _key, _depth, zh, _en in fields)
    assert sum(not en for *_rest, en in fields) == 50


@pytest.mark.realdata
@pytest.mark.skipif(not SOURCE.exists(), reason="the taxonomy's text files are not beside the checkout")
def test_the_shipped_tree_is_what_the_tool_makes_of_its_source(tmp_path: Path) -> None:
    build_taxonomy.main(SOURCE / "categories.zh-CN.txt", SOURCE / "categories.en.txt", tmp_path / "made.tsv")

    assert (tmp_path / "made.tsv").read_bytes() == CATEGORIES.read_bytes()


def test_a_category_that_does_not_follow_its_parent_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "categories.txt"
    text.write_text("gid://shopify/TaxonomyCategory/ap-1 : Animals > Live\n", encoding="utf-8")

    with pytest.raises(SystemExit, match="ap-1: Animals > Live does not follow its parent"):
        build_taxonomy.main(text, text, tmp_path / "made.tsv")

    assert not (tmp_path / "made.tsv").exists()


def test_the_front_end_lock_has_digests_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = [package for path, package in packages.items() if path]

    assert len(fetched) == 7
    assert all(package["integrity"].startswith("sha512-") for package in fetched)
    assert not any("resolved" in package for package in fetched)


def test_the_vendored_files_refer_to_nothing_that_is_missing(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=str(tmp_path), STATIC_URL="/static/"):
        storage = ManifestStaticFilesStorage(location=str(tmp_path))
        paths = {name: (FileSystemStorage(location=str(VENDOR)), name) for name in vendor_assets.FILES}
        outcomes = list(storage.post_process(paths))

    assert {name for name, _hashed, _outcome in outcomes} == set(vendor_assets.FILES)
    assert [outcome for _name, _hashed, outcome in outcomes if isinstance(outcome, Exception)] == []


def test_a_translation_is_compiled_unless_it_asks_for_what_the_message_does_not_give(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "{n} 件"\n'
    sound, unsound = tmp_path / "sound.po", tmp_path / "unsound.po"
    sound.write_text(head + 'msgstr "{n} items"\n', encoding="utf-8")
    unsound.write_text(head + 'msgstr "{count} items"\n', encoding="utf-8")

    exit_code = compile_messages.main([str(sound), str(unsound)])

    assert exit_code == 1
    assert sound.with_suffix(".mo").exists()
    assert not unsound.with_suffix(".mo").exists()
