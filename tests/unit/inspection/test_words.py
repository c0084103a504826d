from __future__ import annotations

from tests.fakes import assistant
from tests.tables import each_row
from tui.events import (
    Completed,
    Started,
    StreamEvent,
    TextDelta,
    TitleChanged,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
)
from tui.inspection.reader import WireRow
from tui.inspection.words import SHOWN_MEANINGS, RowKind, decoded_text, kinds_of, line_of
from tui.safe_text import SafeText
from tui.tapes.wire import Arrived


def row(*meanings: StreamEvent, trouble: str = "") -> WireRow:
    return WireRow(Arrived(1, 0.0, b"data"), None, meanings, trouble)


@each_row(
    ("event", "line", "decoded", "kind"),
    [
        (Started("m"), "started m", "started m", RowKind.OTHER),
        (TextDelta(SafeText("a\n\tb")), "“a␊␉b”", 'text "a\\n\\tb"', RowKind.TEXT),
        (
            ToolCalled(0, SafeText("find"), {"q": "é"}),
            '⚒ 0 find {"q": "é"}',
            'tool 0 called: find {"q": "é"}',
            RowKind.TOOLS,
        ),
        (
            ToolProgressed(0, SafeText("half way")),
            "⚒ 0 … half way",
            "tool 0 goes on: half way",
            RowKind.TOOLS,
        ),
        (ToolReturned(0, [7]), "⚒ 0 ✓ done [7]", "tool 0 returned: [7]", RowKind.TOOLS),
        (
            ToolReturned(1, None, failed=True),
            "⚒ 1 ✗ failed null",
            "tool 1 failed: null",
            RowKind.TOOLS,
        ),
        (TitleChanged(SafeText("Rye")), "title “Rye”", "title “Rye”", RowKind.OTHER),
        (Completed("m"), "complete m", "complete m", RowKind.OTHER),
        (
            Completed("m", assistant("m", "Hi")),
            "complete m with its copy",
            "complete m with its copy",
            RowKind.OTHER,
        ),
    ],
)
def test_every_event_is_told_short_and_long(
    event: StreamEvent, line: str, decoded: str, kind: RowKind
) -> None:
    assert line_of(row(event)) == line
    assert decoded_text(row(event)) == decoded
    assert kind in kinds_of(row(event))


def test_what_cannot_be_read_stands_behind_what_can() -> None:
    broken = row(TextDelta(SafeText("a")), TextDelta(SafeText("b")), trouble="No JSON.")
    assert line_of(broken) == "“ab” · ✗ No JSON."
    assert decoded_text(broken) == 'text "ab"\n✗ No JSON.'


def test_of_more_events_than_anybody_reads_the_rest_is_counted() -> None:
    many = row(*[Started(f"m{at}") for at in range(SHOWN_MEANINGS + 1_234)])
    assert decoded_text(many).endswith("\n… 1,234 more")
