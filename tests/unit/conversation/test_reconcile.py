from __future__ import annotations

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.conversation.reconcile import reconcile
from tui.model import Failure, Message
from tui.turn import Cut, PendingTurn


def cut(number: int, seen: str, *, question_id: str = "", named: str = "") -> PendingTurn:
    """Return a turn that asked “Hi” and saw the beginning of an answer."""
    return PendingTurn(
        f"a{number}",
        user(f"q{number}", "Hi"),
        assistant(f"a{number}", seen),
        Cut(Failure("Off.")),
        named_ids=frozenset({named} - {""}),
        question_id=question_id,
    )


THEIRS = [user("x", "Hi"), assistant("y", "Hello")]


@each_row(
    ("stored", "turns", "shown", "still_open"),
    [
        (THEIRS, [cut(1, "Hel")], ["x", "y"], []),
        # it was found before, and then deleted elsewhere: an equal question is not ours
        (THEIRS, [cut(1, "Hel", question_id="gone")], ["x", "y", "q1", "a1"], ["a1"]),
        # of what another turn has by its id nothing is left for this one
        (THEIRS, [cut(1, "Hel", named="y"), cut(2, "He")], ["x", "y", "q2", "a2"], ["a2"]),
        (
            THEIRS,
            [cut(1, "Hel", named="y"), cut(2, "He", question_id="x")],
            ["x", "y", "q2", "a2"],
            ["a2"],
        ),
        # a server that tells of the answer alone
        (THEIRS[1:], [cut(1, "Hel", named="y")], ["y"], []),
    ],
)
def test_a_turn_stands_where_its_own_question_is_and_nowhere_else(
    stored: list[Message], turns: list[PendingTurn], shown: list[str], still_open: list[str]
) -> None:
    done = reconcile(stored, (), turns)
    assert [each.id for each in done.history] == shown
    assert [each.id for each in done.open_turns] == still_open
