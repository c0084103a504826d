from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.tables import each_row
from tui.facts import Feedback, MessageFacts, SessionFacts
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    NotePart,
    Part,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.query import Document, Marks, Matcher, matches, parse
from tui.safe_text import SafeText

NOW = datetime(2026, 11, 26, 20, tzinfo=UTC)


def message(
    role: Role, text: str, *parts: Part, facts: MessageFacts | None = None, error: str = ""
) -> Message:
    failure = Failure(error) if error else None
    shown = (TextPart(SafeText(text)), *parts)
    return Message(f"{role}-{text}", role, shown, failure=failure, facts=facts)


TOOL = ToolPart(
    0, SafeText("lookup_order"), {"order": ["A-17"]}, ToolState.DONE, SafeText("shipped late")
)
SOURCES = CitationsPart(
    (Citation(SafeText("1"), SafeText("Pricing.pdf"), SafeText("https://shop.example/pricing")),)
)
DOCUMENT = Document(
    Session(
        "s",
        preview=SafeText("Where is my Café order?"),
        updated_at=NOW - timedelta(days=3),
        facts=SessionFacts(
            lead=((SafeText("name"), SafeText("Ada Lovelace")),), auth_data={"plan": ["gold", 7]}
        ),
    ),
    (
        message(Role.ASSISTANT, "Hello! Ask me."),
        message(Role.USER, "I want my refund"),
        message(
            Role.ASSISTANT,
            "Refunds take a week.",
            SOURCES,
            facts=MessageFacts(
                labels=(SafeText("Refund request"),),
                feedback=Feedback.DOWN,
                total_tokens=900,
                without_source=False,
            ),
        ),
        message(Role.USER, "Where is my order?"),
        message(
            Role.ASSISTANT,
            "It was\nshipped **late**.",
            TOOL,
            NotePart(SafeText("cut at the limit")),
            facts=MessageFacts(
                frustration=SafeText("Customer is angry"),
                finish_reason=SafeText("length"),
                total_tokens=6_000,
                without_source=True,
            ),
        ),
        message(Role.USER, "Thanks, 退款政策 später", error="The server closed the line."),
    ),
    bots=("Shop helper", "b-1"),
    marks=Marks("Ada's parcel", is_flagged=True, tags=("todo",), note="call back"),
    draft="One moment",
)


@each_row(
    ("text", "first_words"),
    [
        ("refund", ["I want my refund"]),
        ("REFÚND", ["I want my refund"]),
        ("款政", ["Thanks, 退款政策 später"]),
        ("spater", ["Thanks, 退款政策 später"]),
        ("want week", ["I want my refund"]),
        ("want shipped", []),
        ('"was shipped"', ["Where is my order?"]),
        ('"shipped was"', []),
        ("A-17 lookup_", ["Where is my order?"]),
        ('"order A-17"', []),
        ("shop.example/pric", ["I want my refund"]),
        ("my", ["I want my refund", "Where is my order?"]),
        ("my -week", ["Where is my order?"]),
        ("week role:user", []),
        ("week role:assistant", ["I want my refund"]),
        ("week -role:user", ["I want my refund"]),
        ("my role:user -week", ["I want my refund", "Where is my order?"]),
        ("role:system", []),
        ("my feedback:down", ["I want my refund"]),
        ("want role:user feedback:", ["I want my refund"]),
        ("feedback:up", []),
        ("my -feedback:", ["Where is my order?"]),
        ("label:request", ["I want my refund"]),
        ("label:", ["I want my refund"]),
        ("my -label:refund", ["Where is my order?"]),
        ("frustrated:", ["Where is my order?"]),
        ("frustrated:angry", ["Where is my order?"]),
        ("frustrated:happy", []),
        ("nosource:", ["Where is my order?"]),
        ("cut:", ["Where is my order?"]),
        ("error:", ["Thanks, 退款政策 später"]),
        ("error:closed", ["Thanks, 退款政策 später"]),
        ("tool:lookup", ["Where is my order?"]),
        ("tool:shipped", []),
        ("source:pricing.pdf", ["I want my refund"]),
        ("source:shop.example", ["I want my refund"]),
        ("tokens:>5000", ["Where is my order?"]),
        ("tokens:<5000", ["I want my refund"]),
        ("-my", ["Hello! Ask me.", "Thanks, 退款政策 später"]),
        ("refund lead:ada", ["I want my refund"]),
        ("refund lead:bob", []),
        ("refund -unread: flag: after:7d", ["I want my refund"]),
        ("refund unread:", []),
        ("refund -own:", ["I want my refund"]),
        ("refund own:", []),
    ],
)
def test_a_query_finds_the_exchanges_that_begin_with(text: str, first_words: list[str]) -> None:
    hit = Matcher(parse(text), NOW).hit(DOCUMENT)
    exchanges = () if hit is None else hit.exchanges
    assert [each.messages[0].text for each in exchanges] == first_words


