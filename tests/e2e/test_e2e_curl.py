from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clean_environment import REPOSITORY
from tests.e2e.conftest import Server


def curl_examples() -> str:
    """Return what the README of the faults lets a shell say to the embedded server."""
    readme = (REPOSITORY / "tui/server/faults/README.md").read_text(encoding="utf-8")
    block: str
    (block,) = re.findall(r"```sh\n(.*?)```", readme, re.S)
    return block


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_curl_examples_work(
    server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    examples = curl_examples()
    assert "B=http://localhost:3026;" in examples
    assert server.key in examples
    assert server.bot in examples
    assert f'"email": "{server.email}", "password": "{server.password}"' in examples
    script = examples.replace("http://localhost:3026", server.url).replace("curl ", "call ")
    # a failing call fails the script, and what each one printed ends with a mark
    call = "exec 3>&1; call() { curl --fail --noproxy '*' \"$@\" && printf '\\036' >&3; }"
    ended = subprocess.run(
        ["sh", "-eu", "-c", f"{call}\n{script}"],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=environment,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    told = ended.stdout.split("\x1e")
    bots, _, answer, exchanges, _, chats, events, messages, farewell, faulty, twice = told[:11]
    assert '"name":"Paper Lantern"' in bots
    assert answer.startswith("Sourdough rises slowly")
    assert '"query":"show me citations"' in exchanges
    assert chats.startswith('{"data":{"chats":[{"id":')
    assert '"type":"tool_call","toolName":"search_trains"' in events
    assert '"type":"end"' in events
    assert '"content":"use your tools"' in messages
    assert farewell == '{"success":true}'
    assert faulty.startswith("HTTP/1.1 200 OK")
    assert twice.count('"query":"show me citations"') == 2
