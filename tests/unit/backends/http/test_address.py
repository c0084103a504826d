from __future__ import annotations

import pytest

from tests.tables import each_row
from tui.backends.http.address import is_exposed, is_loopback, normalise_base_url
from tui.errors import BadInput


@each_row(
    ("pasted", "base_url"),
    [
        ("app.x.y", "https://app.x.y"),
        ("https://app.x.y/", "https://app.x.y"),
        ("  HTTPS://App.X.Y/API/V1/  ", "https://app.x.y"),
        ("https://app.x.y/api", "https://app.x.y"),
        ("app.x.y/api/v1", "https://app.x.y"),
        ("app.x.y:8443/api/", "https://app.x.y:8443"),
        ("https://x.y/bots/api/v1", "https://x.y/bots"),
        ("https://x.y/apiary", "https://x.y/apiary"),
        ("x.y//api//v1//", "https://x.y"),
        ("localhost:3026", "http://localhost:3026"),
        ("LOCALHOST:3026/api", "http://localhost:3026"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("https://localhost", "https://localhost"),
        ("http://app.x.y", "http://app.x.y"),
    ],
)
def test_an_address_is_taken_as_pasted(pasted: str, base_url: str) -> None:
    assert normalise_base_url(pasted) == base_url
    assert normalise_base_url(base_url) == base_url


@each_row(
    "pasted",
    [
        "",
        "   ",
        "ftp://x.y",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:me",
        "https://x.y/?a=1",
        "https://x.y/#top",
        "https://",
        "https:///api",
        "x.y:port",
        "x.y:99999",
        "http://[::1",
        "a b.c",
        "x.y\n.z",
        "https://x\x1b[2Jy",
        "http://xn--0.com",
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(pasted: str) -> None:
    with pytest.raises(BadInput) as refused:
        normalise_base_url(pasted)
    assert refused.value.sentence.endswith(".")
    assert refused.value.sentence.isprintable()


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadInput) as refused:
        normalise_base_url("https://me:hunter22@x.y")
    assert "hunter22" not in str(refused.value) + refused.value.hint


def test_loopback_is_known_by_name_and_number() -> None:
    assert all(map(is_loopback, ("localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1")))
    assert not any(map(is_loopback, ("", "x.y", "10.0.0.1", "localhost.x.y", "::2")))


@each_row(
    ("base_url", "exposed"),
    [
        ("http://app.x.y", True),
        ("http://192.168.1.5:3026", True),
        ("http://localhost.x.y", True),
        ("https://app.x.y", False),
        ("http://localhost:3026", False),
        ("http://127.0.0.1:3026", False),
        ("http://[::1]:3026", False),
    ],
)
def test_plain_http_to_another_machine_is_exposed(base_url: str, exposed: bool) -> None:
    assert is_exposed(base_url) is exposed
