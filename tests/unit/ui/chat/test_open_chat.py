from __future__ import annotations

from tests.fakes import ScriptedBackend, assistant, connection, user
from tui.ui.chat.open_chat import OpenChat


def test_before_a_profile_is_open_there_is_nothing() -> None:
    chat = OpenChat()
    assert (chat.connection, chat.conversation, chat.backend) == (None, None, None)
    assert (chat.session_id, chat.conversation_id) == ("", "")
    assert not chat.is_busy
    assert not chat.is_new
    assert chat.questions() == []


def test_what_is_written_before_a_profile_is_open_belongs_to_its_first_conversation() -> None:
    chat, server = OpenChat(), connection(ScriptedBackend())
    conversation = chat.use(server, "early")
    assert conversation.draft == "early"
    assert (chat.connection, chat.conversation) == (server, conversation)
    assert chat.is_new


def test_what_is_written_stays_in_the_conversation_that_is_left() -> None:
    chat, server = OpenChat(), connection(ScriptedBackend())
    first = chat.use(server, "")
    second = server.conversation("s")
    chat.open(second, "for the first")
    assert (first.draft, second.draft) == ("for the first", "")
    assert chat.session_id == "s"


def test_going_over_to_another_profile_leaves_the_draft_behind() -> None:
    chat = OpenChat()
    first = chat.use(connection(ScriptedBackend()), "")
    second = chat.use(connection(ScriptedBackend()), "stays")
    assert (first.draft, second.draft) == ("stays", "")


def test_a_conversation_that_is_gone_takes_what_is_written_along() -> None:
    chat, server = OpenChat(), connection(ScriptedBackend())
    gone = chat.use(server, "")
    chat.forget()
    chat.open(server.conversation(), "written in what is gone")
    assert gone.draft == ""
    assert chat.conversation is not None
    assert chat.conversation.draft == ""


def test_a_draft_is_told_of_when_there_is_one_and_when_there_is_none_any_more() -> None:
    chat = OpenChat()
    assert not chat.note_draft("nowhere")
    chat.use(connection(ScriptedBackend()), "")
    assert [chat.note_draft(text) for text in ("a", "ab", "ab", "", "")] == [
        True,
        False,
        False,
        True,
        False,
    ]


async def test_a_session_in_which_something_was_asked_is_not_new() -> None:
    histories = {"s": [user("q", "Q"), assistant("a", "A")]}
    chat, server = OpenChat(), connection(ScriptedBackend(histories=histories))
    chat.use(server, "")
    assert chat.is_new
    chat.open(server.conversation("s"), "")
    assert not chat.is_new


def test_questions_are_remembered_where_they_were_asked() -> None:
    chat, server = OpenChat(), connection(ScriptedBackend())
    chat.remember_question("too early")
    chat.use(server, "")
    chat.remember_question("How?")
    assert list(chat.questions()) == ["How?"]
    chat.use(connection(ScriptedBackend()), "")
    assert list(chat.questions()) == []
