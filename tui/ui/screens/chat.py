"""The main screen: sessions, transcript, composer, status."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Footer

from tui.conversation import Connection, Conversation
from tui.errors import BadInput, RunnelError
from tui.events import Asked, Rereading, SessionCreated, Settled, TitleChanged, TurnEvent
from tui.model import Bot, Message, Role
from tui.ui.screens.pick import Choice, PickScreen
from tui.ui.screens.search import SearchScreen
from tui.ui.turns import Turns
from tui.ui.welcome import welcome
from tui.ui.widgets.composer import Composer
from tui.ui.widgets.notice import Notice, Topic
from tui.ui.widgets.reading_pane import ReadingPane
from tui.ui.widgets.session_list import SessionList
from tui.ui.widgets.sidebar import Sidebar
from tui.ui.widgets.status_line import StatusLine, status_of

LIST_FROM_COLUMNS = 100
"""From this width on the session list stands beside the transcript; below it is a picker."""


class ChatScreen(Screen[None]):
    """Shows one conversation of one connection; the sends of the others go on behind it."""

    CSS_PATH = "chat.tcss"
    AUTO_FOCUS = "Composer"
    BINDINGS = [
        Binding("escape", "stop", "Stop", id="chat.stop"),
        Binding("escape", "back", "Back", id="chat.back"),
        Binding("ctrl+n", "new_session", "New", id="chat.new"),
        Binding("ctrl+s,f2", "sessions", "Sessions", key_display="^s", id="chat.sessions"),
        Binding("ctrl+o", "fold_tools", "Fold tools", show=False, id="chat.fold"),
        Binding("alt+up", "step(-1)", "Previous message", show=False, id="chat.previous"),
        Binding("alt+down", "step(1)", "Next message", show=False, id="chat.next"),
        Binding("ctrl+end", "last", "End, follow", show=False, id="chat.last"),
        Binding(
            "ctrl+y", "copy_last", "Copy last answer", show=False, priority=True, id="chat.copy"
        ),
        Binding("ctrl+f", "find", "Find here", show=False, id="chat.find"),
        Binding("f3,alt+f", "search", "Find in everything", show=False, id="chat.search"),
        Binding("ctrl+r", "recall", "Search questions", show=False, id="chat.recall"),
        Binding("ctrl+g", "edit", "Write in editor", show=False, id="chat.editor"),
        Binding("f5", "reread", "Read again", show=False, priority=True, id="chat.reread"),
        Binding("f6", "pick_bot", "Chatbot or model", show=False, priority=True, id="chat.bot"),
    ]

    def __init__(self, now: Callable[[], datetime], key_of: Callable[[str], str]) -> None:
        super().__init__()
        self._now = now
        self._key_of = key_of
        self._turns = Turns(self._spawn, self._turn_moved, self._turn_refused)
        self._connection: Connection | None = None
        self._conversation: Conversation | None = None
        self._bots: dict[str, Bot] = {}

    def compose(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield Sidebar(self._turns, self._now, id="sessions")
            with Vertical(id="main"):
                yield ReadingPane(self._now, id="reading")
                yield Notice(id="notice")
                yield Composer(self._questions, id="composer")
        yield StatusLine(id="status")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._reading = self.query_one(ReadingPane)
        self._composer = self.query_one(Composer)
        self._sidebar = self.query_one(Sidebar)
        self._notice = self.query_one(Notice)
        self._ticker = self.set_interval(1.0, self._draw_state, pause=True)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < LIST_FROM_COLUMNS, "-narrow")

    @property
    def notice(self) -> Notice:
        return self._notice

    @property
    def turns(self) -> Turns:
        return self._turns

    def _spawn(self, task: Coroutine[Any, Any, None], group: str) -> object:
        return self.run_worker(task, group=group, exclusive=True)

    # The connection

    async def use(self, connection: Connection) -> None:
        """Show another profile, or another bot of it, with a new session."""
        self._keep_draft()
        self._connection = connection
        self._sidebar.use(connection)
        self._conversation = None
        self._reading.transcript.empty_text = welcome(connection.profile, self._key_of)
        await self._open(connection.conversation())
        self.read_connection()

    @work(group="connection", exclusive=True)
    async def read_connection(self) -> None:
        """Check who we are, settle the bot and read the session list."""
        connection = self._connection
        assert connection is not None
        try:
            await connection.backend.identify()
            self._bots = {bot.id: bot for bot in await connection.backend.bots()}
            await connection.settle_bot()
            if connection.bot_id or not connection.backend.capabilities.sessions_belong_to_bot:
                await connection.sessions()
        except RunnelError as error:
            self._notice.show_error(Topic.READING, error)
        else:
            self._notice.end(Topic.READING)
            if not connection.bot_id:
                # a picker that opens by itself would take the letters being typed
                self._notice.show(
                    Topic.READING,
                    f"Which {connection.backend.capabilities.bot_noun} answers is open.",
                    f"{self._key_of('chat.bot')} picks one; sending a question asks for it too.",
                )
        self._draw_state()

    def action_pick_bot(self) -> None:
        self._pick_bot()

    @work(group="pick", exclusive=True)
    async def _pick_bot(self, then: Callable[[], None] | None = None) -> None:
        """Let the person choose what answers, then go on with what waited for it."""
        connection = self._connection
        if connection is None:
            return
        noun = connection.backend.capabilities.bot_noun
        if not self._bots:
            # beside the note that tells why, not in its place
            self._notice.show(
                Topic.SENDING,
                f"There is no {noun} to ask yet.",
                f"{self._key_of('chat.reread')} reads again from the server.",
            )
            return
        choices = [Choice(bot.id, bot.name, bot.detail) for bot in self._bots.values()]
        picked = await self.app.push_screen_wait(
            PickScreen(f"Which {noun}?", choices, current=connection.bot_id)
        )
        if picked is None or picked == connection.bot_id:
            return
        connection.bot_id = picked
        self._notice.end(Topic.READING)
        self._notice.end(Topic.SENDING)
        if connection.backend.capabilities.sessions_belong_to_bot:
            await self.use(connection)
        self._draw_state()
        if then is not None:
            then()

    # Sessions

    async def _open(self, conversation: Conversation) -> None:
        self._keep_draft()
        self._conversation = conversation
        self._composer.put(conversation.draft)
        self._turns.seen(conversation)
        await self._reading.transcript.show(conversation)
        self._draw_state()
        if conversation.session_id is not None and conversation.progress is None:
            self._reread(conversation)

    @work(group="reread", exclusive=True)
    async def _reread(self, conversation: Conversation) -> None:
        connection = self._connection
        try:
            await conversation.reread()
        except RunnelError as error:
            self._notice.show_error(Topic.READING, error)
            return
        if connection is not None and conversation.session_id is not None:
            connection.describe(conversation.session_id)
        if conversation is self._conversation:
            self._notice.end(Topic.READING)
            self._reading.transcript.request_sync()
        self._draw_state()

    def action_reread(self) -> None:
        if self._conversation is not None and self._conversation.session_id is not None:
            self._reread(self._conversation)
        if self._connection is not None:
            self.read_connection()

    async def open_session(self, session_id: str, message_id: str = "") -> None:
        """Show a session of the current profile, at one of its messages when named."""
        if self._connection is None:
            return
        conversation = self._connection.conversation(session_id)
        if conversation is not self._conversation:
            await self._open(conversation)
        if message_id:
            await self._reading.transcript.reveal(message_id)
            self._reading.transcript.focus()
        else:
            self._composer.focus()

    async def action_new_session(self) -> None:
        if self._connection is not None:
            if self._conversation is None or self._conversation.session_id is not None:
                await self._open(self._connection.conversation())
            self._composer.focus()

    async def on_session_list_opened(self, event: SessionList.Opened) -> None:
        await self.open_session(event.session_id)

    async def on_sidebar_deleted(self, event: Sidebar.Deleted) -> None:
        if event.conversation is self._conversation and self._connection is not None:
            self._conversation = None
            await self._open(self._connection.conversation())
        self._draw_state()
        self.app.notify(f"Deleted: {event.name}", markup=False)

    def on_sidebar_failed(self, event: Sidebar.Failed) -> None:
        self._notice.show_error(Topic.ACTION, event.error)

    def action_sessions(self) -> None:
        """Go to the list, or put it over the screen where there is no room beside."""
        if self.has_class("-narrow") or self._sidebar.has_focus:
            self._sidebar.pick()
        else:
            self._sidebar.focus()

    # Sending

    def on_composer_submitted(self, event: Composer.Submitted) -> None:
        if event.text.strip() and self._may_send(self._composer.action_submit):
            assert self._conversation is not None
            self._composer.take_out(event.text)
            self._conversation.draft = self._composer.whole_text
            self._start(event.text)

    def _may_send(self, again: Callable[[], None]) -> bool:
        """Say whether a question can be sent now; when it cannot, a note tells why.

        Without a bot the person is asked for one, and `again` tries once more.
        """
        connection, conversation = self._connection, self._conversation
        if connection is None or conversation is None:
            self._notice.show(
                Topic.SENDING, "There is no connection yet.", "Your text stays in the box."
            )
        elif conversation.progress is not None:
            self._notice.show(
                Topic.SENDING, "An answer is still coming.", "Wait for it, or stop it with Esc."
            )
        elif not connection.bot_id:
            self._pick_bot(again)
        else:
            return True
        return False

    def _start(self, text: str) -> None:
        """Send `text` in the open conversation; `_may_send` has allowed it."""
        assert self._connection is not None
        assert self._conversation is not None
        self._notice.end(Topic.SENDING)
        self._reading.transcript.unselect()
        self._reading.transcript.follow()
        self._turns.start(self._connection, self._conversation, text)
        self._ticker.resume()

    def _turn_moved(
        self, connection: Connection, conversation: Conversation, event: TurnEvent
    ) -> None:
        if conversation is self._conversation:
            self._reading.transcript.request_sync()
            if isinstance(event, Settled):
                self._turns.seen(conversation)
        match event:
            case Settled() if connection is self._connection:
                self._sidebar.reread()
                self._draw_state()
            case Asked() | SessionCreated() | TitleChanged() | Rereading() | Settled():
                self._draw_state()
            case _:
                pass

    def _turn_refused(self, conversation: Conversation, text: str, error: BadInput) -> None:
        self._notice.show_error(Topic.SENDING, error)
        if conversation is self._conversation:
            # before what has been written since
            self._composer.put(
                "\n".join(each for each in (text, self._composer.whole_text) if each)
            )
        else:
            conversation.draft = "\n".join(each for each in (text, conversation.draft) if each)

    def action_stop(self) -> None:
        """Stop the answer that is coming and keep what came."""
        if self._conversation is not None:
            self._conversation.stop()
        self._composer.focus()

    def action_back(self) -> None:
        """Close the note, and go to the composer."""
        self._notice.close()
        self._composer.focus()

    def on_reading_pane_retry_requested(self, event: ReadingPane.RetryRequested) -> None:
        question = self._question_of(event.message_id)
        again = partial(self.on_reading_pane_retry_requested, event)
        if question is not None and self._may_send(again):
            assert self._conversation is not None
            self._conversation.withdraw(question.id)
            self._start(question.text)

    def on_reading_pane_edit_requested(self, event: ReadingPane.EditRequested) -> None:
        question = self._question_of(event.message_id)
        if question is not None and self._connection is not None:
            if self._composer.whole_text.strip():
                self._connection.store.remember_question(self._composer.whole_text)
            self._composer.put(question.text)
            self._composer.focus()

    def _question_of(self, message_id: str) -> Message | None:
        """Return the question that a message is or answers."""
        question: Message | None = None
        for message in self._conversation.visible if self._conversation is not None else ():
            if message.role is Role.USER:
                question = message
            if message.id == message_id:
                return question
        return None

    # Keys that work anywhere

    async def action_step(self, step: int) -> None:
        await self._reading.action_step(step)

    def action_last(self) -> None:
        self._reading.action_last()

    def action_page(self, step: int) -> None:
        self._reading.page(step)

    def action_fold_tools(self) -> None:
        self._reading.fold_tools()

    def action_copy_last(self) -> None:
        self._reading.copy_last_answer()

    def action_find(self) -> None:
        self._reading.action_find()

    @work(group="search", exclusive=True)
    async def action_search(self) -> None:
        if self._connection is None:
            return
        picked = await self.app.push_screen_wait(SearchScreen(self._connection))
        if picked is not None:
            session_id, _, message_id = picked.partition("\n")
            await self.open_session(session_id, message_id)

    def action_recall(self) -> None:
        self._composer.recall()

    def action_edit(self) -> None:
        self._composer.write_in_editor()

    def on_composer_failed(self, event: Composer.Failed) -> None:
        self._notice.show_error(Topic.ACTION, event.error)

    def clear_composer(self) -> bool:
        """Put what is being written among the earlier questions; `False` when nothing is."""
        text = self._composer.whole_text
        if not text or self._connection is None:
            return False
        self._connection.store.remember_question(text)
        self._composer.put("")
        return True

    def on_key(self, event: events.Key) -> None:
        # a letter that means nothing where the focus is begins a question
        if event.is_printable and event.character and event.key not in self.active_bindings:
            event.stop()
            self._composer.focus()
            self._composer.type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        self._composer.focus()
        self._composer.type(event.text)

    def on_composer_edited(self) -> None:
        # what stands there now: the text of the message may have been sent since
        text = self._composer.whole_text
        if self._conversation is not None and self._conversation.draft != text:
            had = bool(self._conversation.draft)
            self._conversation.draft = text
            if had != bool(text):
                self._sidebar.draw(self._open_id)

    def _keep_draft(self) -> None:
        if self._conversation is not None:
            self._conversation.draft = self._composer.whole_text

    def _questions(self) -> list[str]:
        return self._connection.store.questions() if self._connection is not None else []

    # Showing the state

    @property
    def _open_id(self) -> str:
        return (self._conversation.session_id or "") if self._conversation is not None else ""

    def _draw_state(self) -> None:
        self._sidebar.draw(self._open_id)
        self._draw_status()
        if self._turns.busy:
            self._ticker.resume()
        else:
            self._ticker.pause()
        # `Esc` is shown only while it does something
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        busy = self._conversation is not None and self._conversation.progress is not None
        if action == "stop":
            return busy
        if action == "back":
            return not busy and (self._notice.is_open or not self._composer.has_focus)
        return True

    def _draw_status(self) -> None:
        connection, conversation = self._connection, self._conversation
        if connection is not None and conversation is not None:
            elsewhere = sum(1 for each in self._turns.busy if each is not conversation)
            bot = self._bots.get(connection.bot_id)
            self.query_one(StatusLine).show(status_of(connection, conversation, bot, elsewhere))
