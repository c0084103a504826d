from __future__ import annotations

from tui.model import Failure, Message, Remedy, Role
from tui.ui.transcript.next_keys import next_keys


def line(failure: Failure | None) -> str:
    answer = Message("a", Role.ASSISTANT, (), failure=failure)
    return next_keys(answer, None, lambda action_id: f"<{action_id}>")


def test_a_stopped_answer_names_first_the_key_that_shows_all_of_it() -> None:
    stopped = Failure("You stopped here.", remedy=Remedy.SHOW_WHOLE)
    assert line(stopped).startswith("<chat.reread> shows the whole answer · <chat.previous>")


def test_an_answer_that_broke_off_names_first_the_key_that_reads_again() -> None:
    cut = Failure("It broke off.", remedy=Remedy.READ_AGAIN)
    assert line(cut).startswith("<chat.reread> reads again · <chat.previous>")


def test_every_remedy_is_named() -> None:
    for remedy in Remedy:
        assert "<chat.reread>" in line(Failure("Something.", remedy=remedy))


def test_another_failure_names_the_keys_that_ask_again() -> None:
    assert line(Failure("Cut.")).startswith("<chat.previous> selects · <read.retry> retries")


def test_a_message_as_it_should_be_needs_no_key() -> None:
    assert line(None) == ""
