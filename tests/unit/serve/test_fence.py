"""Fence: tried in a process of its own, for it cannot be taken down again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TRIALS = """
import json, os, shutil, socket, sqlite3, subprocess, sys
from pathlib import Path
from tui.serve.fence import Fence, code_folders

folder, outside = Path(sys.argv[1]), Path(sys.argv[2])
listening = None
def listen():
    global listening
    listening = socket.create_server(("127.0.0.1", 0))
def to_own():
    socket.create_connection(listening.getsockname()).close()
def datagram(): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("127.0.0.1", 9))
def unix(): socket.socket(socket.AF_UNIX).connect(str(outside / "s"))
def through_a_link():
    (folder / "link").symlink_to(outside)
    (folder / "link" / "x").write_text("")

inside = {
    "write": lambda: (folder / "a").write_text("x"),
    "read": lambda: (folder / "a").read_text(),
    "make a folder": lambda: (folder / "b" / "c").mkdir(parents=True),
    "move": lambda: (folder / "a").rename(folder / "b" / "a"),
    "clear away": lambda: shutil.rmtree(folder / "b"),
    "a database": lambda: sqlite3.connect(folder / "db").close(),
    "a database by address": lambda: sqlite3.connect(f"file:{folder}/db?mode=ro", uri=True).close(),
    "a database in memory": lambda: sqlite3.connect(":memory:").close(),
    "import": lambda: __import__("tui.formatting.times"),
    "nowhere": lambda: open(os.devnull, "w").close(),
    "listen": listen,
    "connect to what listens here": to_own,
    "look up loopback": lambda: socket.getaddrinfo("127.0.0.1", 80),
}
outside_of_it = {
    "write": lambda: (outside / "a").write_text("x"),
    "append": lambda: open(outside / "there", "a"),
    "up and out": lambda: (folder / ".." / outside.name / "a").write_text("x"),
    "through a link": through_a_link,
    "read": lambda: (outside / "there").read_text(),
    "list": lambda: os.listdir(outside),
    "walk": lambda: list(os.scandir(outside)),
    "passwords": lambda: open("/etc/passwd").read(),
    "make a folder": lambda: (outside / "b").mkdir(),
    "remove": lambda: (outside / "there").unlink(),
    "move in": lambda: (outside / "there").rename(folder / "there"),
    "link": lambda: os.link(outside / "there", folder / "hard"),
    "a database": lambda: sqlite3.connect(outside / "db"),
    "a database by address": lambda: sqlite3.connect(f"file:{outside}/db?mode=ro", uri=True),
    "a program": lambda: subprocess.run(["true"]),
    "a shell": lambda: os.system("true"),
    "become another": lambda: os.execv("/bin/true", ["true"]),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "fork": lambda: os.fork() or os._exit(0),
    "connect": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3]))),
    "connect by number": lambda: socket.socket().connect(("192.0.2.1", 80)),
    "look up": lambda: socket.getaddrinfo("example.org", 80),
    "listen to all": lambda: socket.socket().bind(("0.0.0.0", 0)),
    "a datagram": datagram,
    "a socket in a file": unix,
}
Fence(folder, code_folders()).raise_up()
def outcome(trial):
    try:
        trial()
    except PermissionError:
        return "refused"
    except BaseException as error:
        return repr(error)
    return "done"
print(json.dumps([{n: outcome(t) for n, t in each.items()} for each in (inside, outside_of_it)]))
"""


def test_what_is_inside_goes_on_and_what_is_outside_is_refused(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "there").write_text("secret", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-B", "-c", TRIALS, str(folder), str(outside), "9"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    inside, outside_of_it = json.loads(ran.stdout)
    assert {name: it for name, it in inside.items() if it != "done"} == {}
    # a link leads nowhere that can be written to; it may be there
    assert {name: it for name, it in outside_of_it.items() if it != "refused"} == {}
    assert [each.name for each in outside.iterdir()] == ["there"]
