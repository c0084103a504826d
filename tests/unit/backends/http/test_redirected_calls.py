from __future__ import annotations

import httpx
import pytest

from tests.tables import each_row
from tests.unit.backends.canned import Wire
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.streams import open_stream
from tui.errors import ServerFailed

STATUSES = (301, 302, 303, 307, 308)
REDIRECTS = [
    ("http://chat.example", "https://chat.example/api", "https://chat.example"),
    ("https://chat.example", "https://elsewhere.example/api", "https://elsewhere.example"),
    ("https://chat.example", "http://chat.example/api", "http://chat.example"),
    ("https://chat.example", "https://chat.example:8443/api", "https://chat.example:8443"),
    ("https://chat.example", "//elsewhere.example/api", "elsewhere.example"),
    *(
        ("https://chat.example", target, "")
        for target in (
            "https:login", "mailto:me@x.example", "https://xn--/", "javascript:1", "https://[",
            "https://x:99999/", "https://\u00e9\u200b.\u0660/", "http://" + "a" * 300 + ".x/",
            "https://x:y@/", "://x", "https://-.-/", "data:,", "?", "\x7f", "x" * 100_000,
        )
    ),
]  # fmt: skip


@pytest.mark.slow
@each_row(("base_url", "target", "goal"), REDIRECTS)
async def test_a_read_is_told_where_it_is_sent_and_does_not_go(
    base_url: str, target: str, goal: str
) -> None:
    location = [(b"location", target.encode())]
    wire = Wire(*(httpx.Response(status, headers=location) for status in STATUSES))
    async with wire.client(base_url) as client:
        for number in range(1, len(STATUSES) + 1):
            received = await exchange(client, "GET", f"{base_url}/api")
            assert isinstance(received.failure, ServerFailed)
            assert received.failure.sentence.startswith(f"{base_url} redirects to ")
            assert goal in received.failure.sentence
            assert "address" in received.failure.hint
            assert len(wire.requests) == number


@pytest.mark.slow
@each_row(("base_url", "target", "goal"), REDIRECTS)
async def test_a_send_is_told_where_it_is_sent_and_does_not_go(
    base_url: str, target: str, goal: str
) -> None:
    wire = Wire(httpx.Response(307, headers=[(b"location", target.encode())]))
    secret = Credentials({"authorization": "Bearer key-123456"}, ("key-123456",))
    async with wire.client(base_url) as client:
        opened = open_stream(
            client, f"{base_url}/s", credentials=secret, content=b"{}", accept="*/*"
        )
        with pytest.raises(ServerFailed, match="redirects to"):
            await opened.__aenter__()
    assert [str(request.url) for request in wire.requests] == [f"{base_url}/s"]
