"""Runner of the server's workflows: starts one, and follows one that goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from tui.backends.base import offered
from tui.conversation import Connection, Conversation
from tui.errors import RunnelError
from tui.model import Run, Workflow
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.chat.send_workers import SendWorkers
from tui.ui.chat.sending import QuestionSender
from tui.ui.dialogs.pick import Choice, PickScreen

RECENT = timedelta(minutes=15)
"""In a session where nothing happened for so long, no run goes on that nobody here began."""


class WorkflowStarter:
    """What is written in the composer is the question that a workflow starts with."""

    def __init__(
        self, context: ChatContext, sender: QuestionSender, send_workers: SendWorkers
    ) -> None:
        self._context = context
        self._sender = sender
        self._send_workers = send_workers

    def pick(self) -> None:
        """Let the person choose a workflow, and start it."""
        context = self._context
        if not context.composer.whole_text.strip():
            context.notice.show(
                Topic.SENDING,
                "A workflow starts with a question.",
                f"Write it, then press {context.key_of('chat.workflow')} again.",
            )
        else:
            context.begin(self._pick, "pick")

    async def _pick(self, connection: Connection) -> None:
        context, conversation = self._context, self._context.conversation
        try:
            workflows = await offered(connection.backend.workflows, "run workflows").available()
        except RunnelError as error:
            if connection is context.connection:
                context.notice.show_error(Topic.SENDING, error)
            # a host that turned out not to have any has no key for them any more
            context.draw()
            return
        if conversation is not context.conversation:
            # it was asked for elsewhere
            return
        if not workflows:
            context.notice.show(
                Topic.SENDING,
                "This server has no workflow.",
                f"{context.key_of('composer.send')} asks without one.",
            )
            return
        context.notice.end(Topic.SENDING)
        choices = [_choice(each) for each in workflows]
        picked = await context.ask(PickScreen("Run which workflow?", choices))
        if picked is not None and conversation is context.conversation:
            self._sender.submit(context.composer.whole_text, workflow_id=picked)

    def follow(
        self, connection: Connection, conversation: Conversation, *, though_stopped: bool
    ) -> None:
        """Follow the run that goes on in a conversation, if there is one.

        One that a person stopped is left alone, unless `though_stopped`.
        """
        workflows, session_id = connection.backend.workflows, conversation.session_id
        if workflows is not None and session_id is not None:
            running = partial(workflows.running, session_id)
            follow = partial(
                self._follow, connection, conversation, running, though_stopped=though_stopped
            )
            self._context.spawn(follow, "running")

    def follow_newest(self, connection: Connection) -> None:
        """Follow the run that goes on in the session where something happened last, if just now.

        Runs go on by themselves: it may have been begun elsewhere, or before Runnel was.
        """
        newest = next(iter(connection.known_sessions()), None)
        if connection.backend.workflows is None or newest is None or newest.updated_at is None:
            return
        is_open = newest.id == self._context.session_id
        if not is_open and connection.now() - newest.updated_at <= RECENT:
            follow = partial(self._follow_unopened, connection, newest.id)
            self._context.spawn(follow, "newest-run")

    async def _follow_unopened(self, connection: Connection, session_id: str) -> None:
        workflows = offered(connection.backend.workflows, "run workflows")
        try:
            if (run := await workflows.running(session_id)) is None:
                return
            conversation = connection.conversation(session_id)
            await conversation.reread()
        except RunnelError:
            return  # opening the session tells what is wrong
        self._attach(connection, conversation, run, though_stopped=False)

    async def _follow(
        self,
        connection: Connection,
        conversation: Conversation,
        running: Callable[[], Awaitable[Run | None]],
        *,
        though_stopped: bool,
    ) -> None:
        try:
            run = await running()
        except RunnelError:
            return  # the history is read, and tells what became of earlier runs
        if run is not None:
            self._attach(connection, conversation, run, though_stopped=though_stopped)

    def _attach(
        self, connection: Connection, conversation: Conversation, run: Run, *, though_stopped: bool
    ) -> None:
        if self._send_workers.is_busy(conversation):
            return
        # the session may have been deleted since
        is_there = connection.opened(conversation.session_id or "") is conversation
        if is_there and (
            though_stopped or not conversation.open_turns.was_stopped(run.question_id)
        ):
            self._send_workers.attach(connection, conversation, run)


def _choice(workflow: Workflow) -> Choice[str]:
    if workflow.runnable:
        return Choice(workflow.id, workflow.name, workflow.detail)
    return Choice(workflow.id, workflow.name, "cannot run: not published", disabled=True)
