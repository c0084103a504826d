"""Inspected message: it, its send, and what is kept of the wire of that."""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.conversation import Conversation
from tui.conversation.send_records import SendRecord
from tui.formatting.masking import masked
from tui.inspection.reader import SendSpan, WireReader
from tui.model import Message
from tui.safe_text import SafeText, clean

NO_LOG = "Nothing of the wire is kept: `wire_log` is off in config.toml."
NO_SEND = (
    "This message was not sent or received since Runnel started, so its wire is not known."
    " What the server told of it stands under Message."
)
_KEPT = "the last minutes of the wire, and no more than a few megabytes of it"
TOO_OLD = f"The wire of this message is no longer kept: the log holds {_KEPT}."
CUT = f"The beginning of this is no longer kept: the log holds {_KEPT}."
NOTHING_YET = "Nothing has gone over the wire for this yet."
NOTHING = "Nothing went over the wire for this message."


def window_of(conversation: Conversation, record: SendRecord) -> SendSpan:
    """Return whose calls, and which, are those of a send."""
    progress = record.progress
    return SendSpan(conversation.session_id or "", progress.began_at, progress.settled_at)


class Inspected(Struct, frozen=True, eq=False):
    """A message of a conversation, to be looked into while that goes on."""

    message: Message
    """As it was when it was asked for."""
    conversation: Conversation
    connection: Connection
    record: SendRecord | None
    """`None` for one that did not come here in this start."""
    reader: WireReader | None
    """`None` where there is nothing to read."""

    @classmethod
    def of(cls, message: Message, conversation: Conversation, connection: Connection) -> Inspected:
        record, log = conversation.sends.of(message.id), connection.wire.log
        reader = None
        if record is not None and log is not None:
            window = partial(window_of, conversation, record)
            reader = WireReader(log, window, connection.backend.answer_decoder)
        return cls(message, conversation, connection, record, reader)

    @property
    def is_over(self) -> bool:
        """Nothing more can come of it."""
        return self.record is None or self.record.progress.settled_at is not None

    @property
    def is_kept(self) -> bool:
        """The wire of the send is kept from its beginning on, as far as its time tells."""
        log = self.connection.wire.log
        if self.record is None or log is None:
            return False
        return log.added > 0 and log.began_s <= self.record.progress.began_at

    @property
    def as_it_is(self) -> Message:
        """The message as it stands now."""
        return self._now(self.message.id) or self.message

    @property
    def answer(self) -> Message | None:
        """The answer of the send as it stands now."""
        return self._now(self.record.answer_id) if self.record is not None else None

    @property
    def note(self) -> str:
        """Why there is nothing to see, or not all; empty when all is there."""
        if self.record is None:
            return NO_SEND
        if self.reader is None:
            return NO_LOG
        if not self.reader.calls:
            return self._missing(self.record)
        is_cut = self.reader.answer is not None and not self.reader.is_whole
        return CUT if is_cut else ""

    def masked(self, text: str) -> SafeText:
        """Return text that came over the wire without our secrets, safe to draw."""
        return clean(masked(text, self.connection.secret_forms()))

    def _missing(self, record: SendRecord) -> str:
        if not self.is_over:
            return NOTHING_YET
        log = self.connection.wire.log
        is_older = log is None or not log.began_s <= record.progress.began_at
        return TOO_OLD if is_older else NOTHING

    def _now(self, message_id: str) -> Message | None:
        timeline = self.conversation.timeline
        at = timeline.position(self.conversation.current_id(message_id))
        return timeline[at] if at is not None else None
