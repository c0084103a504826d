from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, says, user
from tests.ui.harness import Pauses, Stage, said, stage
from tui.errors import AccessRefused, NotOffered
from tui.events import StreamEvent
from tui.model import Bot, Message, Profile, Session
from tui.safe_text import SafeText
from tui.settings import SavedSecret, SecretFile, SecretPlace
from tui.ui.dialogs.sign_in import SignInScreen
from tui.ui.transcript.failure_note import FailureNote
from tui.ui.widgets.plain_text import Plain

Check = Callable[[str], Awaitable[str]]

HOME = Profile("test", "hardwire", "http://127.0.0.1:1", account="ada@example.com")


@dataclass
class GuardedBackend(ScriptedBackend):
    """Asks for the password whenever it is not signed in."""

    is_open: bool = True
    ask: Callable[[Check], Coroutine[Any, Any, str]] | None = None
    refused: Sequence[str] = ()
    checking: asyncio.Event | None = None
    told: list[str] = field(default_factory=list)
    signed_out: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def _sign_in(self) -> None:
        async with self.lock:
            if not self.is_open:
                assert self.ask is not None
                await self.ask(self.check)
                self.is_open = True

    async def check(self, secret: str) -> str:
        self.told.append(secret)
        if self.checking is not None:
            await self.checking.wait()
        if secret in self.refused:
            raise AccessRefused("The server does not accept this.", hint="Check it.")
        return secret

    async def bots(self) -> list[Bot]:
        await self._sign_in()
        return await super().bots()

    async def messages(self, session_id: str) -> list[Message]:
        await self._sign_in()
        return await super().messages(session_id)

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        await self._sign_in()
        async for event in super().stream(session_id, bot_id, text):
            yield event

    async def sign_out(self) -> None:
        self.signed_out += 1
        self.is_open = False


async def kept_password(check: Check) -> str:
    return await check("hush")


async def as_it_is(secret: str) -> str:
    return secret


def guarded() -> GuardedBackend:
    return GuardedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]},
        listed=[Session("s", SafeText("S"), updated_at=NOON)],
    )


def expire(backend: GuardedBackend, it: Stage) -> None:
    """Let the sign-in be over from now on."""
    backend.is_open = False
    backend.ask = lambda check: it.app.ask_secret("test", "password", check)


async def dialog(it: Stage) -> str:
    """Wait for the dialog, and return what it says."""
    await it.until(lambda: isinstance(it.app.screen, SignInScreen))
    await it.until(lambda: bool(it.app.screen.query(Plain)))
    return "\n".join(said(each) for each in it.app.screen.query(Plain))


async def test_the_dialog_says_for_whom_and_does_not_show_what_is_typed() -> None:
    backend = guarded()
    async with stage(backend, profile=HOME) as it:
        expire(backend, it)
        await it.open("s")
        words = await dialog(it)
        assert "This profile has no password that the server takes." in words
        for fact in ("password", "test", "http://127.0.0.1:1", "ada@example.com"):
            assert fact in words
        await it.press(*"hush")
        assert it.app.screen.query_one(Input).value == "hush"
        assert "hush" not in it.drawn
        await it.press("enter")
        await it.settled_reading()
        assert backend.told == ["hush"]


async def test_a_read_that_needed_the_password_goes_on_by_itself() -> None:
    backend = guarded()
    async with stage(backend) as it:
        expire(backend, it)
        await it.open("s")
        await dialog(it)
        await it.press(*"hush", "enter")
        await it.settled_reading()
        assert it.texts == ["Q", "A"]
        assert it.notice == ""


async def test_leaving_the_dialog_is_told_and_f5_asks_again() -> None:
    backend = guarded()
    async with stage(backend) as it:
        expire(backend, it)
        await it.open("s")
        await dialog(it)
        await it.press("escape")
        await it.until(lambda: "You did not sign in." in it.notice)
        assert "F5 asks again." in it.notice
        await it.press("f5")
        await dialog(it)
        await it.press(*"hush", "enter")
        await it.settled_reading()
        await it.until(lambda: it.notice == "")
        assert backend.told == ["hush"]


async def test_an_empty_line_is_not_taken_for_a_password() -> None:
    backend = guarded()
    async with stage(backend) as it:
        expire(backend, it)
        await it.open("s")
        await dialog(it)
        await it.press("enter")
        assert isinstance(it.app.screen, SignInScreen)


