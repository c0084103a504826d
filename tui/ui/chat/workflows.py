"""Starting a workflow of the server, and following one that goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from tui.backends.base import offered
from tui.conversation import Connection, Conversation
from tui.errors import RunnelError
from tui.model import Run, Workflow
from tui.ui.chat.context import Desk
from tui.ui.chat.notice import Topic
from tui.ui.chat.send_workers import Turns
from tui.ui.chat.sending import Sender
from tui.ui.dialogs.pick import Choice, PickScreen


class Workflows:
    """What is written in the composer is the question that a workflow starts with."""

    def __init__(self, desk: Desk, sender: Sender, turns: Turns) -> None:
        self._desk = desk
        self._sender = sender
        self._turns = turns

    def pick(self) -> None:
        """Let the person choose a workflow, and start it."""
        desk = self._desk
        if not desk.composer.whole_text.strip():
            desk.notice.show(
                Topic.SENDING,
                "A workflow starts with a question.",
                f"Write it, then press {desk.key_of('chat.workflow')} again.",
            )
        elif desk.connection is not None:
            desk.spawn(partial(self._pick, desk.connection), "pick")

    async def _pick(self, connection: Connection) -> None:
        desk, conversation = self._desk, self._desk.conversation
        try:
            workflows = await offered(connection.backend.workflows, "run workflows").available()
        except RunnelError as error:
            if connection is desk.connection:
                desk.notice.show_error(Topic.SENDING, error)
            # a host that turned out not to have any has no key for them any more
            desk.draw()
            return
        if conversation is not desk.conversation:
            # it was asked for elsewhere
            return
        if not workflows:
            desk.notice.show(
                Topic.SENDING, "This server has no workflow.", "Enter asks without one."
            )
            return
        desk.notice.end(Topic.SENDING)
        choices = [_choice(each) for each in workflows]
        picked = await desk.ask(PickScreen("Run which workflow?", choices))
        if picked is not None and conversation is desk.conversation:
            self._sender.submit(desk.composer.whole_text, workflow_id=picked)

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
            self._desk.spawn(follow, "running")

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
        if run is None or conversation.progress is not None:
            return
        # the session may have been deleted since
        is_there = connection.opened(conversation.session_id or "") is conversation
        if is_there and (though_stopped or not conversation.was_stopped(run)):
            self._turns.attach(connection, conversation, run)


def _choice(workflow: Workflow) -> Choice[str]:
    if workflow.runnable:
        return Choice(workflow.id, workflow.name, workflow.detail)
    return Choice(workflow.id, workflow.name, "cannot run: not published", disabled=True)
