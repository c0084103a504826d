from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tui.backends.base import MAX_ROWS
from tui.backends.json_reading import (
    MANY_ROWS,
    MAX_ID_CHARS,
    MAX_MESSAGE_CHARS,
    as_list,
    as_object,
    encode_json,
    id_at,
    made_of,
    message_text,
    newest_rows,
    oldest_first,
    once_each,
    parse_time,
    path,
    session_list,
    tells_failure,
    text_at,
    time_at,
    web_address,
)
from tui.errors import NotFound, ServerFailed
from tui.formatting.times import clock_time, day_group, relative_time
from tui.model import Message, NotePart, Period, Role, Session
from tui.safe_text import sendable


@each_row(
    ("text", "micros"),
    [
        ("2024-04-06T03:11:17Z", 0),
        ("2024-04-06T03:11:17", 0),
        ("2024-04-06 03:11:17.5+00:00", 500_000),
        ("2024-04-06T05:11:17.123+02:00", 123_000),
        ("2024-04-06T03:11:17.123456Z", 123_456),
        ("2024-04-06T03:11:17.123456789z", 123_456),
        (" 2024-04-05T23:11:17,1-0400 ", 100_000),
    ],
)
def test_times_of_every_spelling_are_utc(text: str, micros: int) -> None:
    assert parse_time(text) == datetime(2024, 4, 6, 3, 11, 17, micros, UTC)


