"""Commands of the plain chat: lines that begin with a slash, and everything else is a question."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence

from msgspec import Struct

from tui.cli.chat_lines import note
from tui.cli.plain_chat import Confirmation, PlainChat
from tui.errors import BadInput
from tui.safe_text import clean_line

START = "/"


class _Command(Struct, frozen=True):
    act: Callable[[str], Awaitable[None] | Confirmation | None]
    """Takes what stands behind the name."""
    takes: str
    """What that is; empty when it takes nothing, in brackets when it may be left out."""
    does: str


class SlashCommands:
    """What a person can say in a plain chat."""

    def __init__(self, chat: PlainChat) -> None:
        self._chat = chat
        self.is_over = False
        self._commands: Mapping[str, _Command] = {
            "help": _Command(lambda _: self._help(), "", "list these commands"),
            "new": _Command(lambda _: self._new(), "", "begin a new session"),
            "sessions": _Command(
                chat.list_sessions, "[WORDS]", "list the sessions, or those named so"
            ),
            "open": _Command(chat.open_session, "NUMBER|ID", "open a listed session and read it"),
            "here": _Command(
                lambda _: chat.ask_here(), "", "let questions stand in this customer's session"
            ),
            "read": _Command(
                lambda _: chat.read_messages(), "", "read this session from its start"
            ),
            "reload": _Command(lambda _: chat.reload(), "", "read this session from the server"),
            "find": _Command(chat.find, "WORDS", "say the messages that have these words"),
            "retry": _Command(lambda _: chat.ask_again(), "", "ask the last question again"),
            "whole": _Command(
                lambda _: chat.ask_again(streaming=False), "", "ask it again without streaming"
            ),
            "bot": _Command(self._bot, "[NUMBER|NAME]", "list what can answer, or choose it"),
            "profile": _Command(self._profile, "[NAME]", "list the profiles, or use another"),
            "workflow": _Command(
                self._workflow, "[NUMBER QUESTION]", "list the workflows, or start one"
            ),
            "delete": _Command(lambda _: chat.delete(), "", "delete this session from the server"),
            "quit": _Command(lambda _: self._quit(), "", "end the chat"),
        }

    @property
    def names(self) -> Sequence[str]:
        """The commands as they are typed."""
        return [f"{START}{name}" for name in self._commands]

    async def take(self, line: str) -> Confirmation | None:
        """Do what a line says: a command, or a question; two slashes begin a question with one.

        Return what a person is to be asked before it is done.

        Raises:
            BadInput: there is no such command, or it lacks something or has too much; nothing was
                sent.
            RunnelError: what it asked of the server failed.
        """
        if not line.strip():
            return None
        if line.startswith(START * 2) or not line.startswith(START):
            await self._chat.ask(line.removeprefix(START) if line.startswith(START) else line)
            return None
        name, _, rest = line.removeprefix(START).partition(" ")
        command = self._commands.get(name.strip().lower())
        if command is None:
            raise BadInput(
                f"There is no command {START}{clean_line(name, 40)}, and nothing was sent.",
                hint=f"{START}help lists them; {START * 2} begins a question with a slash.",
            )
        rest = rest.strip()
        if not rest and command.takes and not command.takes.startswith("["):
            raise BadInput(f"{START}{name} takes {command.takes}.")
        if rest and not command.takes:
            raise BadInput(f"{START}{name} stands alone, and nothing was done.")
        done = command.act(rest)
        if inspect.isawaitable(done):
            await done
            return None
        return done

    def _help(self) -> None:
        for name, each in self._commands.items():
            note(" ".join(filter(None, (f"{START}{name}", each.takes))) + f": {each.does}")
        note(f"A line that ends with \\ goes on. {START * 2} begins a question with a slash.")

    def _new(self) -> None:
        self._chat.begin_session()
        note("This is a new session.")

    async def _bot(self, wanted: str) -> None:
        if wanted:
            await self._chat.use_bot(wanted)
        else:
            self._chat.list_bots()

    async def _profile(self, name: str) -> None:
        if name:
            await self._chat.use_profile(name)
        else:
            self._chat.list_profiles()

    async def _workflow(self, rest: str) -> None:
        number, _, question = rest.partition(" ")
        await self._chat.run_workflow(number, question.strip())

    def _quit(self) -> None:
        self.is_over = True
