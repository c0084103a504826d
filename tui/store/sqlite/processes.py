"""Processes that have the store open, told apart by lock files that each holds while it lives."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from tui import private_files

RUNNING_FOLDER = "running"
"""Its name beside the store's file."""


class Processes:
    """This process among those of `folder`.

    A lock ends with its process, however that ends; a number of a process would be used again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / RUNNING_FOLDER
        self.own = uuid4().hex
        """What this process is called here."""
        self._descriptor: int | None = None

    def enter(self) -> None:
        """Be alive from now on; where nothing can be locked, unseen."""
        with suppress(OSError):
            private_files.make_folder(self._folder)
            # locked before it has its name, so that nobody takes it for one left behind
            made = self._folder / f".{self.own}"
            descriptor = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._descriptor = descriptor
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            made.rename(self._folder / self.own)
            for each in [*self._folder.iterdir()]:
                # else those that were killed with nothing on its way stay for good
                self.is_alive(each.name)

    def is_alive(self, process: object) -> bool:
        """Say whether another process lives, or this one; what dead ones left is cleared away.

        None does of a name that is no text, as on a damaged disk.
        """
        if process == self.own:
            return True
        if not isinstance(process, str) or not process.isalnum():
            return False
        path = self._folder / process
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return False

    def leave(self) -> None:
        """Be dead from now on."""
        if self._descriptor is not None:
            with suppress(OSError):
                (self._folder / self.own).unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None
