from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.ui.guarded import HOME, dialog, expire, guarded
from tests.ui.harness import stage
from tui.settings import SavedSecret, SecretFile, SecretPlace
from tui.ui.dialogs.sign_in import SignInScreen


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


async def test_an_empty_line_is_not_taken_for_a_password() -> None:
    backend = guarded()
    async with stage(backend) as it:
        expire(backend, it)
        await it.open("s")
        await dialog(it)
        await it.press("enter")
        assert isinstance(it.app.screen, SignInScreen)


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
        await it.until(lambda: it.app.screen is it.chat)
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
