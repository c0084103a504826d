from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.model import Profile
from tui.settings.plain_reading import profile_from

URL = "https://app.example.com:8443/inbox/{session}?view=all"


@each_row(
    ("web_url", "is_right"),
    [
        (URL, True),
        ("https://example.com/?session={session}", True),
        ("https://example.com/#/{session}", True),
        ("http://localhost:3026/{session}", True),
        ("http://127.0.0.1/{session}", True),
        ("http://[::1]:3026/{session}", True),
        ("", True),
        ("http://example.com/{session}", False),
        ("http://127.0.0.1.example.com/{session}", False),
        ("http://localhost.example.com/{session}", False),
        ("javascript:alert('{session}')", False),
        ("file:///{session}", False),
        ("https://{session}.example.com/", False),
        ("https://{session}/", False),
        ("https:///{session}", False),
        ("https://example.com@evil.example/{session}", False),
        ("https://example.com/{session}/{session}", False),
        ("https://example.com/{session}/{bot}", False),
        ("https://example.com/inbox", False),
        ("https://example.com/a b/{session}", False),
        ("https://example.com/\x1b[2J{session}", False),
        ("https://[example.com/{session}", False),
        ("example.com/{session}", False),
    ],
)
def test_an_id_goes_to_the_host_that_a_person_wrote_and_to_no_other(
    web_url: str, is_right: bool
) -> None:
    table = {"api": "gpt-trainer", "host": "chatwize", "web_url": web_url}
    if is_right:
        assert profile_from(table).web_url == web_url
    else:
        with pytest.raises(ValueError, match=r"must|is not"):
            profile_from(table)


@given(st.text(min_size=1))
def test_whatever_the_id_of_a_session_is_it_is_one_piece_of_the_path(session_id: str) -> None:
    session_id = session_id.encode("utf-8", "replace").decode()
    profile = Profile("work", "gpt-trainer", "https://api.example.com", web_url=URL)
    parts = urlsplit(profile.web_address(session_id))
    assert (parts.scheme, parts.netloc, parts.query) == (
        "https",
        "app.example.com:8443",
        "view=all",
    )
    assert parts.path.count("/") == 2
    assert profile.web_address(session_id).isascii()
