"""Servers of visits for tests, each forked off when it is asked for: importing takes longest.

What visitors see is a tiny app that does what is typed.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from tui.errors import RunnelError
from tui.serve.address import Address
from tui.serve.environment import own_environment
from tui.serve.fork_server import ForkServer
from tui.serve.hosting import host
from tui.serve.limits import Limits

HELLO = "hello"


def tiny_app(folder: Path) -> int:
    """Do what each line says."""
    print(HELLO, flush=True)
    for line in sys.stdin:
        match line.split():
            case ["environment"]:
                print(json.dumps(dict(os.environ)), flush=True)
            case ["place"]:
                print(f"{os.getpid()} {os.getsid(0)} {os.getpgrp()} {os.nice(0)}", flush=True)
            case ["size"]:
                print(*os.get_terminal_size(), flush=True)
            case ["leave", name]:
                (folder / name).touch()
                print("left", flush=True)
            case ["files"]:
                print(folder, *sorted(each.name for each in folder.iterdir()), flush=True)
            case ["eat", size_bytes]:
                try:
                    print(len(bytearray(int(size_bytes))), flush=True)
                except MemoryError:
                    print("too much", flush=True)
            case ["memory"]:
                print(resource.getrlimit(resource.RLIMIT_DATA)[0], flush=True)
            case ["flood"]:
                while True:
                    print("x" * 4_000, flush=True)
            case ["deaf"]:
                for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
                print("what?", flush=True)
                time.sleep(60)
            case ["sleep"]:
                print("asleep", flush=True)
                time.sleep(60)
            case ["crash"]:
                os.kill(os.getpid(), signal.SIGSEGV)
            case ["fail"]:
                raise LookupError(str(folder))
            case ["end", code]:
                return int(code)
    return 0


def serve(limits: dict[str, float], keys: str, guests: bool, folder: str, log: str) -> None:
    bounds = Limits(**{"grace_s": 0.3, **limits})  # type: ignore[arg-type]
    fork_server = ForkServer(tiny_app, bounds, own_environment, lambda: None)

    def tell(sentence: str) -> None:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{sentence}\n")

    where = Address("127.0.0.1", 0)
    try:
        host(fork_server, where, bounds, keys, guests, Path(folder), tell)
    finally:
        fork_server.close()


def main() -> int:
    """Start a server for each line, and tell its process id."""
    import_module("tui.serve.server")
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            os.setpgrp()
            with suppress(KeyboardInterrupt, RunnelError):
                serve(*json.loads(line))
            os._exit(0)
        print(pid, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
