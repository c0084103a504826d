"""Chat screen: sessions, transcript, composer, status."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from inspect import isawaitable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from tui.conversation import Connection, Conversation
from tui.errors import BadInput
from tui.events import TurnEvent
from tui.ui.chat.chat_keys import CHAT_KEYS, CHAT_PALETTE_ONLY
from tui.ui.chat.commands import ChatCommands
from tui.ui.chat.context import ChatContext
from tui.ui.chat.controllers import ChatParts, controllers_of
from tui.ui.chat.first_screen import FirstScreen
from tui.ui.chat.message_commands import MessageRequest
from tui.ui.chat.notice import Notice, Topic
from tui.ui.chat.open_chat import OpenChat
from tui.ui.chat.send_workers import SendWorkers, Task
from tui.ui.chat.status_line import StatusLine
from tui.ui.chat.surroundings import Surroundings
from tui.ui.composer.composer import Composer
from tui.ui.composer.queue_panel import QueueActs, QueuePanel
from tui.ui.key_routing import give_keys
from tui.ui.search.find_bar import FindBar
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.panel import SessionPanel, SessionRequest, on_requests
from tui.ui.splash import LIST_FROM_COLUMNS
from tui.ui.terminal.app import DirtyRowsScreen
from tui.ui.terminal.safety_net import EnduringApp
from tui.ui.transcript.reading_pane import ReadingPane
from tui.ui.widgets.key_footer import KeyFooter


class ChatScreen(DirtyRowsScreen[None]):
    """Shows one conversation of one connection; the sends of the others go on behind it.

    Its keys name a command; `ChatCommands` finds who acts on it.
    """

    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "Composer"
    BINDINGS = CHAT_KEYS
    PALETTE_ONLY = CHAT_PALETTE_ONLY

    def __init__(self, around: Surroundings, *, continues: bool) -> None:
        super().__init__()
        self._continues = continues
        self._making = ExitStack()
        self._is_there = around.is_there
        self._is_typed_ahead = around.is_typed_ahead
        self.open_chat = OpenChat(lambda asked: self.send_workers.is_busy(asked), around.text_waits)
        self.key_of = key_of = around.key_of
        self.notice = Notice(key_of, id="notice")
        self.first_screen = FirstScreen(
            key_of,
            lambda starter: self.controllers.writing.play(starter),
            adds_servers=around.is_there("app.add-server"),
        )
        self.composer = Composer(
            self.open_chat.questions,
            self.open_chat.remember_question,
            lambda text: self.controllers.writing.submit(text),
            lambda step: self.first_screen.step(step) or self.controllers.asking.queue.step(step),
            id="composer",
        )
        self._queue_panel = QueuePanel(key_of, self._queue_acts(), id="queue")
        self._sidebar = SessionPanel(key_of, id="sessions")
        self._status_line = StatusLine(id="status")
        self._reading = _reading_pane(around, self.open_chat, self.first_screen)
        self.send_workers = SendWorkers(
            self._spawn, self._turn_moved, self._turn_refused, self._draw_last
        )
        context = self._chat_context(around.keys_wait)
        parts = ChatParts(
            self,
            context,
            self.send_workers,
            around,
            self._sidebar,
            self._reading,
            self._status_line,
            self._queue_panel,
        )
        self.controllers = controllers_of(parts, use=self.use, write_on=self.write_on)
        self._commands = ChatCommands(
            context, self.controllers, self._reading, self._sidebar, self.write_on
        ).by_name()

    def _queue_acts(self) -> QueueActs:
        return QueueActs(
            edit=lambda question_id: self.controllers.asking.queue.take_back(question_id),
            drop=lambda question_id: self.controllers.asking.queue.drop(question_id),
            send=lambda: self.controllers.asking.sender.send_on(),
            leave=self.write_on,
        )

    def _chat_context(self, keys_wait: Callable[[], bool]) -> ChatContext:
        return ChatContext(
            self.open_chat,
            self._reading.transcript,
            self.first_screen,
            self.composer,
            self.notice,
            self.key_of,
            self._spawn,
            self.app.push_screen_wait,
            self._draw_state,
            keys_wait,
        )

    def compose(self) -> ComposeResult:
        # parts of the screen would be drawn as they are made, and all of it in the end again
        self._making.enter_context(self.app.batch_update())
        with Horizontal(id="body"):
            yield self._sidebar
            with Vertical(id="main"):
                yield self._reading
                yield self._queue_panel
                yield self.notice
                yield self.composer
        yield self._status_line
        yield KeyFooter(("app.help", "app.palette", "chat.stop"), self._is_there)

    def on_mount(self) -> None:
        self._making.close()
        # what ended meanwhile is looked at now
        self.watch(self.app, "app_focus", self._draw_state, init=False)

    def on_resize(self, event: events.Resize) -> None:
        self.controllers.listed.layout.draw()
        self.set_class(event.size.width < LIST_FROM_COLUMNS, "-narrow")

    async def use(self, connection: Connection) -> None:
        """Show another profile, or another bot of it, with a new session."""
        connection.backend.traffic.changed = self.controllers.state.traffic_changed
        continues, self._continues = self._continues, False
        early = self.open_chat.early_send
        if early is not None and early.connection is not connection:
            # another profile was picked since
            self.open_chat.early_send = None
            self.send_workers.go_on(early)
        if continues:
            await self.controllers.navigation.go_on(connection)
        else:
            await self.controllers.navigation.use(connection)
        self.controllers.asking.sender.send_held()

    # Keys

    def note_key(self, pressed_at: float) -> None:
        """Let what a key does be drawn before anything else."""
        self.hurry()
        # what was begun may not be done yet, and yet be there to see
        if not self._is_typed_ahead() or self.composer.is_drawn_by(pressed_at):
            self.open_chat.draft_is_unseen = False
        self._reading.transcript.pacer.note_key()
        self.controllers.listed.layout.note_key()

    def note_typing(self) -> None:
        self.controllers.sign_in.note_typing()

    def write_on(self) -> None:
        """Have all keys from the next one on go to the composer."""
        give_keys(self.composer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action, parameters:
            case "command", (str(name),):
                command = self._commands[name]
                return command.tells or command.is_offered()
            case "why_not", (str(name),):
                return not self._commands[name].is_offered()
            case _:
                return True

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why a command is not offered; empty for anything else."""
        if action != "command":
            return ""
        return self._commands[str(parameters[0])].reason

    async def action_command(self, name: str) -> None:
        command = self._commands[name]
        if not command.is_offered():
            self.action_why_not(name)
            return
        result = command.run()
        if isawaitable(result):
            await result

    def action_why_not(self, name: str) -> None:
        """Say why a command is not offered."""
        if reason := self._commands[name].reason:
            self.notify(f"{reason[:1].upper()}{reason[1:]}.", markup=False)

    # What the parts of the screen ask for

    def on_composer_edited(self) -> None:
        self.controllers.writing.note_edited()

    @on(Composer.Failed)
    @on(ReadingPane.Failed)
    def show_failure(self, event: Composer.Failed | ReadingPane.Failed) -> None:
        self.notice.show_error(Topic.ACTION, event.error)

    @on(ReadingPane.RetryRequested)
    @on(ReadingPane.EditRequested)
    @on(ReadingPane.DeleteRequested)
    @on(ReadingPane.MarkRequested)
    @on(ReadingPane.ExportRequested)
    @on(ReadingPane.CaseRequested)
    @on(ReadingPane.TeachingRequested)
    def act_on_messages(self, event: MessageRequest) -> None:
        self.controllers.messages.act(event)

    @on(FindBar.Followed)
    def follow_hits(self, event: FindBar.Followed) -> None:
        self.controllers.listed.finding.go_on(event.direction)

    @on(SessionList.Opened)
    @on_requests
    async def act_on_sessions(self, event: SessionRequest) -> None:
        await self.controllers.listed.sessions.act(event)

    # Work in the background

    def _spawn(self, task: Task, group: str) -> Worker[None]:
        # without a description Textual writes out all that the task was given: whole lists
        return self.run_worker(task, group=group, description=group, exclusive=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Let nothing be shown as going on that ended in a way nobody had thought of."""
        if event.state is WorkerState.ERROR:
            self._reading.transcript.request_sync()
            self._draw_state()

    def _turn_moved(
        self, connection: Connection, conversation: Conversation, event: TurnEvent
    ) -> None:
        assert isinstance(self.app, EnduringApp)
        # an answer does not end because something of it cannot be shown
        with self.app.enduring():
            self.controllers.turn_events.show(connection, conversation, event)

    async def _draw_last(self, conversation: Conversation) -> None:
        assert isinstance(self.app, EnduringApp)
        with self.app.enduring():
            await self.controllers.turn_events.draw_last(conversation)

    def _turn_refused(self, conversation: Conversation, text: str, error: BadInput) -> None:
        self.controllers.asking.sender.refused(conversation, text, error)

    def _draw_state(self) -> None:
        self.controllers.state.draw()


def _reading_pane(around: Surroundings, open_chat: OpenChat, first_screen: Widget) -> ReadingPane:
    return ReadingPane(
        around.now,
        around.key_of,
        lambda: open_chat.connection,
        lambda: open_chat.web_address,
        around.clipboard,
        first_screen,
        around.link,
        around.is_there,
        id="reading",
    )
