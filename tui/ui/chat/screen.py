"""The main screen: sessions, transcript, composer, status."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import datetime

from textual import events, work
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import Horizontal, Vertical
from textual.worker import Worker, WorkerState

from tui.backends.base import Backend
from tui.conversation import Connection, Conversation
from tui.conversation.plain_text import plain_text
from tui.errors import BadInput, RunnelError
from tui.events import Asked, Rereading, SessionCreated, Settled, TitleChanged, TurnEvent
from tui.formatting.plain_text import plain_text_of
from tui.model import MessageStatus
from tui.ui.chat.context import Desk
from tui.ui.chat.deletion import Deleter
from tui.ui.chat.notice import Notice, Topic
from tui.ui.chat.refreshing import Reader
from tui.ui.chat.send_workers import Task, Turns
from tui.ui.chat.sending import Sender
from tui.ui.chat.session_commands import SessionCommands
from tui.ui.chat.sign_in import SignIn
from tui.ui.chat.stall import StallWatch
from tui.ui.chat.status_line import StatusLine, is_low, status_of
from tui.ui.chat.stop_note import StopNote
from tui.ui.chat.welcome import welcome
from tui.ui.chat.workflows import Workflows
from tui.ui.composer.composer import Composer
from tui.ui.dialogs.plain_text import PlainTextScreen
from tui.ui.key_bindings import KeyHelp
from tui.ui.search.screen import SearchScreen
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.listing import SessionListing
from tui.ui.sessions.sidebar import Sidebar
from tui.ui.splash import LIST_FROM_COLUMNS
from tui.ui.terminal.app import DirtyRowsScreen
from tui.ui.terminal.clipboard import Clipboard
from tui.ui.terminal.safety_net import EnduringApp
from tui.ui.transcript.reading_pane import ReadingPane
from tui.ui.widgets.key_footer import KeyFooter


class ChatScreen(DirtyRowsScreen[None]):
    """Shows one conversation of one connection; the sends of the others go on behind it."""

    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "Composer"
    BINDINGS = [
        Binding("escape", "stop", "Stop", id="chat.stop"),
        Binding("escape", "stop_reading", "Stop reading", id="chat.stop-reading"),
        Binding("escape", "back", "Back", id="chat.back"),
        Binding("f8", "wait_on", "Keep waiting", id="chat.wait"),
        Binding("ctrl+n", "new_session", "New", id="chat.new"),
        Binding("ctrl+s,f2", "sessions", "Sessions", key_display="^s", id="chat.sessions"),
        Binding("ctrl+o", "fold_tools", "Fold tools", show=False, id="chat.fold"),
        Binding("alt+up", "step(-1)", "Previous message", show=False, id="chat.previous"),
        Binding("alt+down", "step(1)", "Next message", show=False, id="chat.next"),
        Binding("ctrl+end", "last", "End, follow", show=False, id="chat.last"),
        Binding(
            "ctrl+y", "copy_last", "Copy last answer", show=False, priority=True, id="chat.copy"
        ),
        Binding("ctrl+f", "find", "Find here", show=False, priority=True, id="chat.find"),
        Binding("f3,alt+f", "search", "Find in everything", show=False, id="chat.search"),
        Binding("ctrl+r", "recall", "Search questions", show=False, id="chat.recall"),
        Binding("ctrl+g", "edit", "Write in editor", show=False, id="chat.editor"),
        Binding("f5", "reread", "Read again", show=False, priority=True, id="chat.reread"),
        Binding("f6", "pick_bot", "Chatbot or model", show=False, priority=True, id="chat.bot"),
        Binding("f9", "pick_workflow", "Run a workflow", show=False, id="chat.workflow"),
    ]

    PALETTE_ONLY = [
        KeyHelp("app.sign-out", "sign_out", "Sign out", ()),
        KeyHelp("chat.plain-text", "plain_text", "Plain text of this session", ()),
    ]

    def __init__(
        self,
        now: Callable[[], datetime],
        key_of: Callable[[str], str],
        pause: Callable[[float], Awaitable[None]],
        clipboard: Clipboard,
        is_typed_ahead: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._clipboard = clipboard
        self._is_typed_ahead = is_typed_ahead
        self._pause = pause
        self._making = ExitStack()
        self._drawn = asyncio.Event()
        self._unnamed: set[Conversation] = set()
        self._told_keys: dict[str, ActiveBinding] = {}
        self._now = now
        self._key_of = key_of
        self._turns = Turns(self._spawn, self._turn_moved, self._turn_refused)

    def compose(self) -> ComposeResult:
        # parts of the screen would be drawn as they are made, and all of it in the end again
        self._making.enter_context(self.app.batch_update())
        with Horizontal(id="body"):
            yield Sidebar(id="sessions")
            with Vertical(id="main"):
                yield ReadingPane(
                    self._now, self._key_of, self._backend, self._clipboard, id="reading"
                )
                yield Notice(id="notice")
                yield Composer(self._questions, self._remember, id="composer")
        yield StatusLine(id="status")
        yield KeyFooter(show_command_palette=False)

    def on_mount(self) -> None:
        self._reading = self.query_one(ReadingPane)
        self._sidebar = self.query_one(Sidebar)
        self._desk = Desk(
            self._reading.transcript,
            self.query_one(Composer),
            self.query_one(Notice),
            self._key_of,
            self._spawn,
            self.app.push_screen_wait,
            self._draw_state,
        )
        self._sender = Sender(self._desk, self._turns, self.use)
        self._workflows = Workflows(self._desk, self._sender, self._turns)
        self._reader = Reader(self._desk, self._pause, self._workflows.follow)
        self._stall = StallWatch(self._desk)
        self._deleter = Deleter(self._desk)
        self._stop_note = StopNote(self._desk)
        self._sessions = SessionCommands(
            self._desk,
            self._sidebar,
            SessionListing(self._turns.state, self._now),
            self._now,
            self.open_session,
            self._leave_deleted,
        )
        self._sign_in = SignIn(self._desk, self.app, self._now, self._pause)
        self._ticker = self.set_interval(1.0, self._draw_state, pause=True)
        self._is_ticking = False
        self._making.close()
        self.call_after_refresh(self._drawn.set)

    async def wait_drawn(self) -> None:
        """Return when the screen has been drawn for the first time."""
        await self._drawn.wait()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < LIST_FROM_COLUMNS, "-narrow")

    @property
    def notice(self) -> Notice:
        return self._desk.notice

    @property
    def turns(self) -> Turns:
        return self._turns

    def _spawn(self, task: Task, group: str) -> Worker[None]:
        return self.run_worker(task, group=group, exclusive=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Let nothing be shown as going on that ended in a way nobody had thought of."""
        if event.state is WorkerState.ERROR:
            self._desk.transcript.request_sync()
            self._draw_state()

    @property
    def unsent(self) -> str:
        """What is being written."""
        return self._desk.composer.whole_text

    # The connection

    @property
    def is_connected(self) -> bool:
        return self._desk.connection is not None

    async def use(self, connection: Connection) -> None:
        """Show another profile, or another bot of it, with a new session."""
        await connection.load()
        self._leave()
        # written while there was no session yet, it belongs to the first there is
        early = self._desk.composer.whole_text if self._desk.conversation is None else ""
        self._desk.connection, self._desk.conversation = connection, None
        connection.backend.traffic.changed = self._traffic_changed
        self._desk.transcript.show_when_empty(welcome(connection.profile, self._key_of))
        conversation = connection.conversation()
        if early:
            conversation.draft = "\n".join(each for each in (conversation.draft, early) if each)
        await self._open(conversation)
        self._reader.read_connection()

    def action_pick_bot(self) -> None:
        self._sender.pick_bot()

    def action_pick_workflow(self) -> None:
        self._workflows.pick()

    # Sessions

    async def _open(self, conversation: Conversation) -> None:
        self._leave()
        self._desk.conversation = conversation
        self._stop_note.end()
        self._desk.composer.put(conversation.draft)
        self._turns.seen(conversation)
        await conversation.load()
        if conversation is not self._desk.conversation:
            # another one has been opened since
            return
        await self._desk.transcript.show(conversation)
        self._draw_state()
        if conversation is not self._desk.conversation:
            # another one has been opened since
            return
        if conversation.session_id is not None and conversation.progress is None:
            self._reader.reread(conversation)

    @property
    def sign_in(self) -> SignIn:
        return self._sign_in

    def action_sign_out(self) -> None:
        self._sign_in.sign_out()

    def action_reread(self) -> None:
        """Read from the server what is shown, or let it ask for what it needs for that."""
        if self._sign_in.open():
            return
        if self._desk.conversation is not None and self._desk.session_id:
            if self._desk.conversation.holds_stopped:
                # the reader goes on from where the answer ended
                self._stop_note.end()
                self._desk.transcript.release_anchor()
            self._reader.reread(self._desk.conversation, whole=True)
        self._reader.read_connection()

    async def open_session(self, session_id: str, message_id: str = "") -> None:
        """Show a session of the current profile, at one of its messages when named."""
        if self._desk.connection is None:
            return
        conversation = self._desk.connection.conversation(session_id)
        if conversation is not self._desk.conversation:
            await self._open(conversation)
        if message_id:
            await self._desk.transcript.selection.reveal(message_id)
            self._desk.transcript.focus()
        else:
            self.write_on()

    async def action_new_session(self) -> None:
        if self._desk.connection is not None:
            if not self._is_new:
                await self._open(self._desk.connection.conversation())
            self.write_on()

    @property
    def _is_new(self) -> bool:
        """Whether nothing was asked yet where we are, and nothing is about to be."""
        conversation = self._desk.conversation
        if conversation is None or conversation.session_id is not None:
            return False
        return not conversation.timeline and not self._desk.composer.submitted

    async def on_session_list_opened(self, event: SessionList.Opened) -> None:
        await self.open_session(event.session_id)

    def on_session_list_pinned(self, event: SessionList.Pinned) -> None:
        self._sessions.toggle_pin(event.session_id)

    def on_session_list_delete_requested(self, event: SessionList.DeleteRequested) -> None:
        self._sessions.delete(event.session_id)

    def on_session_list_seen(self, event: SessionList.Seen) -> None:
        self._sessions.read_titles(event.session_ids)

    def on_sidebar_next_span_requested(self) -> None:
        self._sessions.show_next_span()

    async def _leave_deleted(self, conversation: Conversation, name: str) -> None:
        if conversation is self._desk.conversation and self._desk.connection is not None:
            self._desk.composer.set_aside()
            self._desk.conversation = None
            await self._open(self._desk.connection.conversation())
        self._draw_state()
        self.app.notify(f"Deleted: {name}", markup=False)

    def action_sessions(self) -> None:
        """Go to the list, or put it over the screen where there is no room beside."""
        if self.has_class("-narrow") or self._sidebar.has_focus:
            self._sessions.pick()
        else:
            self._sidebar.focus()

    @work(group="plain-text", exclusive=True)
    async def action_plain_text(self) -> None:
        """Show all of the open session to be read and copied."""
        connection, conversation = self._desk.connection, self._desk.conversation
        if connection is None or conversation is None:
            return
        try:
            text, is_theirs = await plain_text(connection.backend, self._desk.session_id)
        except RunnelError:
            # what is known here can be read without the server
            text, is_theirs = plain_text_of(conversation.messages), False
        if conversation is not self._desk.conversation:
            return
        copying = self._reading.copying
        self.app.push_screen(
            PlainTextScreen(text, copying.copy, copying.write, is_theirs=is_theirs)
        )

    # Sending

    def on_composer_submitted(self, event: Composer.Submitted) -> None:
        if self._desk.composer.take(event):
            self._sender.submit(event.text, is_typed_ahead=self._is_typed_ahead())

    def _turn_refused(self, conversation: Conversation, text: str, error: BadInput) -> None:
        self._sender.refused(conversation, text, error)

    def _turn_moved(
        self, connection: Connection, conversation: Conversation, event: TurnEvent
    ) -> None:
        assert isinstance(self.app, EnduringApp)
        # an answer does not end because something of it cannot be shown
        with self.app.enduring():
            self._show_turn(connection, conversation, event)

    def _show_turn(
        self, connection: Connection, conversation: Conversation, event: TurnEvent
    ) -> None:
        if conversation is self._desk.conversation:
            self._desk.transcript.request_sync()
            self._stall.look()
            if isinstance(event, Settled):
                self._turns.seen(conversation)
                self._stop_note.tell(conversation, event)
        self._name_later(connection, conversation, event)
        if isinstance(event, Settled):
            # later, because the send that has settled is at its very end
            self.call_later(self._sender.go_on, connection, conversation, event)
        match event:
            case Settled() if connection is self._desk.connection:
                self._sessions.reread()
                self._reader.poll_if_awaited(conversation)
                self._draw_state()
            case Asked() | SessionCreated() | TitleChanged() | Rereading() | Settled():
                self._draw_state()
            case _ if not self._is_ticking:
                # the first event of a run that was started elsewhere
                self._draw_state()
            case _:
                pass

    def _name_later(
        self, connection: Connection, conversation: Conversation, event: TurnEvent
    ) -> None:
        """Have a new session named, from the moment the server knows it."""
        match event:
            case SessionCreated():
                self._unnamed.add(conversation)
            case Asked() | Rereading():
                pass
            case Settled() if event.question.status is MessageStatus.UNSENT:
                # the server knows the session from the next question on
                pass
            case _ if conversation in self._unnamed:
                self._unnamed.discard(conversation)
                self._reader.follow_title(connection, conversation.session_id or "")
            case _:
                pass

    def action_stop(self) -> None:
        """Stop the answer that is coming and keep what came."""
        if self._desk.conversation is not None:
            self._desk.conversation.stop()
            self._sender.give_back(self._desk.conversation)
            self._desk.transcript.release_anchor()
        self.write_on()

    def note_typing(self) -> None:
        self._sign_in.note_typing()

    def note_key(self) -> None:
        """Let a key pressed just now be drawn before anything else."""
        if self.is_mounted:
            self._reading.transcript.pacer.note_key()

    def action_stop_reading(self) -> None:
        """End the reading that takes long, or failed and waits to be made again."""
        self._sessions.stop_reading()
        self._reader.stop()
        self._draw_state()

    def action_wait_on(self) -> None:
        """Go on waiting for a silent answer."""
        self._stall.wait_on()
        self.refresh_bindings()

    def action_back(self) -> None:
        """Close the note and what is found, and go to the composer."""
        self.notice.close()
        self._reading.end_finding()
        self.write_on()

    def on_reading_pane_failed(self, event: ReadingPane.Failed) -> None:
        self.notice.show_error(Topic.ACTION, event.error)

    def on_reading_pane_retry_requested(self, event: ReadingPane.RetryRequested) -> None:
        self._sender.retry(event.message_id, streaming=event.streaming)

    def on_reading_pane_edit_requested(self, event: ReadingPane.EditRequested) -> None:
        self._sender.edit(event.message_id)

    def on_reading_pane_delete_requested(self, event: ReadingPane.DeleteRequested) -> None:
        self._deleter.delete(event.message_ids)

    # Keys that work anywhere

    async def action_step(self, step: int) -> None:
        await self._reading.action_step(step)

    def action_last(self) -> None:
        self._reading.action_last()

    def action_page(self, step: int) -> None:
        self._reading.scroll_page(step)

    def action_fold_tools(self) -> None:
        self._reading.fold_tools()

    def action_copy_last(self) -> None:
        self._reading.copy_last_answer()

    def action_find(self) -> None:
        self._reading.action_find()

    @work(group="search", exclusive=True)
    async def action_search(self) -> None:
        connection = self._desk.connection
        if connection is None:
            return
        picked = await self.app.push_screen_wait(SearchScreen(connection))
        if picked is not None and connection is self._desk.connection:
            await self.open_session(picked.session_id, picked.message_id)

    def action_recall(self) -> None:
        self._desk.composer.recall()

    def action_edit(self) -> None:
        self._desk.composer.write_in_editor()

    def on_composer_failed(self, event: Composer.Failed) -> None:
        self.notice.show_error(Topic.ACTION, event.error)

    def clear_composer(self) -> bool:
        """Put what is being written among the earlier questions; `False` when nothing is."""
        composer = self._desk.composer
        if not composer.whole_text or self._desk.connection is None:
            return False
        composer.set_aside()
        composer.put("")
        return True

    def write_on(self) -> None:
        """Have all keys from the next one on go to the composer."""
        # not by its `focus`, which waits until the keys that are there already have gone elsewhere
        self.set_focus(self._desk.composer)

    def on_composer_edited(self) -> None:
        # what stands there now: the text of the message may have been sent since
        text = self._desk.composer.whole_text
        if self._desk.conversation is not None and self._desk.conversation.draft != text:
            had = bool(self._desk.conversation.draft)
            self._desk.conversation.draft = text
            if had != bool(text):
                self._sessions.draw()

    def _leave(self) -> None:
        """Send what was submitted here, and keep the rest as the draft."""
        if self._desk.conversation is not None:
            for event in self._desk.composer.submitted:
                self.on_composer_submitted(event)
            self._desk.conversation.draft = self._desk.composer.whole_text

    def _questions(self) -> list[str]:
        connection = self._desk.connection
        return connection.local.questions() if connection is not None else []

    def _remember(self, text: str) -> None:
        if self._desk.connection is not None:
            self._desk.connection.local.remember_question(text)

    def _backend(self) -> Backend | None:
        return self._desk.backend

    # Showing the state

    def _traffic_changed(self) -> None:
        # while it ticks, the next tick is soon enough
        if self.is_running and not self._is_ticking:
            self._draw_state()

    def _draw_state(self) -> None:
        self._sessions.draw()
        self._draw_status()
        self._stall.look()
        self._is_ticking = self._something_passes
        if self._is_ticking:
            self._ticker.resume()
        else:
            self._ticker.pause()
        self._draw_keys()

    def _draw_keys(self) -> None:
        """Draw the footer when other keys do something now: `Esc` is shown only while it does."""
        active = self.active_bindings
        if active != self._told_keys:
            self.refresh_bindings()
            self._told_keys = active

    def refresh_bindings(self) -> None:
        # what others had drawn is not known here
        self._told_keys = {}
        super().refresh_bindings()

    @property
    def _something_passes(self) -> bool:
        """Whether what is shown changes with the time."""
        connection = self._desk.connection
        waits = connection is not None and is_low(connection.backend.traffic)
        return bool(self._turns.busy) or self._reader.is_held_up or waits

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        busy = self._desk.conversation is not None and self._desk.conversation.progress is not None
        if action == "stop":
            return busy
        if action == "stop_reading":
            return not busy and self._reader.is_held_up
        if action == "plain_text":
            return bool(self._desk.session_id)
        if action == "pick_workflow":
            return self._desk.backend is not None and self._desk.backend.workflows is not None
        if action == "wait_on":
            return self._stall.is_told
        if action == "back":
            return not busy and (self.notice.is_open or not self._desk.composer.has_focus)
        return True

    def _draw_status(self) -> None:
        connection, conversation = self._desk.connection, self._desk.conversation
        if connection is not None and conversation is not None:
            elsewhere = sum(1 for each in self._turns.busy if each is not conversation)
            bot = self._desk.bots.get(connection.bot_id)
            self.query_one(StatusLine).show(status_of(connection, conversation, bot, elsewhere))
