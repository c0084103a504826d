"""The measuring side's hold on the benchmark's server."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self

from tests.bench.failure import NotMeasured
from tests.bench.plan import Plan
from tests.bench.world import NOTHING, Furnishing

_ENDING_S = 5.0
_CALL_S = 30.0
_LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class CourseState:
    """How far an answer is, as the server tells it."""

    asked_at: float | None
    waiting: int
    ended_at: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CallCounts:
    """What has reached the server since it was furnished."""

    first_at: float | None
    histories: int
    """How many whole histories were read."""
    history_bytes: int


class BenchServer:
    """The server's process; end it by leaving the block."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.server"],
            stdout=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
        )
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if not told.strip().isdigit():
            raise NotMeasured("the benchmark's server did not start")
        self._connection = http.client.HTTPConnection("127.0.0.1", int(told), timeout=_CALL_S)
        self._calling = threading.Lock()
        """Several subjects may be measured at once."""
        self.url = f"http://127.0.0.1:{int(told)}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait(_ENDING_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def furnish(self, furnishing: Furnishing = NOTHING) -> None:
        """Begin anew with these sessions, and with no call counted."""
        self._call("world", asdict(furnishing))

    def prepare(self, plan: Plan) -> None:
        """Make the question `plan.name` one that is answered by `plan`."""
        self._call("plan", plan.to_json())

    def go(self, plan: Plan, stretch: int) -> None:
        """Let a stretch of the answer go out."""
        self._call("go", {"name": plan.name, "stretch": stretch})

    def wait_asked(self, plan: Plan, stretch: int, limit_s: float) -> None:
        """Return when the question has come and everything before `stretch` is written.

        Raises:
            NotMeasured: it did not come to that in time.
        """
        ends_at = time.monotonic() + limit_s
        while self._course(plan).waiting < stretch:
            if time.monotonic() > ends_at:
                raise NotMeasured(f"stretch {stretch} was not reached in {limit_s:.0f} s")
            time.sleep(_LOOK_EVERY_S)

    def wait_written(self, plan: Plan, stretch: int, limit_s: float) -> float:
        """Return when the last byte of a stretch was written, once it is.

        Raises:
            NotMeasured: the reader did not take it all in time.
        """
        ends_at = time.monotonic() + limit_s
        while len(ended_at := self._course(plan).ended_at) <= stretch:
            if time.monotonic() > ends_at:
                raise NotMeasured(f"the answer was not read to its end in {limit_s:.0f} s")
            time.sleep(_LOOK_EVERY_S)
        return ended_at[stretch]

    def asked_at(self, plan: Plan) -> float | None:
        """Return when the question came, `None` when it has not."""
        return self._course(plan).asked_at

    def written_at(self, plan: Plan) -> list[float]:
        """Return when each token was written of what came at a pace."""
        times: list[float] = self._call("times", {"name": plan.name})
        return times

    @property
    def calls(self) -> CallCounts:
        return CallCounts(**self._call("traffic", {}))

    def _course(self, plan: Plan) -> CourseState:
        told = self._call("course", {"name": plan.name})
        return CourseState(told["asked_at"], told["waiting"], tuple(told["ended_at"]))

    def _call(self, what: str, value: dict[str, Any]) -> Any:
        with self._calling:
            self._connection.request("POST", f"/bench/{what}", json.dumps(value))
            return json.loads(self._connection.getresponse().read())
