"""Headless Chromium over its debugging pipe, for pages that are written to files."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
"""Of Debian's package `chromium`; `None` where there is none."""
_READ_BYTES = 1 << 16


class Chromium:
    """One page in a browser of its own, with a profile in `folder`."""

    def __init__(self, folder: Path) -> None:
        assert CHROMIUM is not None
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        # the browser reads from 3 and writes to 4
        command = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            ["bash", "-c", command, "bash", CHROMIUM, "--headless", "--disable-gpu", *root,
             "--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking",
             "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._held = b""
        self._last_id = 0
        self.events: list[dict[str, Any]] = []
        """What the page told unasked: requests, errors."""
        self._session = ""
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in targets if each["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, **parameters: object) -> Any:
        """Return what the browser answers to one call of its protocol."""
        self._last_id += 1
        request = {"id": self._last_id, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._out, json.dumps(request).encode() + b"\0")
        while (answer := self._next()).get("id") != self._last_id:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._held:
            piece = os.read(self._in, _READ_BYTES)
            assert piece, "the browser ended"
            self._held += piece
        told, _, self._held = self._held.partition(b"\0")
        answer: dict[str, Any] = json.loads(told)
        return answer

    def open(self, file: Path) -> None:
        self.events.clear()
        self.call("Page.navigate", url=file.as_uri())
        while not any(each.get("method") == "Page.loadEventFired" for each in self.events):
            self.events.append(self._next())

    def value(self, script: str) -> Any:
        """Return what a script is worth in the page, awaited."""
        told = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def prefer(self, **features: str) -> None:
        """Let media features be these: `prefers_color_scheme="dark"`."""
        told = [{"name": name.replace("_", "-"), "value": each} for name, each in features.items()]
        self.call("Emulation.setEmulatedMedia", features=told)

    def draw(self, file: Path, width: int, height: int) -> None:
        """Write a picture of what is in sight."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