@each_row(
    "text",
    [
        *("", "bot:shop", "bot:b-1", "title:parcel", "title:cafe", "title:", "lead:lovelace"),
        *("lead:gold", "lead:7", "tag:todo", "note:back", "draft:moment", "draft:", "flag:"),
        *("-unread:", "-archived:", "messages:6", "messages:>=6", "messages:<7", "messages:>5"),
        *("after:7d", "before:2d", "after:2026-11-23", "before:2026-11-24", "before:yesterday"),
        *(
            "-bot:other",
            "-messages:>10",
            "parcel",
            "parcel cafe",
            "parcel -label:x",
            "parcel -week",
        ),
    ],
)
def test_a_session_matches_and_not_when_the_opposite_is_asked(text: str) -> None:
    assert matches(parse(text), DOCUMENT, NOW, UTC)
    if len(parse(text).terms) == 1 and ":" in text:
        opposite = text[1:] if text.startswith("-") else f"-{text}"
        assert not matches(parse(opposite), DOCUMENT, NOW, UTC)


@each_row(
    "text", ["parcel refund", "parcel label:", "parcel role:user", "-parcel cafe", "parcel bot:x"]
)
def test_a_title_alone_does_not_hold_what_is_asked_of_an_exchange(text: str) -> None:
    assert not matches(parse(text), DOCUMENT, NOW)


def test_a_session_of_which_nothing_is_known_matches_what_asks_for_nothing() -> None:
    bare = Document(Session("s"))
    assert matches(parse("-unread: -title: -lead: messages:0 -after:7d -before:7d"), bare, NOW)
    assert not matches(parse("-refund"), bare, NOW)


def test_the_server_counts_messages_that_are_not_kept_here() -> None:
    counted = Document(Session("s", facts=SessionFacts(message_count=12)))
    assert matches(parse("messages:12"), counted, NOW)


def test_a_first_question_is_a_title_where_there_is_no_other() -> None:
    asked = Document(Session("s"), (message(Role.USER, "**Refund**, please"),))
    assert matches(parse('title:"refund**, please"'), asked, NOW)


@each_row(
    ("text", "moment", "is_after"),
    [
        ("after:today", "2026-03-29T00:00+01:00", True),
        ("after:today", "2026-03-28T23:59+01:00", False),
        ("after:yesterday", "2026-03-28T00:00+01:00", True),
        ("after:2026-03-30", "2026-03-30T00:00+02:00", True),
        ("after:2026-03-30", "2026-03-29T23:59+02:00", False),
        ("after:2026-03-30T08:00", "2026-03-30T08:00+02:00", True),
        ("after:2026-03-30T08:00Z", "2026-03-30T08:00+02:00", False),
        ("after:30min", "2026-03-29T09:30+02:00", True),
        ("after:30min", "2026-03-29T09:29+02:00", False),
        ("after:0001-01-01", "2026-03-29T09:29+02:00", True),
        ("after:9999-12-31", "2026-03-29T09:29+02:00", False),
        ("after:999999999w", "0001-01-01T00:00+00:00", True),
    ],
)
def test_days_begin_where_the_person_is(text: str, moment: str, is_after: bool) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # in the night before, the clocks went forward
    now = datetime(2026, 3, 29, 10, tzinfo=berlin)
    session = Document(Session("s", updated_at=datetime.fromisoformat(moment)))
    assert matches(parse(text), session, now, berlin) is is_after
    assert matches(parse(text.replace("after", "before")), session, now, berlin) is not is_after
