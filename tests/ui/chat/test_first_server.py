from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.ui.harness import Stage
from tui.file_reading import parse_toml
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, EmbeddedServer
from tui.settings import read_source
from tui.ui.chat.screen import ChatScreen
from tui.ui.dialogs.add_server import AddServerScreen
from tui.ui.dialogs.sign_in import SignInScreen
from tui.wiring.app import ComposedApp

pytestmark = pytest.mark.usefixtures("bare_environment")

MOST_PRESSES = 12
CONFIG = Path("config", "runnel", "config.toml")
SECRETS = Path("state", "runnel", "secrets.json")


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, seed=1) as running:
        yield running


class CountingStage(Stage):
    """Counts what a person presses; a paste is one press."""

    presses = 0

    async def press(self, *keys: str) -> None:
        self.presses += len(keys)
        await super().press(*keys)

    async def paste(self, text: str) -> None:
        self.presses += 1
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def shows(self, words: str) -> None:
        await self.until(lambda: words in self.drawn)


@asynccontextmanager
async def running(
    *, setup: bool = False, opens: str = "demo-", size: tuple[int, int] = (100, 30)
) -> AsyncGenerator[CountingStage, None]:
    """Run Runnel as its commands do, on what is configured in this environment.

    `opens` begins the place that is open then.
    """
    composed = ComposedApp(read_source(), setup=setup)
    async with composed.app.run_test(size=size) as pilot:
        it = CountingStage(composed.app, pilot)
        if setup:
            await it.until(lambda: isinstance(it.app.screen, AddServerScreen))
        else:
            await it.until(lambda: any(isinstance(s, ChatScreen) for s in it.app.screen_stack))
            await it.until(lambda: it.status.place.startswith(opens))
        yield it
    await composed._late.aclose()


def configured(home: Path) -> object:
    return parse_toml((home / CONFIG).read_text())


async def answered(it: CountingStage, *question: str) -> None:
    await it.press(*question, "enter")
    await it.until(lambda: len(it.texts) == 2 and bool(it.texts[1]))


async def test_from_a_key_in_the_clipboard_to_the_first_answer_it_takes_few_presses(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    async with running() as it:
        await it.press("f4", "up", "enter")
        await it.shows("1 of 3")
        await it.press("up")
        await it.paste(server.url)
        await it.press("enter")
        await it.shows("2 of 3")
        before = it.presses
        await it.paste(f"  {DEMO_KEY}\n")
        it.presses = before
        await it.press("enter")
        await it.shows("Paper Lantern")
        await it.press("enter")
        await it.shows("✓ Profile '127-0-0-1' added to ~/config/runnel/config.toml.")
        assert DEMO_KEY not in it.drawn
        await answered(it, "h", "i")
        assert it.presses <= MOST_PRESSES
        assert "added to" not in it.drawn
        assert it.status.place == "127-0-0-1/Paper Lantern"
    assert configured(tmp_path) == {
        "default_profile": "127-0-0-1",
        "profiles": {
            "127-0-0-1": {
                "api": "gpt-trainer",
                "base_url": server.url,
                "chatbot": "5f1d0a6c83b94e2f9a57c6de10b42a91",
            }
        },
    }
    assert DEMO_KEY in (tmp_path / SECRETS).read_text()
    # and the next start needs none of it
    async with running(opens="127-0-0-1/Paper Lantern") as it:
        await answered(it, "h", "i")


async def test_setup_signs_in_with_e_mail_and_password_and_keeps_nothing_if_told(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    async with running(setup=True, size=(60, 20)) as it:
        await it.press("down", "down", "down")
        await it.paste(server.url)
        await it.press("enter")
        await it.shows("2 of 3")
        await it.press(*DEMO_EMAIL, "enter", *"wrong", "enter")
        await it.shows("✗ The server does not accept")
        await it.press("ctrl+u", *DEMO_PASSWORD, "enter")
        await it.shows("3 of 3")
        await it.press("tab", "down", "enter")
        await it.shows("Its password is not kept")
        assert DEMO_PASSWORD not in it.drawn
        await answered(it, "h", "i")
    profile = {"api": "hardwire", "base_url": server.url, "email": DEMO_EMAIL, "model": "gpt-5.2"}
    assert configured(tmp_path) == {
        "default_profile": "hardwire",
        "profiles": {"hardwire": {**profile, "ask_each_time": True}},
    }
    assert not (tmp_path / "state" / "runnel" / "sign-ins.json").exists()
    assert not (tmp_path / SECRETS).exists()


async def test_a_profile_without_key_and_chatbot_leads_into_what_is_missing(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    path = tmp_path / CONFIG
    path.parent.mkdir(parents=True)
    path.write_text(f'[profiles.work]\napi = "gpt-trainer"\nbase_url = "{server.url}"\n')
    async with running(opens="work") as it:
        await it.until(lambda: isinstance(it.app.screen, SignInScreen))
        await it.shows("Sign in to work — key")
        await it.shows("in a file only you can read")
        await it.paste("wrong")
        await it.press("enter")
        await it.shows("✗ ")
        await it.paste(DEMO_KEY)
        await it.press("enter")
        await it.shows("Which chatbot?")
        await it.until(lambda: isinstance(it.app.focused, Input))
        await it.press("enter")
        await it.until(lambda: it.status.place == "work/Paper Lantern")
        await answered(it, "h", "i")
    assert DEMO_KEY in (tmp_path / SECRETS).read_text()
