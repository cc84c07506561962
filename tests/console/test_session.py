"""Logging in, belonging to several organisations, and being told what is refused."""

import re

import pytest
from django.test import Client

from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.parties.models import Kind, Organisation, User
from tests.cast import make_member, make_organisation
from tests.console.conftest import Visit


def test_a_person_logs_in_with_email_and_password_and_lands_at_home(lao_wu: Organisation) -> None:
    make_member(lao_wu, "wu@example.org")
    client = Client()

    answer = client.post("/accounts/login/", {"login": "wu@example.org", "password": "correct horse"}, follow=True)

    assert [address for address, _ in answer.redirect_chain] == ["/", "/leader/"]
    assert "Lao Wu" in answer.content.decode()


def test_a_wrong_password_is_said_on_the_form(lao_wu: Organisation) -> None:
    make_member(lao_wu, "wu@example.org")

    answer = Client().post("/accounts/login/", {"login": "wu@example.org", "password": "wrong"})

    assert "alert-danger" in answer.content.decode()
    assert "_auth_user_id" not in answer.client.session


def test_nobody_signs_up(db: None) -> None:
    wish = {"email": "new@example.org", "password1": "correct horse 1", "password2": "correct horse 1"}

    answer = Client().post("/accounts/signup/", wish)

    assert "账号由您的组织开通" in answer.content.decode()
    assert not User.objects.exists()


def test_the_way_after_the_login_leads_back_to_the_page_asked_for(visit: Visit) -> None:
    assert visit(None).get("/leader/?a=1")["Location"] == "/accounts/login/?next=/leader/%3Fa%3D1"


def test_a_person_of_two_organisations_switches(mei: Organisation, chen: Organisation) -> None:
    client = Client()
    first, second = make_member(mei, "both@example.org"), make_member(chen, "both@example.org")
    client.force_login(first.user)

    assert client.get("/")["Location"] == "/merchant/"
    client.post("/switch", {"member": second.pk})

    assert client.get("/")["Location"] == "/creator/home/"
    assert client.get("/merchant/").status_code == 403


def test_nobody_switches_into_an_organisation_of_others(visit: Visit, mei: Organisation, chen: Organisation) -> None:
    theirs = make_member(chen, "chen@example.org")
    client = visit(mei)

    answer = client.post("/switch", {"member": theirs.pk})

    assert answer.status_code == 403
    assert client.get("/")["Location"] == "/merchant/"


def test_a_suspended_organisation_is_left_at_once(visit: Visit, mei: Organisation) -> None:
    client = visit(mei)
    Organisation.objects.update(is_active=False)

    assert client.get("/merchant/").status_code == 403
    assert "您不属于任何有效组织" in client.get("/").content.decode()


@pytest.mark.parametrize("kind", [Kind.AFFILIATE, Kind.CLIP_AGENCY, Kind.SERVICE_PROVIDER])
def test_kinds_without_pages_are_told_so(kind: Kind, visit: Visit) -> None:
    answer = visit(make_organisation(kind, "Others")).get("/")

    assert answer.status_code == 200
    assert "此类组织暂无页面" in answer.content.decode()


def test_a_refused_act_is_told_on_the_page_it_came_from(visit: Visit, ops: Organisation, waiting: Admission) -> None:
    client, page = visit(ops), f"/operator/review/{waiting.pk}/"
    Product.objects.update(state=ProductState.REFUSED)

    answer = client.post(f"{page}approve", headers={"referer": f"http://testserver{page}"}, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert "不在待审核状态" in answer.content.decode()


@pytest.mark.parametrize("referrer", ["", "http://evil.example/page", "http://testserver//evil.example/"])
def test_a_refusal_never_leads_to_another_host(
    referrer: str, visit: Visit, ops: Organisation, waiting: Admission
) -> None:
    Product.objects.update(state=ProductState.REFUSED)

    answer = visit(ops).post(f"/operator/review/{waiting.pk}/approve", headers={"referer": referrer})

    assert (answer.status_code, answer.get("Location", "")) in [(409, ""), (302, "/evil.example/")]
    assert Admission.objects.get().verdict == "pending"


def test_pages_that_do_not_exist_keep_the_menu(visit: Visit, mei: Organisation) -> None:
    answer = visit(mei).get("/merchant/nowhere/")

    assert answer.status_code == 404
    assert "商品与等级" in answer.content.decode()


def test_what_goes_wrong_on_our_side_is_a_page_too(visit: Visit, mei: Organisation, monkeypatch) -> None:
    def broken(*args: object, **named: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("fenxiao.insights.queries.merchant_home", broken)  # nothing of ours fails by itself
    client = visit(mei)
    client.raise_request_exception = False

    answer = client.get("/merchant/")

    assert answer.status_code == 500
    assert "系统出现问题" in answer.content.decode()


def test_simulated_figures_say_so_on_every_page(visit: Visit, mei: Organisation) -> None:
    client = visit(mei)
    assert "模拟数据" not in client.get("/merchant/").content.decode()

    operator = make_organisation(Kind.OPERATOR, "Demo")
    Organisation.objects.filter(pk=operator.pk).update(source="demo")

    assert "模拟数据" in client.get("/merchant/").content.decode()
    assert "模拟数据" in visit(None).get("/accounts/login/").content.decode()


def test_a_forgotten_password_is_set_anew_by_mail(lao_wu: Organisation, mailoutbox: list) -> None:
    make_member(lao_wu, "wu@example.org")
    client = Client()

    sent = client.post("/accounts/password/reset/", {"email": "wu@example.org"}, follow=True)
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[0].body)
    form = client.get(link[0], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "a new horse 22", "password2": "a new horse 22"})

    assert "请查收邮件" in sent.content.decode()
    assert User.objects.get().check_password("a new horse 22")


def test_a_password_is_changed_and_the_wrong_old_one_is_refused(visit: Visit, lao_wu: Organisation) -> None:
    client = visit(lao_wu)
    wish = {"oldpassword": "wrong", "password1": "a new horse 22", "password2": "a new horse 22"}

    refused = client.post("/accounts/password/change/", wish)
    assert "invalid-feedback" in refused.content.decode()

    client.post("/accounts/password/change/", {**wish, "oldpassword": "correct horse"})
    assert User.objects.get().check_password("a new horse 22")


def test_logging_out_asks_first(visit: Visit, lao_wu: Organisation) -> None:
    client = visit(lao_wu)

    assert "确定要退出登录吗" in client.get("/accounts/logout/").content.decode()
    client.post("/accounts/logout/")

    assert client.get("/leader/").status_code == 302