async def test_what_is_being_written_does_not_go_into_the_dialog() -> None:
    backend = guarded()
    async with stage(backend, pauses=Pauses()) as it:
        await it.press(*"half a")
        expire(backend, it)
        await it.open("s")
        await it.until(lambda: "needs its password" in it.notice)
        assert "F5 asks for it" in it.notice
        await it.press(*" word")
        assert it.app.screen is it.chat
        assert it.composer.whole_text == " word", "of this session; the other keeps its draft"
        await it.press("f5")
        await dialog(it)
        assert "needs its password" not in it.notice
        await it.press(*"hush", "enter")
        await it.settled_reading()
        assert it.composer.whole_text == " word"
        assert backend.told == ["hush"]


async def test_the_dialog_opens_by_itself_when_nothing_is_written_any_more() -> None:
    clock, pauses, backend = StillClock(), Pauses(), guarded()
    async with stage(backend, clock=clock, pauses=pauses) as it:
        await it.press("h", "backspace")
        expire(backend, it)
        await it.open("s")
        await it.until(lambda: pauses.asked_s == [1])
        pauses.end()
        await it.until(lambda: pauses.asked_s == [1, 1])
        assert it.app.screen is it.chat, "the clock stands still: somebody is typing"
        clock.seconds = 1
        pauses.end()
        await dialog(it)
        assert "needs its password" not in it.notice


async def test_a_question_that_was_refused_for_want_of_a_password_is_sent_by_r() -> None:
    clock, backend = StillClock(), guarded()
    backend.scripts = [says("Yes")]
    async with stage(backend, clock=clock) as it:
        await it.open("s")
        await it.settled()
        expire(backend, it)
        await it.write("Well?")
        clock.seconds = 5
        await it.press("enter")
        await dialog(it)
        await it.press("escape")
        await it.settled()
        assert "You did not sign in." in said(it.chat.query(FailureNote).last())
        assert "not sent" in it.drawn
        assert backend.sent == []
        it.transcript.focus()
        await it.press("r")
        clock.seconds = 10
        await dialog(it)
        await it.press(*"hush", "enter")
        await it.settled()
        assert it.texts[-2:] == ["Well?", "Yes"]
        assert backend.sent == ["Well?"]


async def test_two_that_need_a_secret_ask_one_after_the_other() -> None:
    backend = guarded()
    async with stage(backend) as it:
        asked = [
            asyncio.ensure_future(it.app.ask_secret("test", "password", as_it_is)) for _ in range(2)
        ]
        for answer in ("one", "two"):
            await dialog(it)
            await it.press(*answer, "enter")
        await it.until(lambda: all(each.done() for each in asked))
        assert [each.result() for each in asked] == ["one", "two"]


async def test_a_dialog_that_nobody_waits_for_keeps_what_is_typed_until_it_is_closed() -> None:
    async with stage(guarded()) as it:
        asking = asyncio.ensure_future(it.app.ask_secret("test", "token", as_it_is))
        assert "token" in await dialog(it)
        await it.press(*"hu")
        asking.cancel()
        await it.until(lambda: "no longer asked for" in it.drawn)
        await it.press(*"sh", "enter")
        assert it.app.screen.query_one(Input).value == "hush"
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
        assert it.composer.text == ""


async def test_signing_out_is_a_command_and_f5_signs_in_again() -> None:
    backend = guarded()
    async with stage(backend) as it:
        backend.ask = lambda check: it.app.ask_secret("test", "password", check)
        await it.app.catalogue.run("app.sign-out")
        await it.until(lambda: "You are signed out." in it.notice)
        assert backend.signed_out == 1
        await it.press("f5")
        await dialog(it)
        await it.press(*"hush", "enter")
        await it.until(lambda: it.notice == "")


async def test_a_question_that_signs_in_again_ends_the_note_of_being_signed_out() -> None:
    backend = guarded()
    backend.ask = kept_password
    backend.scripts = [says("answer")]
    async with stage(backend) as it:
        await it.app.catalogue.run("app.sign-out")
        await it.until(lambda: "You are signed out." in it.notice)
        await it.ask("hello")
        await it.until(lambda: it.notice == "")


class KeyBackend(ScriptedBackend):
    async def sign_out(self) -> None:
        raise NotOffered("This server cannot sign out.")


async def test_where_nobody_signs_in_signing_out_says_so() -> None:
    async with stage(KeyBackend()) as it:
        await it.app.catalogue.run("app.sign-out")
        await it.until(lambda: "cannot sign out" in it.notice)


