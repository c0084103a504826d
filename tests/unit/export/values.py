"""Sessions to export: one of every kind of part and fact, and any with hostile texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import strategies as st

from tui.export.exported import About, ExportedSession
from tui.export.formats import Format, writer_of
from tui.facts import Feedback, MessageFacts, SessionFacts
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    MessageStatus,
    NotePart,
    Origin,
    Part,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import JsonValue, SafeText

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
ABOUT = About(NOON, "work", "gpt-trainer")

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</pre></code></article>",
    '"><svg onload=alert(1)>', "<!--", "]]>", "</style><style>*{display:none}",
    "[x](javascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](http://e.example/p)",
    "<https://e.example>",
    "[x](https://e.example 'onmouseover=1')", "[a]: javascript:alert(1)\n[a]",
    "&#27;]52;c;aGk=&#7;", "&#x202e;", "&lt;b&gt;", "&#8232;",
    "```", "````\n```", "~~~", "``` html\n<b>", "- ```\n  x", "> ```", "    ```", "<pre>", "<?php",
    "<!DOCTYPE", "<![CDATA[", "<script", "<div>\n", "# User", "## User · 2026", "===", "---",
    "| a |\n|-|",
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "＝1", "＋1", "－1",
    "＠x",
    "\u200b=1", '"=1', "'=1", "a,b;c\td", 'say "x"', "=cmd|' /C calc'!A0",
    "\x1b[2J\x1b]52;c;aGk=\x07", "\x9b31m", "\x00", "\u202eevil", "\u2066", "\ud800", "\ufeff",
    "\u2028", "\x85", "\r\n", "[/nope]", "[@click=app.quit]x", "{{7*7}}", "${x}", "`x`", "*_~",
    "\\",
    "1. x", "1) x", "+ x", "🏳️‍🌈 e\u0301 日本語 ไทย عربي",
)  # fmt: skip

TEXTS = st.one_of(
    st.text(max_size=20),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map("\n".join),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join),
)
# as if the gate where they enter had been forgotten
SAFE = TEXTS.map(SafeText)
JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(TextPart, SAFE),
    st.builds(
        ToolPart,
        st.just(0),
        SAFE,
        JSON,
        st.sampled_from(ToolState),
        JSON,
        st.none() | st.floats(0, 1e6),
    ),
    st.builds(
        CitationsPart,
        st.lists(st.builds(Citation, SAFE, SAFE, SAFE, SAFE), max_size=3).map(tuple),
    ),
    st.builds(NotePart, SAFE),
)

T = TypeVar("T")


def _tuples(values: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(values, max_size=3).map(tuple)


TIMES = st.none() | st.just(NOON)
MESSAGES = st.builds(
    Message,
    TEXTS,
    st.sampled_from(Role),
    _tuples(PARTS),
    TIMES,
    st.sampled_from(MessageStatus),
    st.none() | st.builds(Failure, SAFE, SAFE),
    origin=st.none() | st.builds(Origin, SAFE, TIMES),
    facts=st.none()
    | st.builds(
        MessageFacts,
        TEXTS,
        _tuples(SAFE),
        SAFE,
        st.none() | st.sampled_from(Feedback),
        SAFE,
        st.none() | st.integers(0),
        SAFE,
        SAFE,
        st.integers(0, 9),
        st.none() | st.booleans(),
    ),
)
SESSIONS = st.builds(
    ExportedSession,
    st.builds(
        Session,
        TEXTS,
        SAFE,
        SAFE,
        TIMES,
        TIMES,
        st.none() | st.builds(SessionFacts, _tuples(st.tuples(SAFE, SAFE)), JSON),
        gone_at=TIMES,
    ),
    _tuples(MESSAGES),
)


def document(kind: Format, *sessions: ExportedSession, about: About = ABOUT) -> str:
    """Return a whole export."""
    writer = writer_of(kind, about)
    pieces = [*writer.head()]
    for each in sessions:
        pieces += writer.session(each)
    return "".join([*pieces, *writer.tail()])


def _text(text: str) -> TextPart:
    return TextPart(SafeText(text))


def everything() -> ExportedSession:
    """Return a session with every kind of part, failure and fact."""
    question = Message(
        "q1",
        Role.USER,
        (_text("Refund for *order 7*?\nPlease."),),
        NOON.replace(microsecond=123456),
    )
    again = Message("q2", Role.USER, (_text("And\nnow?"),), NOON)
    session = Session("s-1", SafeText(""), SafeText(""), NOON, NOON, _facts())
    return ExportedSession(session, (question, _answer(), again, _failed()))


def _answer() -> Message:
    lookup = ToolPart(
        0, SafeText("lookup"), {"order": 7}, ToolState.DONE, {"paid": True, "note": "``` x"}, 1.25
    )
    source = Citation(
        SafeText("3.4"), SafeText("Prices <2026>"), SafeText("https://shop.example/p?a=1&b=2"),
        SafeText("Refunds take five days."),
    )  # fmt: skip
    return Message(
        "a1",
        Role.ASSISTANT,
        (
            _text("Yes, **five days** [3.4].\n\n| a | b |\n|--:|---|\n| 1 | 2 |\n"),
            lookup,
            ToolPart(1, SafeText("mail"), None, ToolState.FAILED, "no such address"),
            CitationsPart((source,)),
            NotePart(SafeText("cut at the length limit")),
        ),
        NOON,
        origin=Origin(SafeText("Shop bot")),
        facts=MessageFacts(
            "x1",
            (SafeText("refund"), SafeText("billing")),
            SafeText("third time asked"),
            Feedback.DOWN,
            SafeText("=too slow"),
            512,
            SafeText("length"),
            SafeText(""),
            0,
            False,
        ),
    )


def _failed() -> Message:
    return Message(
        "local-1",
        Role.ASSISTANT,
        (_text("```sh\necho it broke off"),),
        NOON,
        MessageStatus.PARTIAL,
        Failure("The connection broke.", status=502),
    )


def _facts() -> SessionFacts:
    return SessionFacts(
        (
            (SafeText("Name"), SafeText("Ada Example")),
            (SafeText("email"), SafeText("ada@e.example")),
        ),
        {"plan": "pro", "id": 7},
    )
