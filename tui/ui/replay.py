"""App that plays a tape: it asks what was asked then, and shows what came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any

from msgspec import Struct
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea
from textual.worker import Worker

from tui.abilities import Abilities, Ability
from tui.conversation import Connection, Conversation
from tui.model import Message, MessageStatus, Profile, count_own_ids
from tui.safe_text import clean_line
from tui.settings.appearance import Appearance
from tui.tapes.loops import until_idle
from tui.tapes.player import TapePlayer
from tui.tapes.summary import broken_off_at, words_of
from tui.tapes.tape import Mark, Tape
from tui.tapes.wire import Act, Named, NamedSession, Opened, Sent, Stopped
from tui.turn import QueuedQuestion
from tui.ui.app import RunnelApp
from tui.ui.cells import cut
from tui.ui.transcript.transcript import Transcript
from tui.ui.widgets.key_footer import KeyFooter
from tui.ui.widgets.time_line import TimeLine

SEEK_S = 5.0
LOOP_PAUSE_S = 2.0
_STEP_CELLS = 40
"""So much is told of what a step played."""
_ACT_S = 5.0
"""So long what a person did may take to be done again."""
_DRAWN_S = 2.0
"""So long what came last may take to be drawn, where the loop does not tell when it is."""

_KEYS = [
    Binding("space", "pause", "Pause", priority=True, id="replay.pause"),
    Binding("full_stop", "step", "Step", priority=True, id="replay.step"),
    Binding("left", "seek(-1)", "Back", priority=True, id="replay.back"),
    Binding("right", "seek(1)", "On", priority=True, id="replay.on"),
    Binding("plus", "speed(1)", "Faster", priority=True, id="replay.faster"),
    Binding("minus", "speed(-1)", "Slower", priority=True, id="replay.slower"),
]


class Replaying(Struct, frozen=True):
    """How a tape is played."""

    speed: float = 1.0
    steps: bool = False
    """It begins paused."""
    idle_limit_s: float | None = None
    """No pause takes longer than this."""
    loops: bool = False
    until_s: float | None = None
    """Nothing behind it happens."""


class ReplayApp(RunnelApp):
    """Plays `tape` over connections that `open_connection` makes of a player.

    To go back it begins anew, and plays what is before at once. Nothing can be typed.
    """

    BINDINGS = [*_KEYS]

    def __init__(
        self,
        tape: Tape,
        profile: Profile,
        open_connection: Callable[[TapePlayer], Connection],
        how: Replaying,
        *,
        looks: Appearance,
        abilities: Abilities,
        config_folder: Path,
        few_colours: bool | None,
    ) -> None:
        self.tape = tape
        self._how = how
        self._open_connection = open_connection
        self._marks = [each for each in tape.events if isinstance(each, Mark)]
        # what a tape tells only of sends shows these
        self._tells_opened = any(isinstance(each, Opened) for each in tape.events)
        self._time_line = TimeLine()
        self._drawn_second = 0
        self.is_settled = False
        """All is played and drawn, and stands where it will."""
        self.player = self._new_player()
        self._replayed: Connection | None = None
        super().__init__(
            self._connect_tape,
            [profile],
            profile.name,
            looks=looks,
            abilities=abilities - {Ability.ACCOUNTS, Ability.ASKING},
            config_folder=config_folder,
            few_colours=few_colours,
            now=lambda: self.player.now(),
            pause=lambda seconds: self.player.sleep(seconds),
        )

    async def _connect_tape(self, _: str) -> Connection:
        self._replayed = self._open_connection(self.player)
        return self._replayed

    async def _show_chat(self) -> None:
        await super()._show_chat()
        chat = self.front.chat
        chat.composer.read_only = True
        chat.composer.placeholder = "A replay: nothing can be asked"
        footer = chat.query_one(KeyFooter)
        footer.keep([each.id or "" for each in _KEYS])
        await chat.mount(self._time_line, before=footer)
        self._run_alone(self._play, "replay")

    def _new_player(self) -> TapePlayer:
        until_s = self._how.until_s
        tape = self.tape if until_s is None else broken_off_at(self.tape, until_s)
        player = TapePlayer(tape, self._act, idle_limit_s=self._how.idle_limit_s)
        player.speed, player.is_paused = self._how.speed, self._how.steps
        player.moved = self._draw_time
        return player

    async def _play(self) -> None:
        # they are shown: in the inspector
        count_own_ids()
        await self.front.profiles.opened.wait()
        self._draw_time()
        await self.player.play()
        if self._how.until_s is not None:
            return
        await until_idle(_DRAWN_S)
        # where a text that was followed came to stand hangs on its frames
        self.front.chat.query_one(Transcript).settle()
        self.is_settled = True
        if self._how.loops:
            await asyncio.sleep(LOOP_PAUSE_S)
            self._restart(0.0)

    def _restart(self, position_s: float) -> None:
        """Play from the beginning, all before `position_s` at once."""
        for worker in [*self.workers]:
            if worker.group == "replay" or worker.group.startswith("turn-"):
                worker.cancel()
        before, player = self.player, self._new_player()
        player.speed, player.is_paused = before.speed, before.is_paused
        player.skip_to(position_s)
        # at once: the next key goes on from there
        self.player, self.is_settled = player, False
        self._run_alone(self._begin_anew, "restart")

    def _run_alone(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> Worker[None]:
        """Begin what nothing else of its group may go on beside."""
        return self.run_worker(work, group=group, exclusive=True)

    async def _begin_anew(self) -> None:
        old = self._replayed
        try:
            await self.front.chat.use(await self._connect_tape(""))
        finally:
            # the next key may have it begin anew once more, in the middle of this
            if old is not None:
                await old.aclose()
        self._run_alone(self._play, "replay")

    async def on_unmount(self) -> None:
        if self._replayed is not None:
            await self._replayed.aclose()

    # What was done on the tape

    async def _act(self, act: Act) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_ACT_S):
                await self._do(act)

    async def _do(self, act: Act) -> None:
        connection, navigation = self._replayed, self.front.chat.controllers.navigation
        assert connection is not None
        match act:
            case Opened(_, session):
                await navigation.open_session(session)
            case Sent(_, session, bot=bot):
                if bot and bot != connection.bot_id:
                    await self._ask_another(connection, bot, session)
                if not self._tells_opened:
                    await navigation.open_session(session)
                await self._send(connection, self._conversation_of(connection, session), act)
            case Stopped(_, session):
                self._conversation_of(connection, session).stop()
            case Named(_, sessions):
                _name(connection, sessions)
                self.front.chat.controllers.listed.sessions.draw()

    async def _ask_another(self, connection: Connection, bot_id: str, session: str) -> None:
        """Have another bot answer from now on, as a person chose."""
        connection.bot_id = bot_id
        if connection.backend.capabilities.sessions_belong_to_bot:
            await self.front.chat.use(connection)
            await self.front.chat.controllers.navigation.open_session(session)

    def _conversation_of(self, connection: Connection, session: str) -> Conversation:
        shown = self.front.chat.open_chat.conversation
        if shown is not None and (shown.session_id or "") == session:
            return shown
        return connection.conversation(session or None)

    async def _send(self, connection: Connection, conversation: Conversation, sent: Sent) -> None:
        workers = self.front.chat.send_workers
        if conversation.is_customers:
            await conversation.ask_here()
        if workers.is_busy(conversation):
            question = QueuedQuestion.of(
                sent.text, streaming=sent.streaming, workflow_id=sent.workflow
            )
            conversation.queue.add(question)
            return
        self.front.chat.controllers.asking.sender.show_end()
        unsent = _unsent(conversation, sent.text)
        if unsent is not None:
            workers.start_again(connection, conversation, unsent, streaming=sent.streaming)
            return
        workers.start(
            connection,
            conversation,
            sent.text,
            streaming=sent.streaming,
            workflow_id=sent.workflow,
        )

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("pause", "step", "seek", "speed"):
            is_writing = isinstance(self.focused, Input | TextArea)
            is_composer = self._front is not None and self.focused is self.front.chat.composer
            return not isinstance(self.screen, ModalScreen) and (is_composer or not is_writing)
        return super().check_action(action, parameters)

    def action_pause(self) -> None:
        if self.player.is_over:
            self._restart(0.0)
        else:
            self.player.pause(not self.player.is_paused)

    def action_step(self) -> None:
        self.player.step()

    def action_seek(self, direction: int) -> None:
        # of keys that come faster than it plays each counts
        position_s = self.player.heading_s + direction * SEEK_S
        if direction > 0:
            self.player.skip_to(position_s)
        else:
            self._restart(max(0.0, position_s))

    def action_speed(self, steps: int) -> None:
        self.player.change_speed(steps)

    def _draw_time(self) -> None:
        player = self.player
        if self._time_line.is_attached:
            if (second := int(player.position_s)) != self._drawn_second:
                self._drawn_second = second
                # else it is told once a second of ours
                self.front.chat.controllers.state.draw()
            self._time_line.show(
                player.position_s,
                self.tape.duration_s,
                speed=player.speed,
                is_paused=player.is_paused,
                is_over=player.is_over and player.position_s >= self.tape.duration_s,
                label=self._label_at(player.position_s),
            )

    def _label_at(self, position_s: float) -> str:
        """Return what was played by a step, else the name of the place."""
        player = self.player
        if player.stepped is not None and not player.is_over:
            words = cut(words_of(player.stepped), _STEP_CELLS)
            return f"{player.played} of {len(player.tape.events)}  {words}"
        passed: Iterable[Mark] = takewhile(lambda each: each.at_s <= position_s, self._marks)
        return next(reversed([each.name for each in passed]), "")


def _name(connection: Connection, sessions: Iterable[NamedSession]) -> None:
    """Call listed sessions what they were called then, unless their own words name them."""
    for each in sessions:
        known = connection.session_index.find(each.id)
        if known is not None and not known.title:
            title, preview = clean_line(each.title), clean_line(each.preview)
            connection.session_index.rename(each.id, title, preview)


def _unsent(conversation: Conversation, text: str) -> Message | None:
    """Return the question that lies unsent with these words: whoever sends them sends that."""
    return next(
        (
            each
            for each in reversed(conversation.timeline[:])
            if each.status is MessageStatus.UNSENT and each.written == text
        ),
        None,
    )
