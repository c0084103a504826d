"""Deletion of sessions and messages at hosts of the GPT-trainer family.

Source: the vendor's API reference; a refusal under a status of success as seen on the wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tui.backends.base import MessageDeletion, SessionDeletion
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.gpt_trainer.newer_calls import has_exchange, has_session, newer_call
from tui.backends.gpt_trainer.records import exchange_id
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.response import WholeResponse
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import encode_json, line_at, objects, path
from tui.backends.offers import Offer
from tui.errors import NotFound, NotOffered, ServerFailed
from tui.model import OWN_ID_START
from tui.safe_text import SafeText, clean_line

REFUSED_SOME = 422
"""The status of an answer that tells which of several messages were not deleted, and why."""


class GptTrainerSessionDeletion(SessionDeletion):
    def __init__(self, calls: KeyedCalls) -> None:
        self.offer = Offer("This host cannot delete sessions.")
        self._calls = calls

    async def delete_session(self, session_id: str) -> None:
        received = await newer_call(
            self._calls,
            self.offer,
            path("session", session_id, "delete"),
            partial(has_session, self._calls, session_id),
        )
        refuse_undone(received, "the session")


class GptTrainerMessageDeletion(MessageDeletion):
    """Deletes several exchanges by one call, on hosts without that by one call each."""

    def __init__(self, calls: KeyedCalls) -> None:
        self.offer = Offer("This host cannot delete messages.")
        self._calls = calls
        self._deletes_together = True

    async def delete_messages(self, session_id: str, message_ids: Sequence[str]) -> None:
        # one of ours is not at the server
        stored = (each for each in message_ids if not each.startswith(OWN_ID_START))
        uuids = list(dict.fromkeys(exchange_id(each) for each in stored))
        if len(uuids) > 1 and self._deletes_together and self.offer.stands:
            try:
                received = await self._calls.call(
                    "POST",
                    path("messages", "delete"),
                    content=encode_json({"uuids": uuids}),
                    kept_status=REFUSED_SOME,
                )
            except (NotFound, NotOffered):
                self._deletes_together = False
            else:
                refuse_some(received, len(uuids))
                refuse_undone(received, "the messages")
                return
        for uuid in uuids:
            await self._delete_exchange(session_id, uuid)

    async def _delete_exchange(self, session_id: str, uuid: str) -> None:
        """Delete one exchange; gone already is as good."""
        try:
            received = await newer_call(
                self._calls,
                self.offer,
                path("message", uuid, "delete"),
                partial(has_exchange, self._calls, session_id, uuid),
            )
        except NotFound:
            return
        refuse_undone(received, "the message")


def refuse_undone(received: WholeResponse, what: str) -> None:
    """Let an answer pass that says that `what` was deleted.

    Raises:
        ServerFailed: it says that it was not, with a status of success all the same.
    """
    answer = received.json()
    if not isinstance(answer, dict):
        return
    words = ErrorBody.of(answer, received.status).words if answer.get("error") else SafeText("")
    if words or answer.get("success") is False:
        reason = f": {words.rstrip('.')}." if words else "."
        with received.credentials.veil():
            raise ServerFailed(f"The server did not delete {what}{reason}", status=received.status)


def refuse_some(received: WholeResponse, count: int) -> None:
    """Let an answer pass that does not tell which of `count` messages were left.

    Raises:
        ServerFailed: it does; the sentence says how many and why.
    """
    try:
        value = decode_json(received.content)
    except ValueError:
        return
    left = [each for each in objects(value if isinstance(value, list) else []) if "uuid" in each]
    reasons = dict.fromkeys(reason for each in left if (reason := line_at(each, "error")))
    if left:
        why = f": {clean_line('; '.join(reasons), 200).rstrip('.')}." if reasons else "."
        with received.credentials.veil():
            raise ServerFailed(
                f"The server did not delete {len(left)} of {count} messages{why}",
                hint="Reload the session to see what is left.",
                status=received.status,
            )
