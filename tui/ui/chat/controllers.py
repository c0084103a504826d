"""Controllers of the chat, one for each thing that is done in it, and their composition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from msgspec import Struct
from textual.app import App
from textual.screen import Screen

from tui.conversation import Connection, Conversation
from tui.conversation.sync_patience import may_pass
from tui.ui.chat.arrival_news import ArrivalNews
from tui.ui.chat.arrivals import Arrivals
from tui.ui.chat.away import AwayWatch
from tui.ui.chat.bots import BotPicker
from tui.ui.chat.context import ChatContext
from tui.ui.chat.deletion import ExchangeDeletion
from tui.ui.chat.desk import Desk, desk_of
from tui.ui.chat.export import SessionExport
from tui.ui.chat.finding import EverythingSearch
from tui.ui.chat.forgetting import SessionForgetting
from tui.ui.chat.list_layout import ListLayout
from tui.ui.chat.marking import Marking
from tui.ui.chat.message_commands import MessageCommands
from tui.ui.chat.navigation import Navigation
from tui.ui.chat.notifications import Notifications
from tui.ui.chat.numbers import NumbersView
from tui.ui.chat.other_windows import OtherWindows
from tui.ui.chat.outbox import OutboxSender
from tui.ui.chat.query_counts import QueryCounts
from tui.ui.chat.queue import QueueEditor
from tui.ui.chat.refreshing import Refresher
from tui.ui.chat.send_workers import SendWorkers
from tui.ui.chat.sending import QuestionSender
from tui.ui.chat.session_commands import SessionCommands
from tui.ui.chat.sign_in import SignInPrompt
from tui.ui.chat.stall import StallWatch
from tui.ui.chat.state_display import StateDisplay
from tui.ui.chat.status_line import StatusLine
from tui.ui.chat.stop_note import StopNote
from tui.ui.chat.surroundings import Surroundings
from tui.ui.chat.syncing import BackgroundSync
from tui.ui.chat.tape_making import TapeMaking
from tui.ui.chat.turn_events import TurnEvents
from tui.ui.chat.unsent import UnsentTexts
from tui.ui.chat.workflows import WorkflowStarter
from tui.ui.chat.writing import QuestionWriting
from tui.ui.composer.queue_panel import QueuePanel
from tui.ui.markdown.preparation import prepare
from tui.ui.sessions.listing import SessionListing
from tui.ui.sessions.panel import SessionPanel
from tui.ui.transcript.reading_pane import ReadingPane


class Asking(Struct, frozen=True):
    """What asks, and what waits to be asked."""

    bots: BotPicker
    queue: QueueEditor
    sender: QuestionSender
    workflows: WorkflowStarter


class Watching(Struct, frozen=True):
    """What looks at the server, and at other clients."""

    refresher: Refresher
    sync: BackgroundSync
    others: OtherWindows
    stall: StallWatch


class Listed(Struct, frozen=True):
    """What is done with sessions, in the list and out of it."""

    sessions: SessionCommands
    marking: Marking
    export: SessionExport
    finding: EverythingSearch
    forgetting: SessionForgetting
    numbers: NumbersView
    layout: ListLayout


class Controllers(Struct, frozen=True):
    asking: Asking
    watching: Watching
    listed: Listed
    desk: Desk
    tapes: TapeMaking
    navigation: Navigation
    writing: QuestionWriting
    outbox: OutboxSender
    unsent: UnsentTexts
    messages: MessageCommands
    sign_in: SignInPrompt
    stop_note: StopNote
    state: StateDisplay
    turn_events: TurnEvents


class ChatParts(Struct, frozen=True):
    """The screen, its widgets and what is around it: all that the controllers are made over."""

    screen: Screen[None]
    context: ChatContext
    send_workers: SendWorkers
    around: Surroundings
    sidebar: SessionPanel
    reading: ReadingPane
    status_line: StatusLine
    queue_panel: QueuePanel

    @property
    def app(self) -> App[None]:
        return self.screen.app

    def tell(self, sentence: str) -> None:
        """Show a sentence for a moment."""
        self.app.notify(sentence, markup=False)


def controllers_of(
    parts: ChatParts,
    *,
    use: Callable[[Connection], Awaitable[None]],
    write_on: Callable[[], None],
) -> Controllers:
    """Put together who acts on what is open on a screen.

    `use` shows another connection, `write_on` gives the keys to the composer.
    """
    context, around = parts.context, parts.around
    # who comes later is asked for when it is needed
    asking = _asking(
        parts, use, lambda asked: navigation.succeed(asked), lambda: navigation.new_session()
    )
    notifications = Notifications(around.outside, context.spawn, around.pause)

    def remind(connection: Connection) -> None:
        outbox.remind(connection)

    watching = _watching(parts, asking, notifications, remind, lambda: listed.finding.take_in())
    stop_note = StopNote(context)
    navigation = _navigation(parts, asking, watching, stop_note, write_on, remind)
    outbox = OutboxSender(context, parts.send_workers, navigation)
    listed = _listed(parts, watching.refresher, navigation)
    desk = desk_of(parts.app, context, parts.reading.copying, around.now, navigation, parts.tell)
    away = AwayWatch(context, around.outside, notifications)
    state = _state(parts, asking, watching, listed, away)
    return Controllers(
        asking,
        watching,
        listed,
        desk,
        TapeMaking(context, around.now, parts.tell),
        navigation,
        _writing(parts, asking, listed, write_on),
        outbox,
        UnsentTexts(context, parts.send_workers),
        _messages(context, asking, listed, desk),
        SignInPrompt(context, parts.app, around.now, around.pause),
        stop_note,
        state,
        _turn_events(parts, asking, watching, listed, stop_note, away, state, outbox),
    )


def _asking(
    parts: ChatParts,
    use: Callable[[Connection], Awaitable[None]],
    succeed: Callable[[Conversation], Awaitable[None]],
    begin: Callable[[], Awaitable[None]],
) -> Asking:
    context, send_workers = parts.context, parts.send_workers
    bots = BotPicker(context, use)
    queue = QueueEditor(context, parts.queue_panel)
    sender = QuestionSender(context, send_workers, bots, queue, succeed, begin)
    return Asking(bots, queue, sender, WorkflowStarter(context, sender, send_workers))


def _watching(
    parts: ChatParts,
    asking: Asking,
    notifications: Notifications,
    remind: Callable[[Connection], None],
    take_in: Callable[[], None],
) -> Watching:
    context, pause = parts.context, parts.around.pause
    news = ArrivalNews(context, parts.around.outside, notifications)

    def reread_if_lost() -> None:
        if refresher.failure is not None and may_pass(refresher.failure):
            refresher.read_connection()

    sync = BackgroundSync(context, pause, reread_if_lost)
    arrivals = Arrivals(
        context, pause, lambda conversation: refresher.reread(conversation), news.note
    )

    def note_listed(connection: Connection) -> None:
        asking.workflows.follow_newest(connection)
        sync.begin(connection, is_listed=True)
        remind(connection)
        arrivals.begin(connection)
        if not parts.send_workers.busy:
            # nobody waits for anything yet
            prepare()

    def changed() -> None:
        others.tell()
        take_in()

    others = OtherWindows(context)
    refresher = Refresher(
        context,
        pause,
        asking.workflows.follow,
        note_listed,
        partial(sync.begin, is_listed=False),
        partial(asking.bots.pick_missing, asking.sender.ask_chosen_bot),
        changed,
    )
    return Watching(refresher, sync, others, StallWatch(context))


def _navigation(
    parts: ChatParts,
    asking: Asking,
    watching: Watching,
    stop_note: StopNote,
    write_on: Callable[[], None],
    remind: Callable[[Connection], None],
) -> Navigation:
    return Navigation(
        parts.context,
        parts.send_workers,
        watching.refresher,
        stop_note,
        watching.others,
        write_on,
        asking.sender.send_held,
        remind,
    )


def _listed(parts: ChatParts, refresher: Refresher, navigation: Navigation) -> Listed:
    context, around, sidebar = parts.context, parts.around, parts.sidebar
    listing = SessionListing(
        parts.send_workers.state,
        around.now,
        lambda: refresher.list_reading,
        context.key_of,
        lambda: context.open_chat.is_new,
        QueryCounts(context, lambda: sessions.draw()),
    )
    export = SessionExport(context, around.now, parts.tell)
    marking = Marking(context, parts.tell)
    sessions = SessionCommands(context, sidebar, listing, navigation, export, marking, around.now)
    return Listed(
        sessions,
        marking,
        export,
        EverythingSearch(context, navigation, listing, parts.reading),
        SessionForgetting(context, sidebar, navigation, parts.tell),
        NumbersView(context, sidebar),
        ListLayout(parts.screen, sidebar, parts.context.composer, around.chosen),
    )


def _writing(
    parts: ChatParts, asking: Asking, listed: Listed, write_on: Callable[[], None]
) -> QuestionWriting:
    return QuestionWriting(
        parts.context,
        asking.sender,
        asking.queue,
        listed.sessions,
        write_on,
        parts.around.is_typed_ahead,
    )


def _messages(context: ChatContext, asking: Asking, listed: Listed, desk: Desk) -> MessageCommands:
    return MessageCommands(
        asking.sender,
        ExchangeDeletion(context),
        listed.marking,
        listed.export,
        desk.cases,
        desk.teaching,
    )


def _state(
    parts: ChatParts, asking: Asking, watching: Watching, listed: Listed, away: AwayWatch
) -> StateDisplay:
    return StateDisplay(
        parts.screen,
        parts.context,
        parts.send_workers,
        watching.refresher,
        watching.stall,
        listed.sessions,
        parts.status_line,
        away,
        asking.queue,
        watching.sync,
    )


def _turn_events(
    parts: ChatParts,
    asking: Asking,
    watching: Watching,
    listed: Listed,
    stop_note: StopNote,
    away: AwayWatch,
    state: StateDisplay,
    outbox: OutboxSender,
) -> TurnEvents:
    return TurnEvents(
        parts.context,
        parts.send_workers,
        asking.sender,
        watching.refresher,
        listed.sessions,
        watching.stall,
        stop_note,
        away,
        state,
        outbox,
        parts.screen.call_later,
    )
