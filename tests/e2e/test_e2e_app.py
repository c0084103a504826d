from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal
from tui.server import GPT_TRAINER_STARTERS, HARDWIRE_STARTERS

pytestmark = pytest.mark.warm_start

CTRL_J, CTRL_N, CTRL_S, CTRL_U, ESCAPE = "\n", "\x0e", "\x13", "\x15", "\x1b"
F9 = "\x1b[20~"
FILTER_FIELD = "type to filter"


def ready(terminal: Terminal) -> Terminal:
    """Wait until the app shows who answers, so that it can be asked."""
    terminal.wait_for("/Paper Lantern")
    return terminal


def is_idle(terminal: Terminal) -> bool:
    return "· ready" in terminal.text


def transcript(terminal: Terminal) -> str:
    """Return the screen without the session list and the head line, which tells the title."""
    return "\n".join(line.partition("▕")[2].strip() for line in terminal.text.splitlines()[1:])


def test_without_any_configuration_enter_plays_what_the_demo_shows_while_another_session_streams(
    open_terminal: Open,
) -> None:
    terminal = open_terminal(rows=70)
    terminal.wait_for(f"❯ {HARDWIRE_STARTERS[0]}")
    assert "Nothing here leaves this machine." in terminal.text
    assert "Your own chatbot? F4 adds a server." in terminal.text
    terminal.wait_for("+1 answering")
    terminal.send("\r")
    terminal.wait_for("streaming")
    terminal.wait_for(lambda: is_idle(terminal) and "only the bed is not." in terminal.text)
    assert "✗ check_sleeper" in terminal.text
    assert "Nothing here leaves" not in terminal.text


def test_demo_opens_on_the_welcome_and_ctrl_s_goes_to_the_past_sessions(
    open_terminal: Open,
) -> None:
    terminal = ready(open_terminal("demo", "--profile", "demo-gpt"))
    terminal.wait_for("How do I get a runnin")
    assert f"❯ {GPT_TRAINER_STARTERS[0]}" in terminal.text
    terminal.send(CTRL_S)
    terminal.wait_for("Delete")
    terminal.send("\x1b[B\x1b[B\r")
    terminal.wait_for(lambda: "Perfect, thank you!" in transcript(terminal))


@pytest.mark.parametrize("profile", ["demo-gpt", "demo-hardwire"])
def test_an_answer_streams_in_and_settles(open_terminal: Open, profile: str) -> None:
    terminal = open_terminal("demo", "--profile", profile)
    terminal.wait_for(f"{profile}/")
    terminal.send("good morning\r")
    terminal.wait_for("streaming")
    terminal.wait_for(lambda: is_idle(terminal) and "it comes back as it is." in terminal.text)
    assert "You said: “good morning”" in transcript(terminal)
    assert transcript(terminal).count("it comes back as it is.") == 1


