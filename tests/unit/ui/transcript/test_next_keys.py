from __future__ import annotations

from itertools import product

from tui.model import Failure, Message, Remedy, Role
from tui.ui.transcript.next_keys import NextKeys, next_keys


def told(failure: Failure | None) -> NextKeys:
    answer = Message("a", Role.ASSISTANT, (), failure=failure)
    return next_keys(answer, None, lambda action_id: f"<{action_id}>")


def test_a_stopped_answer_names_the_key_that_shows_all_of_it() -> None:
    stopped = Failure("You stopped here.", "It may go on.", remedy=Remedy.SHOW_WHOLE)
    assert told(stopped).hint == "It may go on. <chat.reread> shows the whole answer."


def test_an_answer_that_broke_off_names_the_key_that_reloads() -> None:
    cut = Failure("It broke off.", "The server may have it.", remedy=Remedy.READ_AGAIN)
    assert told(cut).hint == "<chat.reread> reloads: the server may have it."


def test_every_remedy_is_named() -> None:
    for remedy in Remedy:
        for hint in ("", "Why."):
            key = "<chat.bot>" if remedy is Remedy.CHOOSE_BOT else "<chat.reread>"
            assert key in told(Failure("Something.", hint, remedy=remedy)).hint


def test_each_failure_names_the_keys_that_ask_again() -> None:
    for remedy in (None, *Remedy):
        keys = told(Failure("Cut.", remedy=remedy)).keys
        assert keys.startswith("<chat.previous>, then <read.retry> retry · <read.edit> edit")


def test_no_key_is_named_of_what_is_not_there() -> None:
    message = Message("a", Role.ASSISTANT, (), failure=Failure("Cut."))
    told = next_keys(
        message, None, lambda each: f"<{each}>", is_there=lambda each: each == "read.inspect"
    )
    assert told.keys == "<chat.previous>, then <read.inspect> details"


def test_a_message_as_it_should_be_needs_no_key() -> None:
    assert told(None) == NextKeys()


def test_a_tape_is_offered_of_a_failure_alone_and_where_one_can_be_made() -> None:
    for failure, offers_tape in product((None, Failure("Cut.")), (False, True)):
        message = Message("a", Role.ASSISTANT, (), failure=failure)
        keys = next_keys(message, None, lambda each: f"<{each}>", offers_tape=offers_tape)
        assert ("<read.tape>" in keys.more) is (failure is not None and offers_tape)
