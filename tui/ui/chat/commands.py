"""Commands of the chat: what its keys do, and when they can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from msgspec import Struct

from tui.conversation import Connection, Conversation
from tui.conversation.plain_text import plain_text
from tui.errors import RunnelError
from tui.formatting.plain_text import plain_text_of
from tui.ui.chat.context import NO_SERVER, ChatContext
from tui.ui.chat.controllers import Controllers
from tui.ui.dialogs.plain_text import PlainTextScreen
from tui.ui.sessions.list_reading import ListReading
from tui.ui.sessions.mark_actions import MarkAct
from tui.ui.sessions.panel import SessionPanel
from tui.ui.transcript.reading_pane import ReadingPane


def _always() -> bool:
    return True


class Command(Struct, frozen=True):
    run: Callable[[], object]
    """What it returns is awaited if it can be."""
    is_offered: Callable[[], bool] = _always
    why_not: str | Callable[[], str] = ""
    """What to say while it is not offered."""
    tells: bool = False
    """Its key says so too: it would seem broken."""

    @property
    def reason(self) -> str:
        """Why it is not offered now, empty when it is."""
        if self.is_offered():
            return ""
        return self.why_not if isinstance(self.why_not, str) else self.why_not()


class ChatCommands:
    """Finds for each key of the chat who acts on it."""

    def __init__(
        self,
        context: ChatContext,
        controllers: Controllers,
        reading: ReadingPane,
        sidebar: SessionPanel,
        write_on: Callable[[], None],
    ) -> None:
        self._context = context
        self._open_chat = context.open_chat
        self._controllers = controllers
        self._reading = reading
        self._sidebar = sidebar
        self._write_on = write_on

    def by_name(self) -> Mapping[str, Command]:
        """Return what can be done, by the name that a binding gives it."""
        return {
            **self._of_answers(),
            **self._of_transcript(),
            **self._of_sessions(),
            **self._of_marks(),
            **self._of_list(),
            **self._of_desk(),
            **self._of_server(),
        }

    def _with_server(self, run: Callable[[], object]) -> Command:
        return Command(run, lambda: self._open_chat.connection is not None, NO_SERVER, tells=True)

    def _of_answers(self) -> Mapping[str, Command]:
        """Return what is done with what is asked, and with the answer that is coming."""
        acting, composer = self._controllers, self._context.composer
        stall = acting.watching.stall
        return {
            "stop": Command(self._stop, self._can_stop, "no answer is coming"),
            "stop_reading": Command(self._stop_reading, self._is_held_up, "nothing is being read"),
            "back": Command(self._back, self._can_go_back, "nothing is open"),
            "wait_on": Command(self._wait_on, lambda: stall.is_told, "nothing is late"),
            "recall": Command(composer.recall),
            "edit": Command(composer.write_in_editor),
            "outbox": self._with_server(acting.outbox.show),
        }

    def _of_transcript(self) -> Mapping[str, Command]:
        """Return what is done with the messages of the open session."""
        reading = self._reading
        return {
            "fold_tools": Command(reading.fold_tools),
            "previous": Command(partial(reading.action_step, -1)),
            "next": Command(partial(reading.action_step, 1)),
            "last": Command(reading.action_last),
            "page_up": Command(partial(reading.scroll_page, -1)),
            "page_down": Command(partial(reading.scroll_page, 1)),
            "copy_last": Command(reading.copy_last_answer),
            "find": Command(reading.action_find),
            "plain_text": Command(
                self._show_plain_text,
                lambda: bool(self._open_chat.session_id),
                "nothing was sent here yet",
            ),
        }

    def _of_sessions(self) -> Mapping[str, Command]:
        """Return what leads from one session to another, and what is done with one."""
        listed = self._controllers.listed
        return {
            "new_session": Command(self._controllers.navigation.new_session),
            "sessions": Command(self._show_sessions),
            "next_session": Command(partial(listed.sessions.step, 1)),
            "previous_session": Command(partial(listed.sessions.step, -1)),
            "read_on": Command(listed.sessions.read_on),
            "next_query": Command(listed.sessions.show_next_query),
            "search": self._with_server(listed.finding.search),
            "neighbours": Command(
                listed.finding.show_neighbours,
                lambda: bool(self._open_chat.conversation_id),
                "nothing was asked here yet",
                tells=True,
            ),
            "forget": Command(
                listed.forgetting.begin,
                lambda: listed.forgetting.can_begin,
                "no session is open or picked",
            ),
        }

    def _of_marks(self) -> Mapping[str, Command]:
        """Return how the open session is marked."""
        marking = self._controllers.listed.marking
        return {
            f"mark_{act}": Command(
                partial(marking.mark_open, act),
                lambda: bool(self._open_chat.conversation_id),
                "nothing was asked here yet",
                tells=True,
            )
            for act in (MarkAct.UNREAD, MarkAct.FLAG, MarkAct.TAG, MarkAct.NOTE)
        }

    def _of_list(self) -> Mapping[str, Command]:
        """Return how the list is laid out, and what takes its place."""
        layout = self._controllers.listed.layout
        return {
            "fold_list": Command(layout.fold, layout.has_room, "the screen is too narrow"),
            "widen_list": Command(partial(layout.widen, 1), layout.is_there, "no list here"),
            "narrow_list": Command(partial(layout.widen, -1), layout.is_there, "no list here"),
            "numbers": self._with_server(self._controllers.listed.numbers.show),
        }

    def _of_desk(self) -> Mapping[str, Command]:
        """Return what an operator mends and proves with."""
        desk = self._controllers.desk
        return {
            "checks": self._with_server(desk.checks.show),
            "compare": self._with_server(desk.comparing.begin),
            "ask_taught": Command(
                desk.teaching.ask_last_again,
                lambda: desk.teaching.has_learnt,
                "no bot has learnt anything yet; “Teach the right answer” on a message begins it",
                tells=True,
            ),
        }

    def _of_server(self) -> Mapping[str, Command]:
        """Return what is read of the server, and picked there."""
        acting, sync = self._controllers, self._controllers.watching.sync
        tapes = acting.tapes
        return {
            "reread": Command(self._reread),
            "pick_bot": self._with_server(acting.asking.bots.pick),
            "pick_workflow": Command(
                acting.asking.workflows.pick,
                self._has_workflows,
                "this server has no workflows",
                tells=True,
            ),
            "sync": Command(
                partial(sync.choose, is_on=True),
                lambda: not sync.why_not_begin,
                lambda: sync.why_not_begin,
            ),
            "end_sync": Command(
                partial(sync.choose, is_on=False),
                lambda: sync.can_end,
                "not all sessions are copied",
            ),
            "pause_sync": Command(
                sync.toggle_pause,
                lambda: sync.can_pause,
                "nothing is being synced; “Keep a local copy of all sessions” begins it",
            ),
            "sign_out": self._with_server(acting.sign_in.sign_out),
            "record": Command(
                tapes.begin,
                lambda: not tapes.why_not_begin,
                lambda: tapes.why_not_begin,
                tells=True,
            ),
            "end_record": Command(tapes.end, lambda: tapes.is_recording, "nothing is recorded"),
            "save_tape": Command(
                tapes.save_log, lambda: tapes.has_log, "nothing of the wire is kept"
            ),
        }

    def _can_stop(self) -> bool:
        return self._open_chat.is_busy or self._controllers.asking.sender.holds_questions

    def _stop(self) -> None:
        """Stop the answer that is coming and keep what came."""
        if (conversation := self._open_chat.conversation) is not None:
            conversation.stop()
            self._context.transcript.hold()
        self._controllers.asking.sender.give_back()
        self._context.draw()
        self._write_on()

    def _is_held_up(self) -> bool:
        return not self._open_chat.is_busy and self._controllers.watching.refresher.is_held_up

    def _stop_reading(self) -> None:
        """End the reading that takes long, or failed and waits to be made again."""
        self._controllers.listed.sessions.stop_reading()
        self._controllers.watching.refresher.stop()
        self._context.draw()

    def _can_go_back(self) -> bool:
        composer = self._context.composer
        # the composer hears of its focus later than the footer asks
        is_elsewhere = not composer.is_attached or composer.screen.focused is not composer
        return not self._can_stop() and (self._context.notice.is_open or is_elsewhere)

    def _back(self) -> None:
        """Close the notes and what is found, and go to the composer."""
        self._context.notice.close()
        self._reading.end_finding()
        self._write_on()

    def _wait_on(self) -> None:
        """Go on waiting for a silent answer."""
        self._controllers.watching.stall.wait_on()
        self._context.draw()

    def _show_sessions(self) -> None:
        """Go to the list, or put it over the screen where there is no room beside."""
        if not self._sidebar.display or self._sidebar.has_keys:
            self._controllers.listed.sessions.pick()
        else:
            self._sidebar.take_keys()

    def _has_workflows(self) -> bool:
        backend = self._open_chat.backend
        return backend is not None and backend.workflows is not None

    def _reread(self) -> None:
        """Read from the server what is shown, or let it ask for what it needs for that."""
        if self._controllers.sign_in.open():
            return
        conversation, refresher = self._open_chat.conversation, self._controllers.watching.refresher
        if conversation is not None and conversation.session_id:
            if conversation.open_turns.holds_stopped:
                # the reader goes on from where the answer ended
                self._controllers.stop_note.end()
                self._context.transcript.release_anchor()
            refresher.reread(conversation, whole=True)
        if refresher.list_reading is ListReading.WITHOUT_KEY and self._open_chat.connection:
            self._open_chat.connection.reconsider_secret()
        refresher.read_connection()

    def _show_plain_text(self) -> None:
        """Show all of the open session to be read and copied."""
        connection, conversation = self._open_chat.connection, self._open_chat.conversation
        if connection is not None and conversation is not None:
            reading = partial(self._read_plain_text, connection, conversation)
            self._context.spawn(reading, "plain-text")

    async def _read_plain_text(self, connection: Connection, conversation: Conversation) -> None:
        try:
            text, is_theirs = await plain_text(connection.backend, conversation.session_id or "")
        except RunnelError:
            # what is known here can be read without the server
            text, is_theirs = plain_text_of(conversation.messages), False
        if conversation is not self._open_chat.conversation:
            return
        copying = self._reading.copying
        screen = PlainTextScreen(text, copying.copy, copying.write, is_theirs=is_theirs)
        await self._context.ask(screen)
