from __future__ import annotations

import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import PROFILE
from tests.unit.export.values import ABOUT, SESSIONS, document, everything
from tui.export.exported import ExportedSession
from tui.export.formats import Format
from tui.export.personal_data import plain_letters
from tui.export.redaction import Redactor
from tui.facts import MessageFacts, SessionFacts
from tui.formatting.masking import forms_of, layers_of
from tui.model import (
    Citation,
    CitationsPart,
    Failure,
    Message,
    NotePart,
    Origin,
    Role,
    Session,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import JsonValue, SafeText
from tui.values import replace

SECRETS = {
    "e-mail": ("ada.lovelace@mail.example", "ada.lovelace%40mail.example"),
    "phone number": ("+49 171 1234567", "+49-171-1234567"),
    "card number": ("4111 1111 1111 1111", "4111111111111111"),
    "IBAN": ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    "IP address": ("203.0.113.7",),
    "key": ("sk-proj-abcDEF0123456789abcdef", "pr0file-s3cret"),
    "name": ("Ada Lovelace", "ADA LOVELACE", "Lovelace"),
    "lead detail": ("Analytical Engines Ltd",),
}
WRITTEN = st.sampled_from([each for several in SECRETS.values() for each in several])
AROUND = st.sampled_from(
    ["{}", "see {} here", "**{}**", "[x](https://e.example/?q={}&b=1)", "`{}`", "- {}\n- {}",
     "({})",
     "> {}", "<b>{}</b>", '{{"x": "{}"}}', "{}, {}.", "日本 {} 語", "| {} | {} |", "```\n{}\n```"]
)  # fmt: skip


@st.composite
def planted(draw: st.DrawFn) -> ExportedSession:
    """Return a session with something to mask in every field that holds words."""

    def text() -> SafeText:
        return SafeText(draw(AROUND).replace("{}", draw(WRITTEN)).replace("{{", "{"))

    facts = MessageFacts("x1", (text(),), text(), None, text(), 7, text(), text())
    tool = ToolPart(
        0,
        text(),
        {text(): [text(), {"deep": text()}], "card": 4111111111111111},
        ToolState.DONE,
        text(),
        progress=text(),
    )
    sources = CitationsPart((Citation(text(), text(), text(), text()),))
    messages = (
        Message("q", Role.USER, (TextPart(text()),), raw=text(), facts=facts),
        Message(
            "a",
            Role.ASSISTANT,
            (TextPart(text()), tool, sources, NotePart(text())),
            failure=Failure(text(), text()),
            origin=Origin(text()),
            facts=facts,
        ),
    )
    lead = (
        (SafeText("Full name"), SafeText("Ada Lovelace")),
        (SafeText("Company"), SafeText("Analytical Engines Ltd")),
        (SafeText("consent"), SafeText("yes")),
    )
    about = SessionFacts(lead, {"user": {"login": text(), "id": 4711}, "vip": True}, 2, text(), ())
    return ExportedSession(Session("s", text(), text(), facts=about), messages)


def readings(document: str) -> str:
    """Return a document in every way in which it can be read."""
    ways = [document, unescape(document)]
    ways += [re.sub(r"[*`_]", "", way) for way in ways]
    # most formats read the same in some of them
    texts = (layer.text for way in dict.fromkeys(ways) for layer in layers_of(way))
    return "\n".join(dict.fromkeys(texts))


@pytest.mark.slow
@given(exported=planted())
@PROFILE
def test_nothing_masked_can_be_read_back_from_any_format(exported: ExportedSession) -> None:
    redactor = Redactor(lambda: forms_of(["pr0file-s3cret"]))
    session, about = redactor.session(exported), redactor.about(ABOUT)
    # one session for all formats: making and masking it takes longer than writing it
    for kind in Format:
        read = plain_letters(readings(document(kind, session, about=about))).casefold()
        squeezed = re.sub(r"[\s-]", "", read)
        for written in (each for several in SECRETS.values() for each in several):
            assert written.casefold() not in read, kind
            assert re.sub(r"[\s-]", "", written.casefold()) not in squeezed, kind
        assert "4711" not in read, kind


@pytest.mark.slow
@given(exported=SESSIONS)
@PROFILE
def test_a_redacted_session_is_a_session_and_redacting_it_again_changes_nothing(
    exported: ExportedSession,
) -> None:
    once = Redactor().session(exported)
    assert len(once.messages) == len(exported.messages)
    assert [each.id for each in once.messages] == [each.id for each in exported.messages]
    bare = replace(once, session=replace(once.session, facts=None))
    assert Redactor().session(bare) == bare


def _said(*texts: str) -> ExportedSession:
    messages = (Message("q", Role.USER, (TextPart(SafeText(text)),)) for text in texts)
    return ExportedSession(Session("s"), tuple(messages))


def test_one_person_keeps_one_placeholder_over_all_sessions() -> None:
    redactor = Redactor()
    first = redactor.session(_said("ada@e.example and bob@e.example", "ADA@e.example"))
    second = redactor.session(_said("From bob@e.example, not from eve@e.example"))
    texts = [each.text for each in (*first.messages, *second.messages)]
    assert texts == [
        "[e-mail 1] and [e-mail 2]",
        "[e-mail 1]",
        "From [e-mail 2], not from [e-mail 3]",
    ]
    assert redactor.told() == "Masked: 5 × e-mail (3 different)."
    assert Redactor().told() == "Nothing was found to mask."


def test_the_form_of_a_lead_is_masked_and_what_it_told_is_in_the_texts_of_its_session_alone() -> (
    None
):
    lead = (
        (SafeText("Name"), SafeText("May Will")),
        (SafeText("E-mail"), SafeText("may@e.example")),
        (SafeText("City"), SafeText("Bergen op Zoom")),
        (SafeText("ok"), SafeText("yes")),
    )
    said = _said("I am may  will from Bergen op Zoom, yes. May I? You may, Will.", "may@e.example")
    exported = replace(said, session=Session("s", facts=SessionFacts(lead)))
    redactor = Redactor()
    masked = redactor.session(exported)
    assert masked.session.facts is not None
    assert [value for _, value in masked.session.facts.lead] == [
        "[name 1]",
        "[e-mail 1]",
        "[lead detail 1]",
        "[lead detail 2]",
    ]
    assert [each.text for each in masked.messages] == [
        "I am [name 1] from [lead detail 1], yes. [name 1] I? You may, [name 1].",
        "[e-mail 1]",
    ]
    assert redactor.session(_said("May I go to Bergen op Zoom?")).messages[0].text == (
        "May I go to Bergen op Zoom?"
    )


def test_json_of_tools_is_masked_by_the_names_of_its_fields_too() -> None:
    arguments: JsonValue = {
        "password": "x",
        "apiKey": "abc",
        "phone": "555 123",
        "card": 4111111111111111,
        "count": 20261101,
        "token_count": 7,
        "nested": [{"note": "ada@e.example"}],
    }
    part = ToolPart(0, SafeText("pay"), arguments, ToolState.DONE)
    exported = ExportedSession(Session("s"), (Message("a", Role.ASSISTANT, (part,)),))
    masked = Redactor().session(exported).messages[0].tools[0].arguments
    assert masked == {
        "password": "[key 1]",
        "apiKey": "[key 2]",
        "phone": "[phone number 1]",
        "card": "[card number 1]",
        "count": 20261101,
        "token_count": 7,
        "nested": [{"note": "[e-mail 1]"}],
    }


def test_an_export_says_that_it_was_redacted() -> None:
    redactor = Redactor()
    about = redactor.about(replace(ABOUT, profile="ada@e.example"))
    text = document(Format.JSON, redactor.session(everything()), about=about)
    assert json.loads(text)["redacted"] is True
    assert "ada@e.example" not in text
    assert "personal data masked" in document(Format.HTML, about=about)
    assert "redacted" in document(Format.MARKDOWN, about=about)
