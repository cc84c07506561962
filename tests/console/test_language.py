"""Chinese first, English complete."""

import re
import sys
from pathlib import Path

import polib
import pytest
from django.urls import reverse

from fenxiao.catalog.models import Admission, Product
from fenxiao.parties.models import Organisation, User
from tests.console.conftest import Visit
from tests.console.test_access import MATRIX, addresses, things  # noqa: F401  fixtures
from tests.console.words import CATALOGUE, ROOT

sys.path.insert(0, str(ROOT / "tools"))
import extract_messages

CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]+")
FILES = {"merchant:plan_template", "square:shortlist_file"}  # files, no pages
SWITCH = re.compile(r'<button[^>]*lang="zh-Hans"[^>]*>.*?</button>')  # names the other language in its own words


def test_every_message_has_chinese_words() -> None:
    known = {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(CATALOGUE)).translated_entries()}

    assert set(extract_messages.messages()) - known == set()


def test_no_template_speaks_without_the_catalogue() -> None:
    """Words between tags that are not translated would be the same in both languages."""
    templates = Path(ROOT / "src/fenxiao/console/templates").rglob("*.html")
    spoken = {path.name: untranslated(path.read_text(encoding="utf-8")) for path in templates}

    assert {name: words for name, words in spoken.items() if words} == {}


def untranslated(template: str) -> list[str]:
    notes = r"\{%\s*comment.*?endcomment\s*%\}|"  # for those who write templates: no page shows them
    blocks = notes + r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%.*?%\}|\{\{.*?\}\}|<style.*?</style>"
    plain = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}", "", re.sub(SWITCH, "", template))
    plain = re.sub(r'<button[^>]*lang="en"[^>]*>.*?</button>|<meta[^>]*>|<c-vars[^>]*/>', "", plain)
    texts = re.sub(r"<[^>]*>", "\n", re.sub(blocks, "", plain, flags=re.DOTALL)).splitlines()
    return [text.strip() for text in texts if re.search(r"[A-Za-z\u3400-\u9fff]{2,}", text) and "L0" not in text]


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row[0] == "get" and name not in FILES])
def test_a_page_in_english_shows_no_chinese(
    name: str,
    visit: Visit,
    addresses: dict[str, str],  # noqa: F811  the fixture
    house: dict[str, Organisation],
    lao_wu: Organisation,
) -> None:
    plain_names()
    kind = next(iter(MATRIX[name][1]))
    owners = {"merchant": Organisation.objects.get(name="Mei"), "leader": lao_wu}
    client = visit(owners.get(kind) or house[kind], language="en")

    answer = client.get(addresses[name])

    assert answer["Content-Language"] == "en"
    assert CHINESE.findall(SWITCH.sub("", answer.content.decode())) == []


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nowhere"])
def test_pages_before_the_login_speak_both_languages(path: str, visit: Visit) -> None:
    english = visit(None, language="en").get(path).content.decode()
    chinese = visit(None).get(path).content.decode()

    assert CHINESE.findall(SWITCH.sub("", english)) == []
    assert CHINESE.search(SWITCH.sub("", chinese))


def plain_names() -> None:
    """Give what tests call by Chinese names plain ones: data is not what is tested."""
    for product in Product.objects.all():
        product.category.name_zh = product.category.name_en
        product.category.save()


def test_the_browsers_own_wish_is_not_read(visit: Visit, lao_wu: Organisation) -> None:
    client = visit(lao_wu)

    answer = client.get("/leader/", headers={"accept-language": "en"})

    assert answer["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans">' in answer.content.decode()


def test_the_switch_is_remembered_on_the_browser_and_with_the_person(visit: Visit, lao_wu: Organisation) -> None:
    client = visit(lao_wu)

    answer = client.post("/language", {"language": "en", "next": "/leader/?a=1"})

    assert (answer.status_code, answer["Location"]) == (302, "/leader/?a=1")
    assert client.cookies["fx_language"].value == "en"
    assert User.objects.get().language == "en"
    assert client.get("/leader/")["Content-Language"] == "en"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_switch_leads_to_no_other_host(elsewhere: str, visit: Visit) -> None:
    answer = visit(None).post("/language", {"language": "en", "next": elsewhere})

    assert answer["Location"] == "/"


def test_an_unknown_language_is_refused(visit: Visit) -> None:
    client = visit(None)

    assert client.post("/language", {"language": "fr"}).status_code == 422


def test_a_form_error_is_in_the_persons_language(visit: Visit, mei: Organisation, pot: Product) -> None:
    address = reverse("merchant:reprice", args=[pot.pk])

    english = visit(mei, language="en", name="a").post(address, {"price": "cheap"})
    chinese = visit(mei, name="b").post(address, {"price": "cheap"})

    assert (english.status_code, chinese.status_code) == (422, 422)
    assert "Enter an amount such as 12.50." in english.content.decode()
    assert "请输入金额，例如 12.50。" in chinese.content.decode()


def test_findings_of_the_gate_are_in_the_persons_language(visit: Visit, ops: Organisation, waiting: Admission) -> None:
    address = reverse("operator:case", args=[waiting.pk])

    assert "It has no picture" in visit(ops, language="en", name="a").get(address).content.decode()
    assert "没有图片" in visit(ops, name="b").get(address).content.decode()
