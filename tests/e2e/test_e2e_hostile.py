from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random

import pytest

from tests.e2e.conftest import Open
from tests.e2e.hostile_server import (
    EVENTS,
    EVIL,
    GeneratedSite,
    hostile_profiles,
    hostile_server,
)
from tests.e2e.hostile_texts import ATTACKS, MARKUP, generated_markdown, leaks
from tests.e2e.terminal import Terminal
from tests.fuzz import FUZZ

pytestmark = pytest.mark.warm_start

CTRL_F, CTRL_N, CTRL_O, CTRL_P, CTRL_Q, CTRL_R, CTRL_S = "\x06\x0e\x0f\x10\x11\x12\x13"
ESCAPE, ALT_UP, PAGE_DOWN = "\x1b", "\x1b[1;3A", "\x1b[6~"
CTRL_D, HOME, DOWN = "\x04", "\x1b[H", "\x1b[B"
F3, F4, F6 = "\x1bOR", "\x1bOS", "\x1b[17~"
SIZE = {"columns": 200, "rows": 100}
# the last words of a note of failure, and of an answer that was read again
FAILED, SETTLED = "i details", f"{len(ATTACKS) + 1} sources"
TEXTS = 100 * FUZZ
PASTED = EVIL.encode("utf-8", "ignore").decode()


@pytest.fixture(scope="module")
def hostile_url() -> Iterator[str]:
    with hostile_server() as url:
        yield url


@pytest.fixture
def hostile(hostile_url: str) -> dict[str, str]:
    return hostile_profiles(hostile_url)


def evils(terminal: Terminal) -> int:
    return terminal.text.count("EVIL")


def close(terminal: Terminal, words: str) -> None:
    """Press Esc, and nothing else before the dialog that says `words` is gone."""
    terminal.wait_for(words)
    terminal.send(ESCAPE)
    terminal.wait_for(lambda: words not in terminal.text)


def wait_for_change(terminal: Terminal, keys: str) -> None:
    before = terminal.text
    terminal.send(keys)
    terminal.wait_for(lambda: terminal.text != before)


def read(terminal: Terminal) -> None:
    """Go from the composer to the messages."""
    terminal.send(ALT_UP)
    terminal.wait_for("i Inspect")


def look_through_transcript(terminal: Terminal) -> None:
    """Draw every line of the open session, from the first to the last."""
    read(terminal)
    terminal.send("g")
    terminal.wait_for("paragraph all")
    while "the last line" not in terminal.text:
        wait_for_change(terminal, PAGE_DOWN)
    terminal.send("G")


def unfold_last_sources(terminal: Terminal) -> None:
    """Go to the end, unfold the sources there and draw them to the last."""
    terminal.send("G")
    # right above the composer, where it does not move any more
    terminal.wait_for(lambda: "❝" in "".join(terminal.text.splitlines()[-9:]))
    terminal.wait_quiet(0.6)
    terminal.click("❝")
    terminal.wait_for(lambda: re.search(r"\d \[/nope\]EVIL\[/\]", terminal.text) is not None)


def open_first_session(terminal: Terminal) -> None:
    terminal.send(CTRL_S)
    terminal.wait_for("Delete")
    terminal.send(f"{HOME}\r")
    # the composer has the focus again
    terminal.wait_for("Enter Send")


def ask_in_new_session(terminal: Terminal, question: str, outcome: str) -> None:
    terminal.send(CTRL_N)
    terminal.wait_for("Type a question")
    terminal.send(f"{question}\r")
    terminal.wait_for(lambda: "❯ You" in terminal.text and outcome in terminal.text)


def end(terminal: Terminal) -> None:
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    assert leaks(bytes(terminal.raw), is_terminal=True) == []
    assert b"Traceback" not in terminal.raw
    assert terminal.modes.as_found


def end_with_unsent(terminal: Terminal) -> None:
    """End where a question was refused, of which the next start still knows."""
    terminal.send(CTRL_Q)
    terminal.wait_for("for the next start")
    end(terminal)


def test_titles_texts_and_sources_of_hardwire_are_drawn_as_what_they_are(
    open_terminal: Open, hostile: Mapping[str, str]
) -> None:
    terminal = open_terminal("--profile", "hw", extra=hostile, **SIZE)
    terminal.wait_for(lambda: evils(terminal) > len(ATTACKS))
    assert all(markup[:12] in terminal.text for markup in MARKUP)
    open_first_session(terminal)
    terminal.wait_for("❝")
    look_through_transcript(terminal)
    unfold_last_sources(terminal)
    # inspector, hints, and the question before a link is copied: there is no desktop
    read(terminal)
    terminal.send(f"{ALT_UP}i")
    close(terminal, '"parts"')
    terminal.send("f")
    terminal.wait_for("Type a label")
    # there are more than one letter can tell apart
    terminal.send("aa")
    terminal.wait_for("There is no browser here to open this address with.")
    terminal.send("n")
    end(terminal)


