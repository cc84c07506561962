"""Logs tell what went wrong and never what people typed."""

import logging
from collections.abc import Iterator

import pytest

from fenxiao.kernel.logs import configure_logs


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root of all logs, which stands as the test runner made it afterwards."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    yield root
    root.handlers[:], root.level = kept, level


@pytest.mark.usefixtures("root")
def test_an_error_shows_where_it_came_from_and_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    password = "correct horse"

    try:
        raise ValueError(len(password))
    except ValueError:
        logging.getLogger("fenxiao.test").exception("it failed")

    said = capsys.readouterr().err
    assert "it failed" in said
    assert "test_logs.py" in said
    assert "ValueError: 13" in said
    assert "correct horse" not in said
