"""Ending faults: how an answer ends, and whether it is stored."""

from __future__ import annotations

from tui.server.faults.fault import (
    Argument,
    Fault,
    Group,
    OnAnswerStored,
    OnQuestionStored,
    RequestedFault,
    RewriteScript,
    StoredExchange,
)
from tui.server.scripted.scripts import Act, Fail, OngoingAnswer, Say, Script, Step
from tui.server.web.connection import BodyCut
from tui.values import replace

SECONDS = r"\d{1,4}(?:\.\d+)?"
SORRY = "The model stopped: its provider does not answer."
"""The sentence of a failure."""


def _parted(script: Script, share: float = 0.5) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Return the steps before and behind that share of the text."""
    left_chars = int(len(script.text) * share)
    before: list[Step] = []
    behind: list[Step] = []
    for step in script.steps:
        if left_chars <= 0:
            behind.append(step)
        elif not isinstance(step, Say):
            before.append(step)
        else:
            before.append(replace(step, text=step.text[:left_chars]))
            if rest := step.text[left_chars:]:
                behind.append(replace(step, text=rest))
            left_chars -= len(step.text)
    return tuple(before), tuple(behind)


def _in_the_middle(script: Script, act: Act) -> Script:
    before, behind = _parted(script)
    return replace(script, steps=(*before, act, *behind))


def _truncate(script: Script, _: RequestedFault) -> Script:
    return replace(script, steps=_parted(script)[0])


def _store_whole(stored: StoredExchange) -> None:
    stored.show(replace(stored.streamed, answer=stored.full_answer))


def _fail_first(script: Script, requested: RequestedFault) -> Script:
    # raw text has no error event: hosts say the sentence as if it were the answer
    step = Fail(SORRY) if requested.api.streams_events else Say(SORRY)
    return replace(script, steps=(step,), sources=())


def _store_failure(stored: StoredExchange) -> None:
    if not stored.requested.api.streams_events:
        stored.show(replace(stored.streamed, answer="", error=SORRY))


def _fail_midway(script: Script, _: RequestedFault) -> Script:
    return replace(script, steps=(*_parted(script)[0], Fail(SORRY)))


def _fail_last(script: Script, _: RequestedFault) -> Script:
    return replace(script, steps=(*script.steps, Fail(SORRY)))


def _cut(script: Script, _: RequestedFault) -> Script:
    async def cut(answer: OngoingAnswer) -> None:
        answer.finish()
        raise BodyCut

    return _in_the_middle(script, Act(cut))


def _reset(script: Script, _: RequestedFault) -> Script:
    async def reset(answer: OngoingAnswer) -> None:
        answer.finish()
        answer.connection.reset()
        raise BodyCut

    return _in_the_middle(script, Act(reset))


def _fall_silent(script: Script, requested: RequestedFault) -> Script:
    async def wait(answer: OngoingAnswer) -> None:
        await answer.wait(requested.number)

    return _in_the_middle(script, Act(wait))


def _restart(script: Script, requested: RequestedFault) -> Script:
    async def restart(answer: OngoingAnswer) -> None:
        answer.connection.restart(requested.number)
        raise BodyCut

    return _in_the_middle(script, Act(restart))


def _delete(script: Script, _: RequestedFault) -> Script:
    async def delete(answer: OngoingAnswer) -> None:
        if answer.world.chat(answer.chat.id):
            answer.world.delete_chat(answer.chat)

    return _in_the_middle(script, Act(delete))


def _ask_beside(stored: StoredExchange) -> None:
    """Let another client ask the same, a moment earlier."""
    world, chat = stored.world, stored.chat
    other = replace(stored.streamed, question_id=world.new_id(), answer_id=world.new_id())
    chat.exchanges.insert(chat.exchanges.index(stored.streamed), other)
    world.settle(chat, other, stored.full_answer)


def store_question_only(stored: StoredExchange) -> None:
    stored.show(replace(stored.streamed))


ENDINGS = (
    Fault(
        name="truncated",
        summary="The stream ends well but in the middle of the text; the history holds the whole.",
        seen="the text grows to the whole answer when the stream ends",
        group=Group.ENDING,
        effects=(RewriteScript(_truncate), OnAnswerStored(_store_whole)),
    ),
    Fault(
        name="error-first",
        summary="The answer fails before its first word; GPT-trainer says the error as its text.",
        seen="no text; the server's sentence as the cause",
        group=Group.ENDING,
        effects=(RewriteScript(_fail_first), OnAnswerStored(_store_failure)),
    ),
    Fault(
        name="error-midway",
        summary="The answer fails in its middle: an error event; for GPT-trainer a cut body.",
        seen="what came, marked partial; the server's sentence",
        group=Group.ENDING,
        effects=(RewriteScript(_fail_midway),),
    ),
    Fault(
        name="error-last",
        summary="The answer fails after its last word: an error event; for GPT-trainer a cut body.",
        seen="the whole text; the server's sentence",
        group=Group.ENDING,
        effects=(RewriteScript(_fail_last),),
    ),
    Fault(
        name="cut",
        summary="The body ends in the middle, without a last chunk or event; the whole is stored.",
        seen="the text goes on to the whole answer from the history",
        group=Group.ENDING,
        effects=(RewriteScript(_cut),),
    ),
    Fault(
        name="reset",
        summary="The connection is reset in the middle (TCP RST); the whole is stored.",
        seen="as `cut`",
        group=Group.ENDING,
        effects=(RewriteScript(_reset),),
    ),
    Fault(
        name="silence",
        summary="Nothing comes for that long in the middle, then the answer goes on.",
        seen="“no data”, Esc or F8; then the whole answer",
        group=Group.ENDING,
        arguments=(Argument("SECONDS", "20", SECONDS),),
        effects=(RewriteScript(_fall_silent),),
    ),
    Fault(
        name="restart",
        summary="The server goes away in the middle, for that long, and forgets this answer.",
        seen="what came, marked partial: “The connection broke before the answer was complete.”",
        group=Group.ENDING,
        arguments=(Argument("SECONDS", "2", SECONDS),),
        effects=(RewriteScript(_restart),),
    ),
    Fault(
        name="deleted",
        summary="The session is deleted elsewhere while the answer comes.",
        seen="what came: “The server no longer has this session: it was deleted elsewhere.”",
        group=Group.ENDING,
        effects=(RewriteScript(_delete),),
    ),
    Fault(
        name="parallel",
        summary="Another client asked the same a moment earlier: the exchange is stored twice.",
        seen="both exchanges, each once; the answer stands under its own question",
        group=Group.ENDING,
        effects=(OnQuestionStored(_ask_beside),),
    ),
    Fault(
        name="unanswered",
        summary="The question is stored, its answer never.",
        seen=(
            "the streamed text: “The server's history does not show this answer.” "
            "(real HardWire: its own copy, whole)"
        ),
        group=Group.ENDING,
        effects=(OnQuestionStored(store_question_only),),
    ),
    Fault(
        name="not-stored",
        summary="Neither the question nor its answer is ever stored.",
        seen="as `unanswered`; the question stays",
        group=Group.ENDING,
        effects=(OnQuestionStored(StoredExchange.hide),),
    ),
)
