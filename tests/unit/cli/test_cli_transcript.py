from datetime import UTC, datetime

from tui.cli.transcript import (
    LAST_CHARS,
    LAST_LINES,
    last_of,
    tool_line,
    transcript,
    value_line,
)
from tui.facts import MessageFacts
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    MessageStatus,
    NotePart,
    Role,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText as Safe


def test_each_message_stands_under_its_speaker() -> None:
    said = transcript(
        [
            Message("1", Role.USER, (TextPart(Safe("Why?\n")),)),
            Message(
                "2",
                Role.ASSISTANT,
                (
                    ToolPart(0, Safe("search"), {"q": "é"}, ToolState.DONE, [1]),
                    TextPart(Safe("So.")),
                    CitationsPart((Citation(Safe("1"), Safe("Page"), Safe("https://x.example")),)),
                    NotePart(Safe("cut short")),
                ),
                status=MessageStatus.PARTIAL,
                failure=Failure("It broke."),
            ),
        ]
    )
    assert said.splitlines() == [
        "--- You",
        "Why?",
        "",
        "--- Bot",
        '[search] {"q": "é"} -> done: [1]',
        "So.",
        "[1] Page https://x.example",
        "(cut short)",
        "! It broke.",
    ]


def test_what_an_operator_reads_of_an_answer_stands_below_it() -> None:
    facts = MessageFacts("x", labels=(Safe("late"),), without_source=True, total_tokens=7)
    answer = Message("2", Role.ASSISTANT, (TextPart(Safe("So.")),), facts=facts)
    assert transcript([answer]) == "--- Bot\nSo.\n· no source · [late]\n"


def test_a_time_stands_beside_the_speaker() -> None:
    then = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
    said = transcript([Message("1", Role.SYSTEM, (), then)])
    assert said == f"--- Note, {then.astimezone():%Y-%m-%d %H:%M}\n"


def test_a_tool_without_arguments_or_result_says_so_by_leaving_them_out() -> None:
    assert tool_line(ToolPart(0, Safe("run"), None, ToolState.UNANSWERED)) == "[run] -> unanswered"


def test_a_long_value_is_cut() -> None:
    line = value_line("x" * 1000)
    assert len(line) == 200
    assert line.endswith("...")


def test_every_source_is_told_by_something() -> None:
    nothing, address = Safe(""), Safe("https://x.example/a")
    sources = (
        Citation(nothing, Safe("A page"), address),
        Citation(nothing, address, address),
        Citation(nothing, nothing, address),
        Citation(Safe("3.4"), nothing),
    )
    said = transcript([Message("1", Role.ASSISTANT, (CitationsPart(sources),))])
    assert said.splitlines()[1:] == [
        "[1] A page https://x.example/a",
        "[2] https://x.example/a",
        "[3] https://x.example/a",
        "[3.4]",
    ]


def test_the_end_of_a_long_session_begins_with_a_whole_line_and_says_how_to_read_the_rest() -> None:
    def said(*texts: str) -> list[Message]:
        return [Message(text[:9], Role.USER, (TextPart(Safe(text)),)) for text in texts]

    short = said("Why?", "So?")
    assert last_of(short, "s") == transcript(short)
    assert last_of([], "s") == ""
    for messages in (
        said(*(f"No. {number}" for number in range(1_000))),
        said("first", "x\n" * 1_000 + "last"),
        said("first", *["word " * 3_000] * 9),
        said("z" * 100_000),
    ):
        told = last_of(messages, "s-1")
        first, rest = told.split("\n", 1)
        assert first == "[the end of the session; runnel messages s-1 prints all of it]"
        assert transcript(messages).endswith(rest)
        assert 0 < len(rest) <= LAST_CHARS
        assert rest.count("\n") <= LAST_LINES
        assert len(messages) == 1 or f"\n{rest}" in transcript(messages)
