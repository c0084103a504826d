from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.optional_parts import OFFERS
from tests.ui.harness import Stage, said, stage
from tui.errors import NotOffered, Unreachable
from tui.events import Started, TextDelta
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.sessions.picker import SessionsScreen
from tui.ui.widgets.plain_text import Plain

DELETING = OFFERS | {"message_deletion"}


def three_exchanges(offers: frozenset[str] = DELETING) -> ScriptedBackend:
    history = [
        message
        for number in range(3)
        for message in (
            user(f"q{number}", f"Why {number}?"),
            assistant(f"a{number}", f"So {number}."),
        )
    ]
    return ScriptedBackend(
        histories={"s": history},
        listed=[Session("s", SafeText("S"), updated_at=NOON)],
        offers=offers,
    )


async def asked(it: Stage) -> str:
    """Wait for the question whether to delete, and return what it says."""
    await it.until(
        lambda: isinstance(it.app.screen, ConfirmScreen) and bool(it.app.screen.query(Plain))
    )
    return "\n".join(said(each) for each in it.app.screen.query(Plain))


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled()
    it.transcript.focus()


@pytest.mark.parametrize("steps", [("alt+up",), ("alt+up", "alt+up")], ids=["answer", "question"])
async def test_d_deletes_the_exchange_of_the_selected_message(steps: Sequence[str]) -> None:
    backend = three_exchanges()
    async with stage(backend) as it:
        await opened(it)
        await it.press("alt+up", "alt+up", *steps, "d")
        question = await asked(it)
        assert "Delete this question and its answer" in question
        assert "Why 1?" in question
        assert backend.deleted_messages == []
        await it.press("y")
        await it.until(lambda: it.texts == ["Why 0?", "So 0.", "Why 2?", "So 2."])
        assert backend.deleted_messages == ["q1", "a1"]


async def test_n_deletes_nothing() -> None:
    backend = three_exchanges()
    async with stage(backend) as it:
        await opened(it)
        await it.press("d")
        await asked(it)
        await it.press("n")
        await it.until(lambda: it.app.screen is it.chat)
        assert backend.deleted_messages == []
        assert len(it.texts) == 6


async def test_x_marks_exchanges_and_d_deletes_all_of_them_after_one_question() -> None:
    backend = three_exchanges()
    async with stage(backend) as it:
        await opened(it)
        await it.press("k", "x")
        assert it.transcript.selection.picked == ["q2", "a2"]
        assert it.drawn.count("▣ marked") == 2
        await it.press("k", "k", "k", "k", "x", "d")
        question = await asked(it)
        assert "these 2 questions" in question
        assert "Why 0?\nWhy 2?" in question
        await it.press("y")
        await it.until(lambda: it.texts == ["Why 1?", "So 1."])
        assert it.transcript.selection.picked == []


async def test_x_again_takes_the_mark_back() -> None:
    async with stage(three_exchanges()) as it:
        await opened(it)
        await it.press("x", "x")
        assert it.transcript.selection.picked == []
        assert "marked" not in it.drawn


async def test_a_mark_in_a_heading_out_of_sight_is_told_of() -> None:
    backend = three_exchanges()
    long = "\n\n".join(f"line {number}" for number in range(80))
    backend.histories["s"][-1] = assistant("a2", long)
    async with stage(backend, size=(80, 24)) as it:
        await opened(it)
        await it.press("x")
        assert it.toasts[-1] == "2 messages marked to be deleted. d deletes."
        await it.press("x")
        assert it.toasts[-1] == "No message is marked to be deleted."
        await it.press("alt+up", "alt+up", "x")
        await it.until(lambda: "▣ marked" in it.drawn)
        assert len(it.toasts) == 2


async def test_marks_do_not_go_over_to_another_session() -> None:
    async with stage(three_exchanges()) as it:
        await opened(it)
        await it.press("x", "ctrl+n")
        await it.open("s")
        assert it.transcript.selection.picked == []
        assert "marked" not in it.drawn


async def test_where_messages_cannot_be_deleted_the_keys_are_letters() -> None:
    backend = three_exchanges(OFFERS)
    async with stage(backend) as it:
        await opened(it)
        await it.press("d")
        assert it.app.screen is it.chat
        assert it.composer.whole_text == "d"


class NarrowBackend(ScriptedBackend):
    """Turns out not to offer what it seemed to."""

    async def delete_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        self.offers -= {"message_deletion"}
        raise NotOffered("This server cannot delete messages.", status=404)

    async def delete_session(self, session_id: str) -> None:
        self.offers -= {"session_deletion"}
        raise NotOffered("This server cannot delete sessions.", status=404)


def narrow() -> NarrowBackend:
    whole = three_exchanges()
    return NarrowBackend(histories=whole.histories, listed=whole.listed, offers=whole.offers)


async def test_a_host_that_turns_out_not_to_delete_messages_says_so_once() -> None:
    async with stage(narrow()) as it:
        await opened(it)
        await it.press("d")
        await asked(it)
        await it.press("y")
        await it.until(lambda: "cannot delete messages" in it.notice)
        assert len(it.texts) == 6
        it.transcript.focus()
        await it.press("d")
        assert it.app.screen is it.chat


async def test_a_host_that_turns_out_not_to_delete_sessions_has_no_key_for_it_any_more() -> None:
    async with stage(narrow()) as it:
        await it.press("ctrl+s")
        await it.until(lambda: "Ctrl+D Delete" in it.drawn)
        await it.press("ctrl+d")
        await asked(it)
        await it.press("y")
        await it.until(lambda: "cannot delete sessions" in it.notice)
        await it.until(lambda: "Ctrl+D Delete" not in it.drawn)
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.until(lambda: "close · Ctrl+T pin" in it.drawn)
        assert "Ctrl+D delete" not in it.drawn
        await it.press("ctrl+d")
        assert isinstance(it.app.screen, SessionsScreen)


class UnreachableBackend(ScriptedBackend):
    async def delete_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        raise Unreachable("No connection.", hint="Look at the network.")


async def test_a_deletion_that_fails_leaves_the_messages_and_their_marks() -> None:
    whole = three_exchanges()
    backend = UnreachableBackend(
        histories=whole.histories, listed=whole.listed, offers=whole.offers
    )
    async with stage(backend) as it:
        await opened(it)
        await it.press("x", "d")
        await asked(it)
        await it.press("y")
        await it.until(lambda: "No connection." in it.notice)
        assert len(it.texts) == 6
        assert it.transcript.selection.picked == ["q2", "a2"]


async def test_nothing_is_deleted_while_an_answer_is_coming() -> None:
    backend = three_exchanges()
    gate = asyncio.Event()
    backend.scripts = [[Started(), TextDelta(SafeText("Hm")), gate]]
    async with stage(backend) as it:
        await opened(it)
        await it.ask("More?")
        await it.until(lambda: "Hm" in it.texts)
        it.transcript.focus()
        await it.press("d")
        await it.until(lambda: "cannot be deleted yet" in it.notice)
        await it.press("k", "k", "k", "d")
        await asked(it)
        await it.press("y")
        await it.until(lambda: "An answer is still coming" in it.notice)
        assert backend.deleted_messages == []
        gate.set()
        await it.settled()
