from __future__ import annotations

import pytest

from tests.tables import each_row
from tui.ui.terminal.browser import is_openable, is_web_address


@pytest.mark.parametrize("address", ["https://x.org", "http://x", "HTTPS://X.ORG/a"])
def test_a_web_address_is_opened(address: str) -> None:
    assert is_web_address(address)
    assert is_openable(address)


def test_a_mail_address_is_opened_and_is_none_of_the_web() -> None:
    assert is_openable("mailto:a@b.org")
    assert not is_web_address("mailto:a@b.org")


@each_row(
    "address", ["", "x.org", "javascript:alert(1)", "file:///etc/passwd", "ssh://x", " https://x"]
)
def test_nothing_else_is_opened(address: str) -> None:
    assert not is_openable(address)
