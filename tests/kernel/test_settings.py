"""Settings come from the environment, then from the home; what cannot be used is refused by name."""

from pathlib import Path

import pytest

from fenxiao.kernel.errors import BadSetting
from fenxiao.kernel.settings import keep_values, read_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FENXIAO_ENGINE", "sqlite"),
        ("FENXIAO_TIME_ZONE", "Mars/Base"),
        ("FENXIAO_CURRENCY", "yuan"),
        ("FENXIAO_LANGUAGE", "fr"),
        ("FENXIAO_BASE_URL", "fenxiao.example"),
        ("FENXIAO_BASE_URL", "http://"),
        ("FENXIAO_TRACKING_URL", "https://fenxiao.example:none"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings({"FENXIAO_HOME": str(tmp_path), name: value})


def test_the_home_keeps_its_currency(tmp_path: Path) -> None:
    keep_values(tmp_path, {"FENXIAO_CURRENCY": "BRL"})

    assert read_settings({"FENXIAO_HOME": str(tmp_path)}).currency == "BRL"


def test_the_environment_goes_before_the_home(tmp_path: Path) -> None:
    keep_values(tmp_path, {"FENXIAO_CURRENCY": "BRL"})

    assert read_settings({"FENXIAO_HOME": str(tmp_path), "FENXIAO_CURRENCY": "EUR"}).currency == "EUR"


def test_a_home_makes_one_secret_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first = read_settings({"FENXIAO_HOME": str(tmp_path)})
    second = read_settings({"FENXIAO_HOME": str(tmp_path)})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
