from __future__ import annotations

from tests.fakes import assistant, user
from tui.facts import MessageFacts
from tui.model import MessageStatus
from tui.safe_text import SafeText
from tui.store import PREVIEW_CHARS, TITLE_CHARS, Digest, digest_of
from tui.values import replace

LABELS = (SafeText("refund"), SafeText("late"))


def test_a_digest_has_what_was_asked_first_and_last_and_answered_last_on_a_line_each() -> None:
    history = [
        user("q1", "What is\na monad?"),
        assistant("a1", "A monoid."),
        user("q2", "And then?"),
        replace(assistant("a2", "That\nis all."), facts=MessageFacts(labels=LABELS)),
        replace(assistant("a3", " "), facts=MessageFacts(labels=LABELS[:1])),
    ]
    assert digest_of(history) == Digest(
        SafeText("What is a monad?"),
        SafeText("That is all."),
        last_question=SafeText("And then?"),
        message_count=5,
        labels=LABELS,
    )


def test_a_digest_of_nothing_is_empty() -> None:
    assert digest_of([]) == Digest()


def test_long_messages_make_short_digests() -> None:
    digest = digest_of([user("q", "word " * 1_000), assistant("a", "text " * 1_000)])
    assert len(digest.first_question) <= TITLE_CHARS
    assert len(digest.last_answer) <= PREVIEW_CHARS


def test_a_digest_says_when_no_question_reached_the_server() -> None:
    unsent = user("q1", "Hi").with_status(MessageStatus.UNSENT)
    assert digest_of([unsent, assistant("a1")]).is_unsent
    assert not digest_of([unsent, user("q2", "Hi")]).is_unsent
    assert not digest_of([assistant("a1", "Welcome")]).is_unsent
