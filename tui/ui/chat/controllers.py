"""Controllers of the chat, one for each thing that is done in it, and their composition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from msgspec import Struct
from textual.app import App
from textual.screen import Screen

from tui.conversation import Connection
from tui.errors import Unreachable
from tui.ui.chat.arrivals import Arrivals
from tui.ui.chat.away import AwayWatch
from tui.ui.chat.bots import BotPicker
from tui.ui.chat.case_making import CaseMaking
from tui.ui.chat.context import ChatContext
from tui.ui.chat.deletion import ExchangeDeletion
from tui.ui.chat.export import SessionExport
from tui.ui.chat.finding import EverythingSearch
from tui.ui.chat.forgetting import SessionForgetting
from tui.ui.chat.list_layout import ListLayout
from tui.ui.chat.marking import Marking
from tui.ui.chat.message_commands import MessageCommands
from tui.ui.chat.navigation import Navigation
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
from tui.ui.chat.teaching import BotTeaching
from tui.ui.chat.turn_events import TurnEvents
from tui.ui.chat.unsent import UnsentTexts
from tui.ui.chat.workflows import WorkflowRunner
from tui.ui.chat.writing import QuestionWriting
from tui.ui.composer.queue_panel import QueuePanel
from tui.ui.markdown.preparation import prepare
from tui.ui.sessions.listing import SessionListing
from tui.ui.sessions.panel import SessionPanel
from tui.ui.transcript.reading_pane import ReadingPane


class Controllers(Struct, frozen=True):
    bots: BotPicker
    sender: QuestionSender
    writing: QuestionWriting
    queue: QueueEditor
    workflows: WorkflowRunner
    refresher: Refresher
    stall: StallWatch
    stop_note: StopNote
    sign_in: SignInPrompt
    navigation: Navigation
    list_layout: ListLayout
    finding: EverythingSearch
    outbox: OutboxSender
    numbers: NumbersView
    forgetting: SessionForgetting
    marking: Marking
    messages: MessageCommands
    sessions: SessionCommands
    state: StateDisplay
    turn_events: TurnEvents
    sync: BackgroundSync
    unsent: UnsentTexts


def controllers_of(
    screen: Screen[None],
    app: App[None],
    context: ChatContext,
    send_workers: SendWorkers,
    sidebar: SessionPanel,
    reading: ReadingPane,
    status_line: StatusLine,
    queue_panel: QueuePanel,
    around: Surroundings,
    *,
    use: Callable[[Connection], Awaitable[None]],
    write_on: Callable[[], None],
) -> Controllers:
    """Put together who acts on what is open on `screen`.

    `use` shows another connection, `write_on` gives the keys to the composer.
    """
    now, pause = around.now, around.pause
    bots = BotPicker(context, use)
    queue = QueueEditor(context, queue_panel)
    sender = QuestionSender(
        context, send_workers, bots, queue, lambda conversation: navigation.succeed(conversation)
    )
    workflows = WorkflowRunner(context, sender, send_workers)
    pick_missing = partial(bots.pick_missing, sender.ask_chosen_bot)

    def reread_if_lost() -> None:
        if isinstance(refresher.failure, Unreachable):
            refresher.read_connection()

    sync = BackgroundSync(context, pause, reread_if_lost)
    arrivals = Arrivals(context, pause, lambda conversation: refresher.reread(conversation))

    def note_listed(connection: Connection) -> None:
        workflows.follow_newest(connection)
        sync.begin(connection, is_listed=True)
        outbox.remind(connection)
        arrivals.begin(connection)
        if not send_workers.busy:
            # nobody waits for anything yet
            prepare()

    others = OtherWindows(context)
    refresher = Refresher(
        context,
        pause,
        workflows.follow,
        note_listed,
        partial(sync.begin, is_listed=False),
        pick_missing,
        others.tell,
    )
    stall = StallWatch(context)
    stop_note = StopNote(context)
    navigation = Navigation(context, send_workers, refresher, stop_note, others, write_on)
    outbox = OutboxSender(context, send_workers, navigation)
    listing = SessionListing(
        send_workers.state,
        now,
        lambda: refresher.list_reading,
        context.key_of,
        lambda: context.open_chat.is_new,
        QueryCounts(context, lambda: sessions.draw()),
    )

    def tell(sentence: str) -> None:
        app.notify(sentence, markup=False)

    export = SessionExport(context, now, tell)
    marking = Marking(context, tell)
    sessions = SessionCommands(context, sidebar, listing, navigation, export, marking, now)
    away = AwayWatch(context, around.outside)
    state = StateDisplay(
        screen, context, send_workers, refresher, stall, sessions, status_line, away, queue, sync
    )
    deletion = ExchangeDeletion(context)
    messages = MessageCommands(
        sender,
        deletion,
        marking,
        export,
        CaseMaking(context, tell),
        BotTeaching(context, app, tell),
    )
    return Controllers(
        sync=sync,
        unsent=UnsentTexts(context, send_workers),
        bots=bots,
        sender=sender,
        writing=QuestionWriting(context, sender, queue, sessions, write_on, around.is_typed_ahead),
        queue=queue,
        workflows=workflows,
        refresher=refresher,
        stall=stall,
        stop_note=stop_note,
        sign_in=SignInPrompt(context, app, now, pause),
        navigation=navigation,
        finding=EverythingSearch(context, navigation, listing, reading),
        outbox=outbox,
        numbers=NumbersView(context, sidebar),
        list_layout=ListLayout(screen, sidebar, around.chosen),
        forgetting=SessionForgetting(context, sidebar, navigation, tell),
        marking=marking,
        messages=messages,
        sessions=sessions,
        state=state,
        turn_events=TurnEvents(
            context,
            send_workers,
            sender,
            refresher,
            sessions,
            stall,
            stop_note,
            away,
            state,
            outbox,
            screen.call_later,
        ),
    )
