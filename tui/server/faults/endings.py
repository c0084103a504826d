"""Faults in how an answer ends, and in whether it is kept."""

from __future__ import annotations

from dataclasses import replace

from tui.server.faults.fault import (
    Api,
    Argument,
    Armed,
    BodyCut,
    Fault,
    Group,
    Kept,
    current_trouble,
)
from tui.server.scripted.scripts import Act, Fail, Making, Say, Script, Step

SECONDS = r"\d{1,4}(?:\.\d+)?"
SORRY = "The model stopped: its provider does not answer."
"""What a failure is told with."""


def parted(script: Script, share: float = 0.5) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
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
    before, behind = parted(script)
    return replace(script, steps=(*before, act, *behind))


def _truncate(script: Script, _: Armed) -> Script:
    return replace(script, steps=parted(script)[0])


def _keep_whole(kept: Kept) -> None:
    kept.show(replace(kept.told, answer=kept.whole))


def _fail_first(script: Script, armed: Armed) -> Script:
    # the GPT-trainer family has no error event: its hosts say the sentence as if it were the answer
    step = Say(SORRY) if armed.api is Api.GPT_TRAINER else Fail(SORRY)
    return replace(script, steps=(step,), sources=())


def _keep_failure(kept: Kept) -> None:
    if kept.armed.api is Api.GPT_TRAINER:
        kept.show(replace(kept.told, answer="", error=SORRY))


def _fail_midway(script: Script, _: Armed) -> Script:
    return replace(script, steps=(*parted(script)[0], Fail(SORRY)))


def _fail_last(script: Script, _: Armed) -> Script:
    return replace(script, steps=(*script.steps, Fail(SORRY)))


def _cut(script: Script, _: Armed) -> Script:
    async def cut(making: Making) -> None:
        making.finish()
        raise BodyCut

    return _in_the_middle(script, Act(cut))


def _reset(script: Script, _: Armed) -> Script:
    async def reset(making: Making) -> None:
        making.finish()
        current_trouble().line.reset()
        raise BodyCut

    return _in_the_middle(script, Act(reset))


def _fall_silent(script: Script, armed: Armed) -> Script:
    async def wait(making: Making) -> None:
        await making.wait(armed.number)

    return _in_the_middle(script, Act(wait))


def _restart(script: Script, armed: Armed) -> Script:
    async def restart(_: Making) -> None:
        current_trouble().line.restart(armed.number)
        raise BodyCut

    return _in_the_middle(script, Act(restart))


def _delete(script: Script, _: Armed) -> Script:
    async def delete(making: Making) -> None:
        if making.world.chat(making.chat.id):
            making.world.delete_chat(making.chat)

    return _in_the_middle(script, Act(delete))


def _ask_beside(kept: Kept) -> None:
    """Let another client ask the same, a moment earlier."""
    world, chat = kept.world, kept.chat
    other = replace(kept.told, question_id=world.new_id(), answer_id=world.new_id())
    chat.exchanges.insert(chat.exchanges.index(kept.told), other)
    world.settle(chat, other, kept.whole)


def keep_question_only(kept: Kept) -> None:
    kept.show(replace(kept.told))


ENDINGS = (
    Fault(
        name="truncated",
        what="The stream ends well but in the middle of the text; the history holds the whole.",
        seen="the text grows to the whole answer when the stream ends",
        group=Group.ENDING,
        script=_truncate,
        answered=_keep_whole,
    ),
    Fault(
        name="error-first",
        what="The answer fails before its first word; GPT-trainer says the error as its text.",
        seen="no text; the server's sentence as the cause",
        group=Group.ENDING,
        script=_fail_first,
        answered=_keep_failure,
    ),
    Fault(
        name="error-midway",
        what="The answer fails in its middle: an error event, or for GPT-trainer a cut body.",
        seen="what came, marked partial; the server's sentence",
        group=Group.ENDING,
        script=_fail_midway,
    ),
    Fault(
        name="error-last",
        what="The answer fails after its last word: an error event, or for GPT-trainer a cut body.",
        seen="the whole text; the server's sentence",
        group=Group.ENDING,
        script=_fail_last,
    ),
    Fault(
        name="cut",
        what="The body ends in the middle, without a last chunk or event; the whole is stored.",
        seen="the text goes on to the whole answer from the history",
        group=Group.ENDING,
        script=_cut,
    ),
    Fault(
        name="reset",
        what="The connection is reset in the middle (TCP RST); the whole is stored.",
        seen="as `cut`",
        group=Group.ENDING,
        script=_reset,
    ),
    Fault(
        name="silence",
        what="Nothing comes for that long in the middle, then the answer goes on.",
        seen="“stalled”, Esc or keep waiting; then the whole answer",
        group=Group.ENDING,
        arguments=(Argument("SECONDS", "20", SECONDS),),
        script=_fall_silent,
    ),
    Fault(
        name="restart",
        what="The server goes away in the middle, for that long, and forgets this answer.",
        seen="what came, marked partial: “The answer broke off on its way.”",
        group=Group.ENDING,
        arguments=(Argument("SECONDS", "2", SECONDS),),
        script=_restart,
    ),
    Fault(
        name="deleted",
        what="The session is deleted elsewhere while the answer comes.",
        seen="what came: “The server no longer has this session: it was deleted elsewhere.”",
        group=Group.ENDING,
        script=_delete,
    ),
    Fault(
        name="parallel",
        what="Another client asked the same a moment earlier: the exchange is stored twice.",
        seen="both exchanges, each once; the answer stands under its own question",
        group=Group.ENDING,
        asked=_ask_beside,
    ),
    Fault(
        name="unanswered",
        what="The question is stored, its answer never.",
        seen=(
            "the streamed text: “The server's history does not show this answer.” "
            "(real HardWire: its own copy, whole)"
        ),
        group=Group.ENDING,
        asked=keep_question_only,
    ),
    Fault(
        name="not-stored",
        what="Neither the question nor its answer is ever stored.",
        seen="as `unanswered`; the question stays",
        group=Group.ENDING,
        stored=False,
        asked=Kept.hide,
    ),
)