async def test_a_refused_password_keeps_the_dialog_and_says_why() -> None:
    backend = guarded()
    backend.refused = ["wrong", "again"]
    async with stage(backend, profile=HOME) as it:
        expire(backend, it)
        await it.open("s")
        await dialog(it)
        first = it.app.screen
        for secret in backend.refused:
            await it.press(*secret, "enter")
            await it.until(lambda: backend.told[-1:] == [secret])  # noqa: B023
            await it.until(lambda: "The server does not accept this. Check it." in it.drawn)
            assert it.app.screen is first
            assert first.query_one(Input).has_focus
        await it.press(*"right", "enter")
        await it.settled_reading()
        assert it.app.screen is it.chat
        assert backend.told == ["wrong", "again", "right"]
        assert it.notice == ""


async def test_what_is_typed_while_the_server_looks_stays_in_the_hidden_field() -> None:
    backend = guarded()
    backend.refused, backend.checking = ["wrong"], asyncio.Event()
    async with stage(backend) as it:
        expire(backend, it)
        await it.open("s")
        await dialog(it)
        await it.press(*"wrong", "enter", *"hush", "enter")
        await it.until(lambda: "Checking" in it.drawn)
        assert it.app.screen.query_one(Input).value == "hush"
        assert "hush" not in it.drawn
        backend.checking.set()
        await it.until(lambda: "does not accept" in it.drawn)
        assert it.app.screen.query_one(Input).value == "hush"
        await it.press("enter")
        await it.settled_reading()
        assert backend.told == ["wrong", "hush"]
        assert it.composer.whole_text == ""


async def test_escape_leaves_the_dialog_while_the_server_looks() -> None:
    backend = guarded()
    backend.checking = asyncio.Event()
    async with stage(backend) as it:
        expire(backend, it)
        await it.open("s")
        await dialog(it)
        await it.press(*"hush", "enter")
        await it.until(lambda: "Checking" in it.drawn)
        await it.press("escape")
        await it.until(lambda: "You did not sign in." in it.notice)
        assert it.app.screen is it.chat


@pytest.mark.usefixtures("bare_environment")
async def test_where_it_is_kept_is_asked_for_in_the_dialog_and_told(tmp_path: Path) -> None:
    backend, saved = guarded(), SavedSecret("http://a", "b", SecretFile(tmp_path / "secrets.json"))
    async with stage(backend) as it:
        backend.is_open = False
        backend.ask = lambda check: it.app.ask_secret("test", "key", check, saved)
        await it.open("s")
        words = await dialog(it)
        assert "Keep the key" in words
        assert "Tab where it is kept" in words
        assert "in a file only you can read" in it.drawn
        assert "keyring" not in it.drawn, "there is none here"
        await it.press(*"hush")
        it.app.screen.query_one(Input).post_message(Paste("-\nhu sh"))
        await it.press("enter")
        await it.settled_reading()
        assert backend.told == ["hush-hush"]
        assert await saved.load() == "hush-hush"
        assert "Key kept in ~/secrets.json." in it.toasts


@pytest.mark.usefixtures("bare_environment")
async def test_a_secret_that_cannot_be_kept_is_used_all_the_same_and_the_reason_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "state").write_text("no folder")
    backend = guarded()
    saved = SavedSecret("http://a", "b", SecretFile(tmp_path / "state" / "secrets.json"))
    async with stage(backend) as it:
        backend.is_open = False
        backend.ask = lambda check: it.app.ask_secret("test", "key", check, saved)
        await it.open("s")
        await dialog(it)
        await it.press(*"hush", "enter")
        await it.until(lambda: "The file for secrets cannot be written" in it.notice)
        assert it.texts == ["Q", "A"]


@pytest.mark.usefixtures("bare_environment")
async def test_a_secret_is_kept_nowhere_when_a_person_wants_that(tmp_path: Path) -> None:
    backend, saved = guarded(), SavedSecret("http://a", "b", SecretFile(tmp_path / "secrets.json"))
    async with stage(backend) as it:
        backend.is_open = False
        backend.ask = lambda check: it.app.ask_secret("test", "key", check, saved)
        await it.open("s")
        await dialog(it)
        await it.press(*"hush", "tab", "down", "enter")
        await it.settled_reading()
        assert backend.told == ["hush"]
        assert await saved.place() is SecretPlace.NOWHERE


async def test_the_dialog_says_what_its_keys_do() -> None:
    backend = guarded()
    async with stage(backend, profile=HOME) as it:
        expire(backend, it)
        await it.open("s")
        words = await dialog(it)
        assert "Sign in to test — password" in words
        assert "Enter sign in · Esc cancel" in words
