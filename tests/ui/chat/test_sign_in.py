from __future__ import annotations

import asyncio

from textual.widgets import Input

from tests.fakes import ScriptedBackend, StillClock, says
from tests.ui.guarded import Check, dialog, expire, guarded
from tests.ui.harness import Pauses, said, stage
from tui.errors import NotOffered, SecretDeclined
from tui.model import Bot
from tui.ui.transcript.failure_note import FailureNote


async def kept_password(check: Check) -> str:
    return await check("hush")


async def as_it_is(secret: str) -> str:
    return secret


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
        await it.app.front.catalogue.run("app.sign-out")
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
        await it.app.front.catalogue.run("app.sign-out")
        await it.until(lambda: "You are signed out." in it.notice)
        await it.ask("hello")
        await it.until(lambda: it.notice == "")


class PublicBackend(ScriptedBackend):
    """Tells its lists to nobody who has no key."""

    was_asked = True

    async def bots(self) -> list[Bot]:
        raise SecretDeclined("You did not sign in.", was_asked=self.was_asked)


async def test_who_declines_to_tell_a_key_is_told_once_what_goes_without_it() -> None:
    backend = PublicBackend(scripts=[says("Yes")], offers=frozenset())
    async with stage(backend) as it:
        await it.until(lambda: "The list needs the API key" in it.drawn)
        assert "A public chatbot answers all the same. F5 asks for the key." in it.notice
        await it.press("escape")
        await it.ask("Well?")
        await it.settled()
        assert it.texts == ["Well?", "Yes"]
        connection = it.chat.open_chat.connection
        assert connection is not None
        connection.store.choices.go_without_key(True)
        backend.was_asked = False
        await it.press("f5")
        assert not (await connection.store.choices.all()).goes_without_key
        await it.settled_reading()
        assert it.notice == ""


class KeyBackend(ScriptedBackend):
    async def sign_out(self) -> None:
        raise NotOffered("This server cannot sign out.")


async def test_where_nobody_signs_in_signing_out_says_so() -> None:
    async with stage(KeyBackend()) as it:
        await it.app.front.catalogue.run("app.sign-out")
        await it.until(lambda: "cannot sign out" in it.notice)
