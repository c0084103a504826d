"""Export from the chat: which sessions, in which format, to which file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.conversation import Connection
from tui.errors import BadInput, RunnelError
from tui.export.exported import About, ExportedSession, told_of_forgotten
from tui.export.file_endings import words_for_format
from tui.export.formats import Format, Writer, writer_of
from tui.formatting.counts import counted
from tui.model import Session
from tui.private_files import is_there, written_whole
from tui.safe_text import clean_line
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.sessions.list_actions import ListActions

if TYPE_CHECKING:
    from tui.export.redaction import Redactor

_TITLES = {
    Format.HTML: ("Web page", "opens without a network, folds, searches, prints"),
    Format.MARKDOWN: ("Markdown", "every message as its source"),
    Format.CSV: ("CSV", "a row an exchange, for a spreadsheet"),
    Format.JSON: ("JSON", "one document, with a schema"),
    Format.JSON_LINES: ("JSON lines", "one session a line"),
}
_TOLD_FROM_SESSIONS = 20
"""So many take long enough for a word that it has begun."""
_LABEL_CHARS = 40
_PATH_CHARS = 400


class _Shape(Struct, frozen=True):
    """How it is written."""

    format: Format
    is_redacted: bool


class SessionExport:
    """Asks what, how and where to, then reads what is not here and writes the file."""

    def __init__(
        self, context: ChatContext, now: Callable[[], datetime], tell: Callable[[str], None]
    ) -> None:
        self._context = context
        self._now = now
        self._tell = tell

    def export_open(self) -> None:
        """Export the open session."""
        connection, open_id = self._context.connection, self._context.conversation_id
        if connection is None or not open_id:
            self._tell("Nothing was asked here yet.")
            return
        session = connection.known_session(open_id) or Session(open_id)
        self._begin(connection, {_named(connection, session): [session]})

    def export_listed(self, asked: ListActions.ExportRequested) -> None:
        """Export the picked sessions of the list, one, those that its filter leaves, or all."""
        connection = self._context.connection
        if connection is None:
            return
        listed = connection.listed_sessions()
        by_id = {each.id: each for each in listed}
        scopes: dict[str, Sequence[Session]] = {}
        if picked := [by_id[each] for each in asked.picked if each in by_id]:
            scopes[f"{counted(len(picked), 'session')} picked"] = picked
        if (session := by_id.get(asked.session_id)) is not None:
            scopes[_named(connection, session)] = [session]
        found = [by_id[each] for each in asked.matching if each in by_id]
        if len(found) > 1 and (asked.words.strip() or len(found) < len(listed)):
            # without words by their date
            words = clean_line(asked.words, 30)
            noun = "session" if words else "listed session"
            of = f" with “{words}”" if words else ""
            scopes[f"{counted(len(found), noun)}{of}"] = found
        if len(listed) > 1:
            scopes[f"All {counted(len(listed), 'session')}"] = listed
        if scopes:
            self._begin(connection, scopes)

    def _begin(self, connection: Connection, scopes: dict[str, Sequence[Session]]) -> None:
        self._context.spawn(partial(self._export, connection, scopes), "export")

    async def _export(self, connection: Connection, scopes: dict[str, Sequence[Session]]) -> None:
        scope: str | None = next(iter(scopes))
        if len(scopes) > 1:
            choices = [Choice(each, each) for each in scopes]
            scope = await self._context.ask(PickScreen("Export which sessions?", choices))
        if scope is None:
            return
        shape = await self._context.ask(
            PickScreen(f"Export {scope[:1].lower()}{scope[1:]} as", _shapes())
        )
        if shape is None:
            return
        sessions = scopes[scope]
        name = _suggested_name(sessions, shape, self._now())
        named = await self._context.ask(NameFileScreen("Save the export as …", name))
        if named is None:
            return
        try:
            await self._save(connection, sessions, shape, _path(named))
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            unsaved = BadInput(
                f"The export could not be saved as {clean_line(named, _PATH_CHARS)}:"
                f" {clean_line(reason)}.",
                hint="Choose a folder that exists and that you may write to.",
            )
            self._context.notice.show_error(Topic.ACTION, unsaved)

    async def _save(
        self, connection: Connection, sessions: Sequence[Session], shape: _Shape, path: Path
    ) -> None:
        # with the first export, not with the chat
        from tui.conversation.session_reading import SessionReader, Unread, Whole
        from tui.export.redaction import Redactor

        shown_path = clean_line(str(path), _PATH_CHARS)
        overwrites = is_there(path)
        question = ConfirmScreen("This file exists already. Overwrite it?", shown_path)
        if overwrites and not await self._context.ask(question):
            return
        if len(sessions) >= _TOLD_FROM_SESSIONS:
            self._tell(f"Exporting {counted(len(sessions), 'session')} …")
        redactor = Redactor(connection.secret_forms) if shape.is_redacted else None
        profile = connection.profile
        about = About(self._now(), profile.name, profile.api)
        writer = writer_of(shape.format, redactor.about(about) if redactor else about)
        written = left_out = forgotten = 0
        with written_whole(path, overwrites=overwrites) as file:
            file.write("".join(writer.head()).encode())
            async for read in SessionReader(connection).read(sessions):
                if isinstance(read, Whole):
                    # in a thread: a long session takes longer than a key may wait
                    exported = ExportedSession(read.session, read.messages)
                    file.write(await asyncio.to_thread(_written, writer, redactor, exported))
                    written += 1
                    forgotten += connection.local.is_forgotten(read.session)
                left_out += isinstance(read, Unread)
            file.write("".join(writer.tail()).encode())
        written_to = f"{shown_path}{words_for_format(path, shape.format)}"
        sentence = f"Exported {counted(written, 'session')} to {written_to}"
        told = [redactor.told()] if redactor else []
        if left_out:
            told.append(f"{counted(left_out, 'session')} could not be read, and is not in it.")
        if forgotten:
            told.append(told_of_forgotten(forgotten))
        if told:
            self._context.notice.show(Topic.EXPORTED, f"{sentence}.", " ".join(told))
        else:
            self._tell(sentence)


def _named(connection: Connection, session: Session) -> str:
    title = connection.local.marks.title_of(session)
    return f"“{clean_line(title, _LABEL_CHARS)}”"


def _path(named: str) -> Path:
    return Path(named).expanduser().absolute()


def _written(writer: Writer, redactor: Redactor | None, exported: ExportedSession) -> bytes:
    shown = redactor.session(exported) if redactor is not None else exported
    return "".join(writer.session(shown)).encode("utf-8", "replace")


def _shapes() -> list[Choice[_Shape]]:
    return [
        Choice(
            _Shape(kind, is_redacted),
            f"{title} (.{kind.value})" + (", personal data masked" if is_redacted else ""),
            "" if is_redacted else detail,
        )
        for is_redacted in (False, True)
        for kind, (title, detail) in _TITLES.items()
    ]


def _suggested_name(sessions: Sequence[Session], shape: _Shape, now: datetime) -> str:
    """Return a file name: of one session its title, unless that may tell of a person."""
    words = f"sessions-{now:%Y-%m-%d}"
    if len(sessions) == 1 and not shape.is_redacted:
        words = re.sub(r"\W+", "-", sessions[0].label)[:_LABEL_CHARS].strip("-") or words
    return f"{words}.{shape.format.value}"
