from __future__ import annotations

import pytest

from tests.fakes import assistant, user
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import MemoryStore, Send


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_an_empty_store_knows_nothing(store: MemoryStore) -> None:
    assert store.sessions("bot") == ()
    assert store.messages("s") == []
    assert store.draft("s") == ""
    assert store.questions() == []
    assert store.pinned() == frozenset()
    store.forget_session("s")


def test_sessions_are_kept_per_bot_in_their_order(store: MemoryStore) -> None:
    store.save_sessions("bot", [Session("b"), Session("a")])
    store.save_sessions("other", [Session("c")])
    assert [each.id for each in store.sessions("bot")] == ["b", "a"]
    assert [each.id for each in store.sessions("other")] == ["c"]


def test_what_is_returned_is_a_copy(store: MemoryStore) -> None:
    history = [user("q", "Hi")]
    store.save_messages("s", history)
    store.save_sessions("bot", [Session("s")])
    history.append(assistant("a", "Hello"))
    store.messages("s").clear()
    assert store.messages("s") == [user("q", "Hi")]
    assert store.sessions("bot") == (Session("s"),)


def test_a_session_is_found_whatever_changed_before_it(store: MemoryStore) -> None:
    store.save_sessions("bot", [Session(name) for name in "abc"])
    store.put_session_first("bot", Session("c", SafeText("Third")))
    store.put_session_first("bot", Session("new"))
    store.drop_session("bot", "a")
    store.update_session("bot", Session("b", SafeText("Second")))
    store.update_session("bot", Session("gone"))
    assert [each.id for each in store.sessions("bot")] == ["new", "c", "b"]
    assert [store.session("bot", each.id) for each in store.sessions("bot")] == [
        Session("new"),
        Session("c", SafeText("Third")),
        Session("b", SafeText("Second")),
    ]
    assert store.session("bot", "a") is None
    assert store.session("bot", "gone") is None
    assert store.session("other", "b") is None


def test_of_two_sessions_with_one_id_the_first_is_found(store: MemoryStore) -> None:
    store.save_sessions("bot", [Session("a", SafeText("First")), Session("a")])
    assert store.session("bot", "a") == Session("a", SafeText("First"))


def test_the_list_is_the_same_object_until_it_changes(store: MemoryStore) -> None:
    store.save_sessions("bot", [Session("a"), Session("b")])
    before = store.sessions("bot")
    store.save_sessions("bot", [Session("a"), Session("b")])
    store.update_session("bot", Session("b"))
    store.put_session_first("bot", Session("a"))
    store.drop_session("bot", "c")
    assert store.sessions("bot") is before
    store.put_session_first("bot", Session("b"))
    assert store.sessions("bot") == (Session("b"), Session("a"))
    assert before == (Session("a"), Session("b"))


def test_drafts_are_kept_per_session_until_emptied(store: MemoryStore) -> None:
    store.save_draft("s", "half")
    store.save_draft("", "new")
    assert (store.draft("s"), store.draft("")) == ("half", "new")
    store.save_draft("s", "")
    assert store.draft("s") == ""


def test_a_forgotten_session_takes_messages_draft_and_pin_with_it(store: MemoryStore) -> None:
    for session_id in ("s", "t"):
        store.save_messages(session_id, [user("q", "Hi")])
        store.save_draft(session_id, "half")
        store.toggle_pin(session_id)
    store.forget_session("s")
    assert (store.messages("s"), store.draft("s")) == ([], "")
    assert store.pinned() == {"t"}
    assert (len(store.messages("t")), store.draft("t")) == (1, "half")


def test_sends_have_their_own_ids_and_get_their_session(store: MemoryStore) -> None:
    first, second = store.begin_send("", "Hi"), store.begin_send("s", "Hi")
    assert first.id != second.id
    assert store.assign_send(first, "t") == Send(first.id, "t", "Hi")
    store.note_arrived(first, "Hel")
    store.end_send(first)
    store.end_send(first)
    store.note_arrived(second, "lo")


def test_questions_come_newest_first_and_once(store: MemoryStore) -> None:
    for text in ("one", "two", "one"):
        store.begin_send("s", text)
    store.remember_question("three")
    assert store.questions() == ["three", "one", "two"]


def test_pins_toggle(store: MemoryStore) -> None:
    store.toggle_pin("s")
    store.toggle_pin("t")
    store.toggle_pin("s")
    assert store.pinned() == {"t"}