def test_dialogs_fields_and_notes_show_hostile_text_as_what_it_is(
    open_terminal: Open, hostile: Mapping[str, str]
) -> None:
    terminal = open_terminal("--profile", "hw", extra=hostile, **SIZE)
    terminal.wait_for(lambda: evils(terminal) > len(ATTACKS))
    terminal.send(F6)
    terminal.wait_for("Which model?")
    terminal.paste(PASTED)
    close(terminal, "Nothing matches")
    open_first_session(terminal)
    terminal.wait_for("❝")
    terminal.send(F3)
    terminal.wait_for("Find in everything")
    terminal.send("EVIL")
    terminal.wait_for(lambda: terminal.text.count("[@click=app.quit]") > 1)
    close(terminal, "Find in everything")
    terminal.send(CTRL_F)
    terminal.wait_for("Find: words")
    terminal.paste(PASTED)
    close(terminal, "no hits here")
    shown = terminal.text.count("مرحبا")
    for key, words in ((F4, "Which profile?"), (CTRL_P, "Enter run")):
        terminal.send(key)
        terminal.wait_for(words)
        terminal.paste(PASTED)
        # its beginning or, where the cursor is, its end
        terminal.wait_for(
            lambda: "all ␛[31mEVIL" in terminal.text or terminal.text.count("مرحبا") > shown
        )
        close(terminal, words)
    # one session can be deleted, one cannot: a toast and a note
    terminal.send(CTRL_S)
    terminal.wait_for("Delete")
    terminal.send(f"{HOME}{CTRL_D}")
    terminal.wait_for("Delete this session from the server?")
    terminal.send("y")
    terminal.wait_for("Deleted: all")
    terminal.send(f"{HOME}{CTRL_D}")
    terminal.wait_for("Delete this session from the server?")
    terminal.send("y")
    terminal.wait_for("! ")
    end(terminal)


def test_tools_pastes_and_failures_of_a_send_are_drawn_as_what_they_are(
    open_terminal: Open, hostile: Mapping[str, str]
) -> None:
    # higher than the answer, of which nothing is to be out of sight
    terminal = open_terminal("--profile", "hw", extra=hostile, **{**SIZE, "rows": 150})
    terminal.wait_for(lambda: evils(terminal) > len(ATTACKS))
    terminal.paste(PASTED)
    terminal.wait_for("[/nope]EVIL[/]")
    terminal.send("\r")
    terminal.wait_for(lambda: "✗ bad" in terminal.text and "· ready" in terminal.text)
    terminal.send(CTRL_O)
    terminal.send(CTRL_O)
    terminal.wait_for(lambda: terminal.text.count(" result ") == 2)
    assert all(markup in terminal.text for markup in MARKUP)
    terminal.send(CTRL_R)
    close(terminal, "Earlier questions")
    for question in ("object", "page", "text", *EVENTS):
        ask_in_new_session(terminal, question, FAILED)
    # a broken stream whose answer the history holds all the same
    ask_in_new_session(terminal, "no event", SETTLED)
    end_with_unsent(terminal)


def test_everything_of_the_gpt_trainer_api_is_drawn_as_what_it_is(
    open_terminal: Open, hostile: Mapping[str, str]
) -> None:
    terminal = open_terminal("--profile", "gpt", extra=hostile, **SIZE)
    # what is still open is asked at once
    terminal.wait_for("Which chatbot?")
    terminal.wait_for(lambda: evils(terminal) > len(ATTACKS))
    # it takes no key that was typed before it could be seen
    terminal.wait_quiet(0.6)
    terminal.send("\r")
    terminal.wait_for(lambda: "Which chatbot?" not in terminal.text)
    # the titles are the first questions, read one after another
    terminal.wait_for(lambda: evils(terminal) > len(ATTACKS))
    open_first_session(terminal)
    terminal.wait_for("the very end")
    look_through_transcript(terminal)
    # fold the open one, then unfold all
    terminal.send(CTRL_O)
    terminal.wait_for("▶ ✗")
    terminal.send(CTRL_O)
    terminal.wait_for("▼ ✗")
    unfold_last_sources(terminal)
    terminal.send(CTRL_S)
    terminal.wait_for("Delete")
    terminal.send(f"{HOME}{DOWN}\r")
    terminal.wait_for("a noted one")
    terminal.wait_for("Enter Send")
    for question, outcome in (("problems", FAILED), ("page", FAILED), ("hello", SETTLED)):
        ask_in_new_session(terminal, question, outcome)
    end_with_unsent(terminal)


def test_generated_markdown_acts_on_no_terminal(
    open_terminal: Open, hostile: Mapping[str, str]
) -> None:
    random = Random(f"markdown {FUZZ}")
    texts = [generated_markdown(random) for _ in range(TEXTS)]
    with hostile_server(GeneratedSite(texts)) as url:
        extra = {**hostile, "RUNNEL_PROFILES__HW__BASE_URL": url}
        terminal = open_terminal("--profile", "hw", extra=extra, **SIZE)
        terminal.wait_for("generated")
        open_first_session(terminal)
        terminal.wait_for("the very end")
        read(terminal)
        terminal.send("g")
        terminal.wait_for("the very beginning")
        while "the very end" not in terminal.text:
            wait_for_change(terminal, PAGE_DOWN)
        end(terminal)