def test_what_is_typed_in_one_burst_is_sent_whole(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    terminal = ready(open_terminal(extra=profiles))
    terminal.send(f"echo first line{CTRL_J}second line\rnext")
    terminal.wait_for(lambda: is_idle(terminal) and "◆ Paper Lantern" in terminal.text)
    lines = transcript(terminal).partition("❯ You")[2].splitlines()
    assert lines[1:3] == ["▎ echo first line", "▎ second line"]
    terminal.wait_for("┃ next ")


def test_keys_act_on_all_that_was_typed_before_them(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    terminal = open_terminal("--profile", "lab", extra=profiles)
    terminal.wait_for("lab/Lantern Large")
    terminal.send("echo once\r")
    terminal.wait_for(lambda: is_idle(terminal) and "◆ Lantern Large" in terminal.text)
    # to a new session, and asked there
    terminal.send(f"left behind{CTRL_N}echo in the new one\rnext")
    terminal.wait_for("┃ next ")
    # the question and the answer: what was typed is on the screen before it is sent
    terminal.wait_for(
        lambda: is_idle(terminal) and transcript(terminal).count("in the new one") == 2
    )
    lines = transcript(terminal).partition("❯ You")[2].splitlines()
    assert lines[1] == "▎ echo in the new one"
    assert "echo once" not in transcript(terminal)
    # what was sent is no draft of a session that comes later
    terminal.send(f"{CTRL_U}echo over again\r")
    terminal.wait_for(lambda: is_idle(terminal) and transcript(terminal).count("over again") == 2)
    terminal.send(CTRL_N)
    terminal.wait_for(lambda: "Type a question" in terminal.text)
    assert "Ask something" in terminal.text
    terminal.send(f"a week in the hills{F9}")
    terminal.wait_for("Run which workflow?")
    assert "┃ a week in the hills" in terminal.text


def test_tools_show_as_panels_and_the_failed_one_is_open(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    terminal = open_terminal("--profile", "lab", extra=profiles, rows=70)
    terminal.wait_for("lab/Lantern Large")
    terminal.send("the tools, please\r")
    terminal.wait_for(lambda: is_idle(terminal) and "only the bed is not." in terminal.text)
    seen = transcript(terminal)
    assert "✓ search_trains(" in seen
    assert "✗ check_sleeper(" in seen
    assert "✓ weather(" in seen
    assert '"code": "UPSTREAM_TIMEOUT"' in seen
    assert '"departs"' not in seen, "the first panel is folded"


def test_a_long_answer_is_stopped_by_escape_and_goes_on_behind_another_session(
    open_terminal: Open,
) -> None:
    terminal = ready(open_terminal("demo", "--profile", "demo-gpt"))
    terminal.send("a long one, please\r")
    terminal.wait_for(lambda: "streaming" in terminal.text and "KB" in terminal.text)
    terminal.send(ESCAPE)
    # the whole answer takes half a minute
    terminal.wait_for(lambda: is_idle(terminal), timeout_s=8)
    terminal.wait_for("You stopped here.")
    terminal.send("echo and on it goes\r")
    terminal.wait_for(lambda: is_idle(terminal) and transcript(terminal).count("it goes") == 2)
    terminal.send("a long one, please\r")
    terminal.wait_for("streaming")
    terminal.send(CTRL_N)
    terminal.wait_for(lambda: is_idle(terminal) and "+1 answering" in terminal.text)
    terminal.send("echo meanwhile\r")
    terminal.wait_for(lambda: transcript(terminal).count("meanwhile") == 2)
    assert "+1 answering" in terminal.text


def test_ctrl_s_opens_a_picker_where_there_is_no_room_beside(open_terminal: Open) -> None:
    terminal = ready(open_terminal("demo", "--profile", "demo-gpt", columns=80, rows=24))
    terminal.send(CTRL_S)
    terminal.wait_for(lambda: FILTER_FIELD in terminal.text and "My ssh" in terminal.text)
    terminal.send("running total")
    # the titles of this API are read one after another
    terminal.wait_for("How do I get a running total")
    terminal.send("\r")
    # the row of the picker tells the beginning of it
    terminal.wait_for(
        lambda: FILTER_FIELD not in terminal.text and "Perfect, thank you!" in terminal.text
    )


def test_it_stays_usable_through_changes_of_size(
    open_terminal: Open, profiles: Mapping[str, str]
) -> None:
    terminal = open_terminal("--profile", "lab", extra=profiles, columns=80, rows=24)
    terminal.wait_for("lab/Lantern Large")
    for columns, rows in ((80, 24), (160, 48), (60, 20)):
        terminal.resize(columns, rows)
        terminal.wait_for(lambda: "Ask something" in terminal.text and is_idle(terminal))
        word = f"at{columns}by{rows}"
        terminal.send(f"echo {word}\r")
        terminal.wait_for(
            lambda word=word: (
                is_idle(terminal)  # type: ignore[misc]
                and re.search(rf"(?m)(▕|^) +{word} *$", terminal.text) is not None
            )
        )
        assert len(_lines(terminal)) == rows
        assert ("Today" in terminal.text) == (columns >= 100)


def _lines(terminal: Terminal) -> list[str]:
    return terminal.text.splitlines()
