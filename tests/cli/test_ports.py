"""Ports are probed before anything starts."""

import socket
from collections.abc import Iterator

import pytest

from fenxiao.cli.ports import HOST, PortForbidden, PortTaken, check_port, check_ports, free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind((HOST, free_port(after=20_000, beside=3)))
        listening.listen(1)
        yield listening.getsockname()[1]


def test_a_free_port_passes() -> None:
    check_ports(free_port(after=20_000, beside=1))


def test_a_taken_port_is_refused_with_one_that_is_free(taken: int) -> None:
    with pytest.raises(PortTaken) as refusal:
        check_port(taken)

    assert refusal.value.details["port"] == taken
    check_port(int(str(refusal.value.details["free"])))


def test_the_edge_needs_the_next_port(taken: int) -> None:
    with pytest.raises(PortTaken) as refusal:
        check_ports(taken - 1)

    assert refusal.value.details["port"] == taken
    check_ports(int(str(refusal.value.details["free"])))


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "已被占用"), ("en", "is in use")])
def test_the_refusal_names_the_port_and_the_way_out_in_one_line(taken: int, language: str, word: str) -> None:
    with pytest.raises(PortTaken) as refusal:
        check_ports(taken)

    said = refusal.value.message(language)
    assert f"{taken}" in said
    assert word in said
    assert f"--port {refusal.value.details['free']}" in said
    assert "\n" not in said


def test_the_last_port_leaves_none_for_the_edge() -> None:
    with pytest.raises(PortForbidden, match="65536"):
        check_ports(65_535)
