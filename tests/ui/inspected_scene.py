"""Scene of an answer that is looked into: the wire of a scripted send, told as HardWire would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from tests.fakes import Step, present
from tests.ui.harness import Stage
from tests.unit.inspection.wires import Told, event, said
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.tapes.wire import End
from tui.ui.dialogs.inspector import InspectorScreen

_WORD = re.compile(r"\S*\s*")
_LEFT = (("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "57"))


async def inspect_last(it: Stage, script: Sequence[Step]) -> None:
    """Tell the wire of the last send, which came by `script` and has settled, and look into it."""
    conversation = present(it.transcript.conversation)
    answer = conversation.messages[-1]
    progress = present(conversation.sends.of(answer.id)).progress
    told = Told(wire=present(it.chat.open_chat.connection).wire)
    told.now_s = progress.began_at
    path = f"/api/chats/{conversation.session_id}/messages"
    names = {step.call: step.name for step in script if isinstance(step, ToolCalled)}
    pieces = [piece for step in script for piece in _pieces(step, names)]
    question = json.dumps({"content": conversation.messages[-2].text}).encode()
    call = told.asked(path=f"{path}/stream", session=conversation.id, body=question)
    told.answered(call, headers=_LEFT)
    # a moment is left for the reading that follows
    taken_s = present(progress.ended_at) - progress.began_at
    told.arrived(call, *pieces, every_s=0.9 * taken_s / len(pieces))
    told.ended(call, End.LEFT)
    call = told.asked("GET", path, session=conversation.id, body=b"")
    told.answered(call, 200, "application/json")
    stored = {"id": answer.id, "role": "assistant", "content": answer.text}
    told.arrived(call, json.dumps({"messages": [stored]}).encode(), every_s=0.05)
    told.ended(call)
    await it.press("alt+up", "i")
    await it.until(lambda: isinstance(it.app.screen, InspectorScreen))
    await it.until(lambda: "events" in it.drawn)


def _pieces(step: Step, names: Mapping[int, str]) -> Iterator[bytes]:
    match step:
        case Started():
            yield event("start", messageId="m1")
        case TextDelta(text):
            yield from (said(word) for word in _WORD.findall(text) if word)
        case ToolCalled(_, name, arguments):
            yield event("tool_call", toolName=name, toolArgs=arguments)
        case ToolReturned(call, result):
            yield event("tool_result", toolName=names[call], result=result)
        case Completed():
            yield event("end", messageId="m1")
        case _:
            pass
