"""Errors of the network in the words of httpcore, which knows none of the system's."""

from __future__ import annotations

from types import TracebackType

import httpcore


class told_as:  # noqa: N801 - a block, as contextlib has them; it is entered for every read
    """Raises `late` for what a limit of time has ended in the block, `broken` for all else."""

    __slots__ = ("_broken", "_late")

    def __init__(
        self, late: type[httpcore.TimeoutException], broken: type[httpcore.NetworkError]
    ) -> None:
        self._late = late
        self._broken = broken

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # that of the system is told apart by its number: the network gave up, and no limit of ours
        if isinstance(error, TimeoutError) and error.errno is None:
            raise self._late(str(error)) from error
        if isinstance(error, OSError | ExceptionGroup | httpcore.NetworkError):
            raise self._broken(str(error)) from error
