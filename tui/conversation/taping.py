"""Tapes of a connection: what is masked on them, recordings, and what its log kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from io import RawIOBase
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from tui.backends.http.address import is_loopback
from tui.conversation.connection import Connection
from tui.formatting.masking import forms_of
from tui.safe_text import SafeText
from tui.tapes.recording import Recording, header_of, write_tape
from tui.tapes.tape import Header
from tui.tapes.wire import Told


class Taping(Struct, frozen=True):
    """Makes tapes of a connection; with `keeps_host` they tell which server it was."""

    connection: Connection
    keeps_host: bool = False

    def record(
        self, file: RawIOBase, tell_failure: Callable[[str], object] = lambda _: None
    ) -> Recording:
        """Begin a recording to a file, which closes with it, as `Recording` does."""
        return Recording(file, self.connection.wire, self._header(), self._forms(), tell_failure)

    def save_log(self, path: Path) -> int:
        """Write what the log of the connection kept, and return how many calls are in it.

        Raises:
            BadInput: the file cannot be made, or not be written.
        """
        log = self.connection.wire.log
        return self.save(path, log.told() if log is not None else ())

    def save(self, path: Path, told: Sequence[Told]) -> int:
        """Write a part of the log, and return how many calls are in it.

        Raises:
            BadInput: as `save_log` does.
        """
        ago_s = self.connection.wire.clock() - told[0].at_s if told else 0.0
        return write_tape(path, told, self._header(ago_s), self._forms())

    def _header(self, ago_s: float = 0.0) -> Header:
        connection = self.connection
        return header_of(
            connection.profile.api,
            connection.now().astimezone() - timedelta(seconds=ago_s),
            bot=connection.bot_id,
            host=self._host if self.keeps_host else "",
            masks_host=bool(self._secret_host) and not self.keeps_host,
        )

    @property
    def _host(self) -> str:
        return urlsplit(self.connection.profile.base_url).hostname or ""

    @property
    def _secret_host(self) -> str:
        """Name of the server, empty for this machine, which is no secret."""
        return "" if is_loopback(self._host) else self._host

    def _forms(self) -> Callable[[], Collection[str]]:
        told = [self.connection.profile.account, "" if self.keeps_host else self._secret_host]
        names = forms_of(filter(None, told))
        # asked for with each piece that comes: a secret may have been told since
        return lambda: names.union(self.connection.secret_forms())


class TapeRecorder:
    """The one recording that may be going on, of one connection at a time."""

    def __init__(self) -> None:
        self.path: SafeText | None = None
        """The file that it goes to, as a person is told; `None` while nothing is recorded."""
        self.troubles: list[str] = []
        """Sentences about tapes that ended too early."""
        self.tell_trouble: Callable[[str], object] = lambda _: None
        """Is told each of them at once."""
        self._expected: tuple[RawIOBase, bool] | None = None
        self._recording: Recording | None = None

    def expect(self, file: RawIOBase, shown: SafeText, *, keeps_host: bool = False) -> None:
        """Record the next connection to a new file."""
        self.stop()
        self.path, self._expected = shown, (file, keeps_host)

    def begin_expected(self, connection: Connection) -> None:
        """Begin the recording that is expected, if one is."""
        if self._expected is not None:
            (file, keeps_host), self._expected = self._expected, None
            self._recording = Taping(connection, keeps_host).record(file, self._take_failure)

    def stop(self) -> None:
        """End the recording, if there is one."""
        if self._expected is not None:
            self._expected[0].close()
        if self._recording is not None:
            self._recording.close()
        self.path = self._expected = self._recording = None

    def _take_failure(self, reason: str) -> None:
        trouble = f"The tape {self.path} broke off: {reason}. It plays up to there."
        self.path = None
        self.troubles.append(trouble)
        self.tell_trouble(trouble)
