from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.unit.backends.canned import BASE_URL, Wire, streaming, telling
from tests.unit.backends.hardwire.site import STREAM, Site, events_of
from tui.backends.base import Backend
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.events import Completed, TextDelta
from tui.model import Message
from tui.safe_text import clean, sendable

SPECIAL = [
    *"\x00\t\n\r\x0b\x0c\x1b\x7f\x85\x9b\xad\u2028\u2029\u200d\u202e\u2066\ufeff\ufffe\ufffd",
    *"漢字한글كلام\U0001f469\U0001f3fd\U0001f1fa\U0001f1f3\U000e0041\U0010ffff\ud83d\ude00\udfff",
    *(
        "data: ",
        "\r\n",
        "\n\n",
        "42",
        "null",
        '{"a":1}',
        "[DONE]",
        "event: end\n\n",
        ": c\n",
        "\\u",
    ),
]
TEXTS = st.lists(st.characters() | st.sampled_from(SPECIAL), max_size=60).map("".join)
CUTS = st.lists(st.floats(0, 1), max_size=30)
few = settings(max_examples=25 * FUZZ)


def cut(data: bytes, places: list[float], unit: int = 1) -> list[bytes]:
    """Return `data` cut at these shares of it, into pieces of whole units."""
    size = len(data) // unit
    bounds = [0, *sorted(int(place * size) for place in places), size]
    return [data[start * unit : end * unit] for start, end in pairwise(bounds)]


def tokens(text: str, places: list[float]) -> list[str]:
    """Return `text` cut anywhere, also between the halves of a surrogate pair."""
    units = text.encode("utf-16-le", "surrogatepass")
    return [piece.decode("utf-16-le", "surrogatepass") for piece in cut(units, places, 2)]


def framed(
    events: Sequence[Mapping[str, object]], line_end: str, between: str, *, ascii_: bool
) -> bytes:
    frames = [
        f"{between}data: {json.dumps(event, ensure_ascii=ascii_)}\n\n".replace("\n", line_end)
        for event in events
    ]
    return "".join(frames).encode("utf-8", "backslashreplace")


async def shown(backend: Backend) -> tuple[str, Message | None]:
    """Return the text that comes, and the server's own copy of it."""
    async with aclosing(backend.stream("c", "b", "q")) as events:
        came = [event async for event in events]
    await backend.aclose()
    last = came[-1]
    assert isinstance(last, Completed)
    return "".join(event.text for event in came if isinstance(event, TextDelta)), last.message


@few
@given(TEXTS, CUTS)
@example("data: 漢\r", [0.99])
async def test_any_raw_text_in_any_pieces_is_shown_as_it_was_sent(
    text: str, places: list[float]
) -> None:
    sent = sendable(text)
    answer = streaming(*cut(sent.encode(), places))
    text_shown, _ = await shown(GptTrainer(Wire(answer).client(), BASE_URL, telling("key-123456")))
    assert text_shown == clean(sent)


FRAMING = (
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(
        ["", ": ping\n\n", "id: 7\n: c\n", 'data: {"type":"unknown"}\n\n', "retry: 1\n"]
    ),
    st.booleans(),
)


@few
@given(TEXTS, CUTS, CUTS, *FRAMING)
async def test_any_text_in_documented_events_is_shown_as_it_was_sent(
    text: str,
    spoken: list[float],
    places: list[float],
    line_end: str,
    between: str,
    ascii_: bool,
) -> None:
    events: list[Mapping[str, object]] = [
        {"type": "start", "messageId": "a"},
        *({"type": "content", "delta": each} for each in tokens(text, spoken)),
        {"type": "end", "messageId": "a"},
    ]
    body = cut(framed(events, line_end, between, ascii_=ascii_), places)
    text_shown, _ = await shown(Site({STREAM: events_of(*body)}).backend())
    assert text_shown == clean(text)


@few
@given(TEXTS, CUTS, CUTS, *FRAMING)
async def test_any_text_in_real_events_is_shown_as_it_was_sent(
    text: str,
    spoken: list[float],
    places: list[float],
    line_end: str,
    between: str,
    ascii_: bool,
) -> None:
    events: list[Mapping[str, object]] = [
        {"type": "user_message", "message": {"id": "q", "role": "user", "content": "q"}},
        *({"type": "token", "token": each} for each in tokens(text, spoken)),
        {"type": "complete", "message": {"id": "a", "content": text}, "chatId": "c"},
    ]
    body = cut(framed(events, line_end, between, ascii_=ascii_), places)
    text_shown, copy = await shown(Site({STREAM: events_of(*body)}).backend())
    assert text_shown == clean(text)
    assert copy is not None
    assert copy.text == clean(text)
