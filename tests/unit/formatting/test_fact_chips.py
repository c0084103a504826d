from __future__ import annotations

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.facts import Feedback, MessageFacts
from tui.formatting.fact_chips import Tone, chips_of
from tui.model import MessageStatus
from tui.safe_text import SafeText as Safe
from tui.values import replace

ANSWER = assistant("a", "Because.")


@each_row(
    ("facts", "chips"),
    [
        (MessageFacts("u", finish_reason=Safe("stop"), total_tokens=7), []),
        (MessageFacts(without_source=False), []),
        (MessageFacts(labels=(Safe("refund"), Safe("hand over"))), ["[refund]", "[hand over]"]),
        (MessageFacts(feedback=Feedback.UP), ["👍"]),
        (MessageFacts(feedback=Feedback.DOWN, comment=Safe("Wrong")), ["👎 “Wrong”"]),
        (MessageFacts(comment=Safe("Thanks")), ["“Thanks”"]),
        (MessageFacts(pending_tasks=2), ["2 tasks pending"]),
        (MessageFacts(finish_reason=Safe("length"), without_source=True,
                      frustration=Safe("x" * 99), labels=(Safe("late"),)),
         ["cut", "no source", f"frustrated: {'x' * 59}…", "[late]"]),
    ],
)  # fmt: skip
def test_the_chips_of_an_answer_are_what_an_operator_looks_for(
    facts: MessageFacts, chips: list[str]
) -> None:
    assert [chip.text for chip in chips_of(replace(ANSWER, facts=facts))] == chips


def test_trouble_is_told_from_the_rest_and_nothing_while_an_answer_comes() -> None:
    facts = MessageFacts("u", labels=(Safe("late"),), feedback=Feedback.DOWN, without_source=True)
    told = replace(ANSWER, facts=facts)
    assert [chip.tone for chip in chips_of(told)] == [Tone.PLAIN, Tone.TROUBLE, Tone.PLAIN]
    assert chips_of(told.with_status(MessageStatus.STREAMING)) == ()
    assert chips_of(ANSWER) == chips_of(user("q", "Why?")) == ()
