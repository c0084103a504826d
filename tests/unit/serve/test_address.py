from __future__ import annotations

import socket

import pytest

from tests.tables import each_row
from tui.errors import BadInput
from tui.serve.address import DEFAULT_PORT, Address, listening_at, parsed


@each_row(
    ("text", "address", "is_loopback"),
    [
        ("", Address("127.0.0.1", DEFAULT_PORT), True),
        (":3000", Address("127.0.0.1", 3000), True),
        ("127.0.0.2", Address("127.0.0.2", DEFAULT_PORT), True),
        ("0.0.0.0:22", Address("0.0.0.0", 22), False),
        ("192.0.2.1:0", Address("192.0.2.1", 0), False),
        ("[::1]:99", Address("::1", 99), True),
        ("[::]", Address("::", DEFAULT_PORT), False),
    ],
)
def test_an_address_is_read_and_told_from_those_that_others_reach(
    text: str, address: Address, is_loopback: bool
) -> None:
    assert parsed(text) == address
    assert parsed(text).is_loopback is is_loopback
    assert parsed(str(address)) == address


@each_row(
    ("address", "words"),
    [
        (Address("127.0.0.1", 22), "ssh -p 22 127.0.0.1"),
        (Address("::1", 99), "ssh -p 99 ::1"),
        (Address("0.0.0.0", 99), "ssh -p 99 HOST, HOST being a name or address of this machine"),
        (Address("::", 99), "ssh -p 99 HOST, HOST being a name or address of this machine"),
    ],
)
def test_who_listens_everywhere_is_told_no_address_that_nobody_can_connect_to(
    address: Address, words: str
) -> None:
    assert address.ssh_words == words


@each_row("text", ["a b", "::1:22:", "host:port", "127.0.0.1:70000", "[::1", "x" * 300])
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(BadInput) as told:
        parsed(text)
    assert "127.0.0.1" in told.value.hint


def test_an_address_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"127.0.0.1:{port}"):
            listening_at(Address("127.0.0.1", port))
