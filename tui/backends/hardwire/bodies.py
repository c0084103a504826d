"""Bodies of answers of HardWire, told apart by what was asked for.

Source: HardWire's documentation; the places of a run's id as seen on the wire.
"""

from __future__ import annotations

import re

from tui.backends.base import BodyDecoder
from tui.backends.hardwire.answer_events import AnswerDecoder, answer_in, answer_of
from tui.backends.hardwire.batches import EventsBody
from tui.backends.hardwire.run_events import RunDecoder
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, as_object, id_at, object_at
from tui.backends.whole_body import WholeBody
from tui.model import Message

_MESSAGES = re.compile(r"/chats/[^/]+/messages$")
_STREAM = re.compile(r"/chats/[^/]+/messages/stream$")
_RUN = re.compile(r"/chats/[^/]+/workflow-runs/[^/]+/stream$")


def body_decoder(method: str, path: str, media_type: str) -> BodyDecoder | None:
    """Return what reads the body of an answer; `None` for a request that brings none."""
    if method == "POST" and _MESSAGES.search(path):
        return WholeBody(_answer_unless_run)
    if _RUN.search(path):
        return EventsBody(RunDecoder())
    if not _STREAM.search(path):
        return None
    if media_type == "application/json":
        return WholeBody(answer_in)
    return EventsBody(AnswerDecoder())


def run_id_in(reply: Object) -> str:
    """Return the id of the run that a question started, empty where it started none."""
    places = (reply, object_at(reply, "response"))
    named = (id_at(place, "workflowRunId") for place in places)
    return next(filter(None, named), "") or id_at(object_at(reply, "workflowRun"), "id")


def _answer_unless_run(content: bytes) -> Message | None:
    answer = as_object(decode_json(content))
    reply = object_at(answer, "data") or answer
    return None if run_id_in(reply) else answer_of(reply)