@each_row(
    "value",
    [
        None, True, "", "soon", 17, 1712372400, 1712372400000, -1, 1.5, 10**300, {}, [],
        "2024-13-06T03:11:17Z", "2024-04-06T25:00:00Z", "2024-04-06T03:11:17+99:00",
        "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-12:00", "12024-04-06T03:11:17Z",
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(value: object) -> None:
    assert parse_time(value) is None


ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
)


@given(st.datetimes(), st.sampled_from(["", "Z"]) | ZONES, st.integers(-1439, 1439))
def test_every_time_that_is_read_can_be_told_in_every_zone_and_reckoned_with(
    moment: datetime, zone: str, reader_minutes: int
) -> None:
    then = parse_time(moment.isoformat() + zone)
    if then is None:
        assert moment.year == 1 or moment.year == 9999
        return
    now = datetime(2026, 3, 12, 12, tzinfo=timezone(timedelta(minutes=reader_minutes)))
    session = Session("s", created_at=then, updated_at=then)
    assert Period(now - timedelta(days=365), now).holds(session) in (True, False)
    assert relative_time(then, now)
    assert clock_time(then, now)
    assert day_group(then, now)
    then.astimezone()
    assert then + timedelta(days=1) - timedelta(days=2) < then


def test_of_what_is_listed_the_first_of_an_id_counts() -> None:
    listed = [Session("a"), Session("b"), Session("a", updated_at=datetime(2024, 1, 1, tzinfo=UTC))]
    assert [each.id for each in once_each(listed)] == ["a", "b"]
    assert session_list(listed) == [listed[2], listed[1]]


async def test_the_loop_goes_on_while_many_rows_are_read() -> None:
    went_on = threading.Event()

    def read(rows: Sequence[int]) -> list[str]:
        # only the loop lets it go on
        assert went_on.wait(30)
        return [str(row) for row in rows]

    rows = list(range(MANY_ROWS))
    reading = asyncio.create_task(made_of(rows, read))
    asyncio.get_running_loop().call_soon(went_on.set)
    assert await reading == [str(row) for row in rows]
    assert await made_of(rows[:3], read) == ["0", "1", "2"]


def test_sessions_without_a_time_come_last_and_equals_keep_their_order() -> None:
    def session(name: str, day: int | None) -> Session:
        return Session(name, updated_at=datetime(2024, 1, day, tzinfo=UTC) if day else None)

    shuffled = [session("a", None), session("b", 1), session("c", 3), session("d", 3)]
    assert [each.id for each in session_list(shuffled)] == ["c", "d", "b", "a"]


def test_a_wrong_shape_fails_in_words() -> None:
    with pytest.raises(ServerFailed, match="a list was expected, not an object, which says: No!"):
        as_list({"error": "No!"})
    with pytest.raises(ServerFailed, match="an object was expected, not a list"):
        as_object([])


def test_ids_unfit_to_be_shown_are_none() -> None:
    assert id_at({"id": 7}, "id") == "7"
    assert id_at({"id": "a-1"}, "id") == "a-1"
    for unfit in (
        "a\x1b[2J",
        "a\nb",
        " a",
        "x" * 300,
        10**300,
        "x" * 50_000,
        "",
        True,
        None,
        1.5,
        ["a"],
    ):
        assert id_at({"id": unfit}, "id") == ""


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_reading_a_field_never_raises(mapping: dict[str, object]) -> None:
    for key in [*mapping, "missing"]:
        text_at(mapping, key)
        id_at(mapping, key)
        time_at(mapping, key)


def test_path_segments_stay_segments() -> None:
    assert path("session", "a/../b?c#d é", "x") == "/session/a%2F..%2Fb%3Fc%23d%20%C3%A9/x"
    for empty in ("", ".", ".."):
        with pytest.raises(NotFound):
            path("session", empty)


@settings(max_examples=100 * FUZZ)
@given(
    st.one_of(
        st.text(max_size=30),
        st.text("./\\%25eE2fF?#;:@&= \n\r\t", max_size=12),
        st.sampled_from(
            ["%2e%2e", "..%2f", "\u2024\u2024", "．．", ".. ", "..\x00", "\ud800", "//"]
        ),
        st.text(min_size=MAX_ID_CHARS + 1, max_size=MAX_ID_CHARS + 9),
    )
)
def test_no_id_changes_which_path_is_called(session_id: str) -> None:
    try:
        resource = path("session", session_id, "delete")
    except NotFound:
        assert session_id in {"", ".", ".."} or len(session_id) > MAX_ID_CHARS
        return
    url = httpx.URL(f"https://x.example/own/api/v1{resource}")
    head, tail = b"/own/api/v1/session/", b"/delete"
    assert url.raw_path.startswith(head)
    assert url.raw_path.endswith(tail)
    segment = url.raw_path[len(head) : -len(tail)]
    assert not set(segment) & set(b"/?#\\ \r\n\t;")
    assert unquote(segment.decode()) == sendable(session_id)
    assert (url.query, url.fragment, url.host) == (b"", "", "x.example")


def test_an_id_beyond_all_reason_is_no_id() -> None:
    with pytest.raises(NotFound, match=r"“x{39}…” is not a valid id"):
        path("session", "x" * 100_000)


def test_only_web_addresses_become_links() -> None:
    assert web_address(" https://x.y/z ") == "https://x.y/z"
    hostless = ("http://[", "http://[x]/y", "https:///x", "https://?q", "https://:443")
    others = ("javascript:x", "file:///x", "x.y", "https://a b", "", "https://" + "x" * 3000)
    for other in (*hostless, *others):
        assert web_address(other) == ""


def test_a_lone_surrogate_is_sent_as_a_replacement_and_a_pair_is_joined() -> None:
    assert encode_json({"q": "\ud83d\ude00 \ud83d"}) == '{"q":"\U0001f600 \ufffd"}'.encode()


@each_row(
    ("result", "failed"),
    [
        ({"error": "x"}, True),
        ({"error": {"a": 1}}, True),
        ({"success": False}, True),
        ({"ok": False}, True),
        ({"error": ""}, False),
        ({"error": None, "success": True}, False),
        ("error", False),
        (None, False),
        ([{"error": "x"}], False),
    ],
)
def test_a_tool_tells_its_failure(result: object, failed: bool) -> None:
    assert tells_failure(result) is failed


@pytest.mark.slow
def test_a_text_that_is_too_long_is_cut_with_a_note() -> None:
    whole = "\x1b" + "x" * (MAX_MESSAGE_CHARS - 1)
    assert message_text(whole) == ("␛" + whole[1:], None)
    text, note = message_text(whole + "the rest")
    assert text == "␛" + whole[1:]
    assert note is not None
    assert "last 8 characters" in note.text


def test_a_history_that_is_too_long_keeps_the_newest_below_a_note() -> None:
    history = [Message(str(number), Role.USER, ()) for number in range(MAX_ROWS + 2)]
    assert newest_rows(history[2:]) == history[2:]
    top, *kept = newest_rows(history)
    assert kept == history[2:]
    assert top.role is Role.SYSTEM
    (note,) = top.parts
    assert isinstance(note, NotePart)
    assert "The 2 messages before these" in note.text


def test_a_list_of_sessions_that_is_too_long_keeps_the_latest() -> None:
    day = datetime(2024, 4, 6, tzinfo=UTC)
    listed = [Session(str(number)) for number in range(MAX_ROWS)]
    kept = session_list([*listed, Session("timed", updated_at=day)])
    assert len(kept) == MAX_ROWS
    assert kept[0].id == "timed"


@each_row(
    ("came", "in_order"),
    [
        (["1a", "1b", "2c"], ["1a", "1b", "2c"]),
        (["2c", "1b", "1a"], ["1a", "1b", "2c"]),
        (["2c", "2b", "1a", "3d"], ["1a", "2c", "2b", "3d"]),
        (["1a", "-b", "3c", "2d", "-e"], ["1a", "-b", "2d", "-e", "3c"]),
        (["3c", "-b", "1a"], ["1a", "-b", "3c"]),
        (["-b", "-a"], ["-b", "-a"]),
        ([], []),
    ],
)
def test_a_history_in_any_order_is_put_oldest_first(came: list[str], in_order: list[str]) -> None:
    def time_of(item: str) -> datetime | None:
        return None if item[0] == "-" else datetime(2024, 4, int(item[0]), tzinfo=UTC)

    assert oldest_first(came, time_of) == in_order
