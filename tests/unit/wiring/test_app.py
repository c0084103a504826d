from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.ui.harness import Stage
from tui.errors import BadInput, SettingsError
from tui.settings.sources import ConfigFile, ConfigSource
from tui.store import Chosen
from tui.store.choices_file import ChoicesFile
from tui.wiring.app import ComposedApp

WORK = {"profiles": {"work": {"api": "gpt-trainer", "host": "chatwize"}}}


def source(folder: Path, table: dict[str, Any]) -> ConfigSource:
    return ConfigSource(
        ConfigFile(folder / "config.toml", table), {}, folder / "state", folder / "data"
    )


def test_a_profile_that_is_not_there_is_told_before_an_app_begins(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no profile 'wrok'; did you mean 'work'"):
        ComposedApp(source(tmp_path, WORK), profile="wrok")


async def test_settings_that_cannot_be_used_end_the_app_and_say_why(tmp_path: Path) -> None:
    composed = ComposedApp(source(tmp_path, WORK | {"proxy": 3}))
    composed.app._splash.show(events.Paste("typed at once"))
    async with composed.app.run_test() as pilot:
        # what is typed is written before the app ends, behind what is told of the trouble
        await Stage(composed.app, pilot).until(lambda: composed.app.rescued != "")
    assert isinstance(composed.trouble, SettingsError)
    assert "proxy must be text" in composed.trouble.sentence
    (draft,) = (tmp_path / "state" / "copies").iterdir()
    assert draft.read_text() == "typed at once"
    assert draft.name in composed.app.rescued


async def test_an_interrupt_from_outside_ends_the_app_at_its_splash_and_keeps_what_is_typed(
    tmp_path: Path,
) -> None:
    before = signal.getsignal(signal.SIGINT)
    composed = ComposedApp(source(tmp_path, WORK))
    composed.app._splash.show(events.Paste("typed at once"))
    async with composed.app.run_test() as pilot:
        signal.raise_signal(signal.SIGINT)
        await Stage(composed.app, pilot).until(lambda: composed.app.return_code == 130)
    (draft,) = (tmp_path / "state" / "copies").iterdir()
    assert draft.read_text() == "typed at once"
    assert draft.name in composed.app.rescued
    # behind it an interrupt is what it was before
    assert signal.getsignal(signal.SIGINT) is before


def test_the_look_is_known_before_the_settings_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    composed = ComposedApp(source(tmp_path, {"theme": "runnel-light", "proxy": 3}))
    assert composed.app.theme == "runnel-light"
    other = ComposedApp(source(tmp_path, {"theme": "runnel-light"}), theme="sixteen")
    assert (composed.app.theme, other.app.theme) == ("runnel-light", "sixteen")


@pytest.mark.parametrize(
    ("configured", "configured_then", "on_the_line", "begins_in"),
    [
        ("", "", None, "nord"),
        ("auto", "auto", None, "nord"),
        ("auto", "gruvbox", None, "gruvbox"),
        ("", "gruvbox", None, "gruvbox"),
        ("auto", "", None, "runnel-dark"),
        ("auto", "auto", "gruvbox", "gruvbox"),
    ],
)
def test_a_theme_that_was_picked_stands_until_another_is_configured(
    configured: str,
    configured_then: str,
    on_the_line: str | None,
    begins_in: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    choices = ChoicesFile(tmp_path / "state", lambda sentence: pytest.fail(sentence))
    choices.choose_theme(Chosen("nord", configured))
    choices.close()
    begun = source(tmp_path, {"theme": configured_then} if configured_then else {})
    assert ComposedApp(begun, theme=on_the_line).app.theme == begins_in


def test_that_a_theme_that_was_picked_is_gone_is_told_once(tmp_path: Path) -> None:
    choices = ChoicesFile(tmp_path / "state", lambda sentence: pytest.fail(sentence))
    choices.choose_theme(Chosen("mine"))
    choices.close()
    first = ComposedApp(source(tmp_path, {}))
    (sentence,) = first.app._notices
    assert sentence.startswith("There is no theme 'mine'")
    first._choices.close()
    assert ComposedApp(source(tmp_path, {})).app._notices == []
    # what stands in the configuration is a person's to change
    for _ in range(2):
        assert len(ComposedApp(source(tmp_path, {"theme": "mine"})).app._notices) == 1


async def test_what_is_wrong_with_the_choices_is_shown_and_nothing_else_is_lost(
    tmp_path: Path,
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "choices.json").write_text("{")
    composed = ComposedApp(source(tmp_path, {}))
    (sentence,) = composed.untold
    assert "choices.json cannot be used" in sentence
    assert composed.app._notices == [sentence]


@pytest.mark.parametrize(
    ("variables", "theme"),
    [
        ({"COLORTERM": "truecolor"}, "nord"),
        ({"TERM": "xterm-256color"}, "nord"),
        ({"TERM": "tmux-256color"}, "nord"),
        ({"TERM": "xterm-16color", "COLORTERM": "truecolor"}, "nord"),
        ({"TERM": "xterm-16color"}, "sixteen"),
        ({"TERM": "linux"}, "sixteen"),
        ({"TERM": "screen"}, "sixteen"),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, "sixteen"),
    ],
)
def test_a_theme_is_one_that_the_terminal_can_show(
    variables: dict[str, str], theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ComposedApp(source(tmp_path, {"theme": "nord"})).app.theme == theme


async def test_going_on_begins_with_the_profile_of_last_time_unless_one_is_named(
    tmp_path: Path,
) -> None:
    each = {"api": "gpt-trainer", "host": "chatwize", "token": "no-key"}
    table: dict[str, Any] = {"default_profile": "work", "profiles": {"work": each, "home": each}}

    async def begins_with(begun: dict[str, Any], goes_to: str = "", **how: Any) -> str:
        composed = ComposedApp(source(tmp_path, begun), **how)
        first = await composed._connect("")
        if goes_to:
            await composed._connect(goes_to)
        composed._choices.close()
        await composed._late.aclose()
        return first.profile.name

    assert await begins_with(table, goes_to="home", continues=True) == "work"
    assert await begins_with(table, goes_to="home") == "work"
    assert await begins_with(table, continues=True) == "home"
    assert await begins_with(table, continues=True, profile="work") == "work"
    assert await begins_with(table, continues=True, goes_to="home") == "work"
    # it is configured no more
    assert await begins_with({"profiles": {"work": each}}, continues=True) == "work"


FIRST = (
    "from tui.settings import read_source; from tui.wiring.app import _import_connections;"
    " _import_connections(read_source())"
)
CONNECT = """
import asyncio, sys
from pathlib import Path
from tui.model import Message, Role, TextPart
from tui.store import StoredMessage
from tui.settings.schema import settings_from
from tui.wiring.connections import Wiring

async def connect(*texts):
    profiles = {
        "work": {"api": "gpt-trainer", "host": "chatwize", "token": "t", "chatbot": "c"},
        "lab": {"api": "hardwire", "base_url": "http://127.0.0.1:9", "email": "a", "password": "p"},
    }
    folder = Path(sys.argv[1])
    wiring = Wiring(settings_from({"profiles": profiles}), data_folder=folder, state_folder=folder)
    for name in profiles:
        connection = await wiring.connect(name)
        await connection.load()
        for text in texts:
            answer = Message("a", Role.ASSISTANT, (TextPart(text),))
            connection.store.upsert_messages("s", [StoredMessage(0, answer)])
        await connection.store.flush()
    await wiring.aclose()
"""
CONNECTING = f"{CONNECT}\nasyncio.run(connect())"
WRITING = f"{CONNECT}\nasyncio.run(connect('**One** `two` https://x.example'))"
CHAT = "import tui.ui.commands.contexts, tui.ui.front"
OURS = ("tui.", "markdown_it", "rich")
IMPORTED = """
import json, os, sys
folder, first, beside, *scripts = sys.argv[1:]

def tell(script, name):
    sys.argv[1:], before = [f"{folder}/{name}"], set(sys.modules)
    exec(script, {})
    print(json.dumps(sorted(set(sys.modules) - before)), flush=True)

exec(first)
print(json.dumps(sorted(sys.modules)), flush=True)
if os.fork() == 0:
    tell(beside, "beside")
    os._exit(0)
assert os.wait()[1] == 0
for script in scripts:
    tell(script, "there")
"""
"""Tells all modules behind the first script, what one imports then, and each of others instead."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """Return what is there when the app begins, and what is imported then.

    By a connection beside the chat, the chat, a connection behind it, and writing.
    """
    folder = str(tmp_path_factory.mktemp("imported"))
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, folder, FIRST, CONNECTING, CHAT, CONNECTING, WRITING],
        capture_output=True,
        text=True,
        check=True,
    )
    return [{*json.loads(line)} for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_the_chat_begins_without_what_adds_servers_keeps_secrets_and_knows_all_characters(
    imported: list[set[str]],
) -> None:
    first, _, chat, *_ = imported
    modules = first | chat
    packages = {name.partition(".")[0] for name in modules}
    assert packages & {"keyring", "tomlkit", "pydantic", "wcwidth"} == set()
    assert "tui.ui.chat.profiles" in modules
    assert modules & {"tui.ui.dialogs.add_server", "tui.settings.config_writing"} == set()


@pytest.mark.slow
def test_the_chat_and_a_connection_that_is_made_beside_it_import_nothing_of_ours_in_two_threads(
    imported: list[set[str]],
) -> None:
    _, beside, chat, *_ = imported
    assert "tui.ui.front" in chat
    assert "tui.settings.schema" in beside
    assert {each for each in beside & chat if each.startswith(OURS)} == set()


@pytest.mark.slow
def test_what_is_written_once_the_chat_is_there_needs_little_more(
    imported: list[set[str]],
) -> None:
    *_, later = imported
    # each of them imports the next, and nothing of these imports one of them
    rest = {
        "tui.store.sqlite.searched_texts",
        "tui.store.sqlite.index_terms",
        "tui.query.spelling",
        "tui.store.sqlite.code_pages",
        "tui.store.sqlite.fact_index",
        "tui.formatting.markdown_tree",
        "markdown_it.tree",
    }
    assert {each for each in later if each.startswith(OURS)} <= rest
