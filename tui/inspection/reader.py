"""Reader of the wire log: the calls of one send, each piece with what our decoder made of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from msgspec import Struct

from tui.backends.base import BodyDecoder
from tui.errors import RunnelError
from tui.events import Completed, StreamEvent
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Told, WireEvent, WireLog

DecoderOf = Callable[[str, str, str], BodyDecoder | None]
"""Method, path and media type of a call -> what reads its body, `None` where it is no answer."""


class WireRow(Struct, frozen=True):
    """One event of the wire, and what was made of it."""

    event: WireEvent
    gap_s: float | None
    """Seconds since the row before; `None` for the first."""
    meanings: tuple[StreamEvent, ...] = ()
    """What can be read once this has come; nothing while an event is not whole."""
    trouble: str = ""
    """Why no more can be read."""


class WireCall(Struct):
    """One request of the send, and what came of it so far."""

    asked: Asked
    is_answer: bool
    """Its body is the answer."""
    answered: Answered | None = None
    ended: Ended | None = None
    decoder: BodyDecoder | None = None
    is_complete: bool = False
    """The server said that the answer is whole."""


class SendSpan(Struct, frozen=True):
    """Whose calls are looked for, and when they were made; `None` while they still may be."""

    session_id: str
    begins_at: float
    ends_at: float | None

    def holds(self, at_s: float) -> bool:
        return self.begins_at <= at_s and (self.ends_at is None or at_s <= self.ends_at)


class WireReader:
    """Takes the calls of a send from a log, a little at a time, and goes on where it left off.

    What the log lets go of is let go of here, but for requests and heads.
    """

    def __init__(self, log: WireLog, window: Callable[[], SendSpan], decoder_of: DecoderOf) -> None:
        self.rows: list[WireRow] = []
        self.calls: dict[int, WireCall] = {}
        """By their numbers, in the order of asking."""
        self.dropped = 0
        """Rows that the log has let go of since they were read."""
        self._log = log
        self._window = window
        self._decoder_of = decoder_of
        self._added = 0
        """How many events the log had when it was looked at last."""
        self._unread: deque[Told] = deque()

    @property
    def answer(self) -> WireCall | None:
        """The last call that was to bring the answer."""
        return next((each for each in reversed(self.calls.values()) if each.is_answer), None)

    @property
    def is_whole(self) -> bool:
        """The answer is there from its request on, and nothing of it was let go of."""
        call = self.answer
        return call is not None and self.dropped == 0 and call.asked.call not in self._log.cut_calls

    def read(self, most: int) -> bool:
        """Look at `most` events that were not looked at; `False` when there were none."""
        if not self._unread:
            self._unread.extend(self._log.told_since(self._added))
            self._added = self._log.added
        if not self._unread:
            return False
        window = self._window()
        for _ in range(min(most, len(self._unread))):
            event = self._unread.popleft()
            # most of a full log is pieces of other answers
            if isinstance(event, Arrived) and event.call not in self.calls:
                continue
            if isinstance(event, WireEvent):
                self._take(event, window)
        self._let_go(self._log.began_s)
        return True

    def _take(self, event: WireEvent, window: SendSpan) -> None:
        if isinstance(event, Asked) and window.holds(event.at_s) and self._is_of(event, window):
            is_answer = self._decoder(event, "") is not None
            self.calls[event.call] = WireCall(event, is_answer)
        call = self.calls.get(event.call)
        if call is None:
            return
        meanings, trouble = self._note(call, event)
        gap_s = event.at_s - self.rows[-1].event.at_s if self.rows else None
        self.rows.append(WireRow(event, gap_s, meanings, trouble))

    def _is_of(self, asked: Asked, window: SendSpan) -> bool:
        if asked.session:
            return asked.session == window.session_id
        # what makes the session of a first question belongs to none yet; lists are of all
        makes_session = asked.method == "POST" and not asked.is_private
        return makes_session and not any(each.asked.session for each in self.calls.values())

    def _note(self, call: WireCall, event: WireEvent) -> tuple[tuple[StreamEvent, ...], str]:
        match event:
            case Answered(status=status, content_type=content_type):
                call.answered = event
                # a refusal is no answer
                if call.is_answer and 200 <= status < 300:
                    media_type = content_type.partition(";")[0].strip().lower()
                    call.decoder = self._decoder(call.asked, media_type)
            case Arrived(data=data) if call.decoder is not None:
                return _decoded(call, call.decoder.feed(data))
            case Ended(how=how):
                call.ended = event
                if call.decoder is not None and how is End.WHOLE:
                    return _decoded(call, call.decoder.finish())
            case _:
                pass
        return (), ""

    def _decoder(self, asked: Asked, media_type: str) -> BodyDecoder | None:
        return self._decoder_of(asked.method, asked.path.partition("?")[0], media_type)

    def _let_go(self, oldest_s: float) -> None:
        if not self.rows or self.rows[0].event.at_s >= oldest_s:
            return
        held = [
            each
            for each in self.rows
            if each.event.at_s >= oldest_s or not isinstance(each.event, Arrived)
        ]
        self.dropped += len(self.rows) - len(held)
        self.rows[:] = held


def _decoded(
    call: WireCall, meanings: Iterator[StreamEvent]
) -> tuple[tuple[StreamEvent, ...], str]:
    """Return what was read, and why no more can be, if so: what stood before that counts."""
    read: list[StreamEvent] = []
    try:
        read.extend(meanings)
    except RunnelError as error:
        call.decoder = None
        return tuple(read), error.sentence
    call.is_complete = call.is_complete or any(isinstance(each, Completed) for each in read)
    return tuple(read), ""
