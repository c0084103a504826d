from __future__ import annotations

import pytest

from tui.backends.http.address import normalise_base_url
from tui.backends.registry import HOSTS


@pytest.mark.parametrize("base_url", HOSTS.values())
def test_every_host_has_a_normal_address(base_url: str) -> None:
    assert normalise_base_url(base_url) == base_url
