from __future__ import annotations

from tests.tables import each_row
from tui.conversation.outcome import GONE, failure_of, outcome_of, unconfirmed
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    BadInput,
    NotFound,
    NotOffered,
    RateLimited,
    RunnelError,
    ServerFailed,
    StreamBroken,
    Unreachable,
)
from tui.model import Failure, Remedy
from tui.turn import Cut, EndedWell, Failed, StoppedByPerson, Unsent
from tui.values import replace

REFUSALS = [
    Unreachable("No connection.", sent=False),
    BadInput("Too long."),
    AccessRefused("No.", status=401),
    NotFound("Gone.", status=404),
    NotOffered("No such call."),
    RateLimited("Slow down."),
    *(ServerFailed("Not now.", status=status) for status in (307, 400, 409, 422)),
]
UNCLEAR = [
    Unreachable("Timed out."),
    ServerFailed("Broken.", status=500),
    StreamBroken("Cut."),
    RunnelError("Something else."),
]


@each_row("error", REFUSALS)
def test_a_refused_question_was_not_sent(error: RunnelError) -> None:
    assert outcome_of(error, is_at_server=False) == Unsent(Failure.of(error))


@each_row("error", REFUSALS)
def test_a_refusal_when_the_server_holds_the_question_cuts_its_answer(error: RunnelError) -> None:
    assert outcome_of(error, is_at_server=True) == Cut(Failure.of(error))


@each_row("is_at_server", [False, True])
@each_row("error", UNCLEAR)
def test_a_question_that_may_have_arrived_counts_as_cut(
    error: RunnelError, is_at_server: bool
) -> None:
    assert outcome_of(error, is_at_server=is_at_server) == Cut(Failure.of(error))


def test_a_failure_that_the_server_reports_is_its_own() -> None:
    error = AnswerFailed("The model failed.")
    assert outcome_of(error, is_at_server=False) == Failed(Failure.of(error))


def test_only_an_answer_that_ended_well_has_no_failure() -> None:
    failure = Failure("Cut.")
    assert failure_of(EndedWell()) is None
    assert failure_of(Failed(failure)) == failure_of(Unsent(failure)) == failure
    assert failure_of(Cut(failure)) == replace(failure, remedy=Remedy.READ_AGAIN)
    stopped = failure_of(StoppedByPerson())
    assert stopped is not None
    assert stopped.exit_code == 130


def test_a_history_that_cannot_be_read_says_why_an_answer_is_not_confirmed() -> None:
    failure = unconfirmed(ServerFailed("The server failed.", hint="Wait.", status=500))
    assert failure.sentence == "The history could not be read: The server failed."
    assert (failure.hint, failure.status) == ("Wait.", 500)


def test_an_answer_of_a_session_deleted_elsewhere_is_gone() -> None:
    assert unconfirmed(NotFound("No such session.", status=404)) == GONE
