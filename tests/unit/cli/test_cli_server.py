import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.plain_http import PLAIN, plain_client
from tui.server.faults import FAULTS, Group

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "server", "--port", "0", "--pace", "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        yield started
        started.kill()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    found = re.fullmatch(
        r"Listening at (http://127\.0\.0\.1:\d+) \(.*\)\n", process.stderr.readline()
    )
    assert found is not None
    return found[1]


def test_it_says_where_it_is_and_lets_in_who_reads_that(process: subprocess.Popen[str]) -> None:
    url = address(process)
    assert process.stderr is not None
    key = process.stderr.readline().split()[-1]
    email, password = re.findall(r"\S+", process.stderr.readline())[-3::2]
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.get(
        f"{url}/api/v1/chatbots", headers=headers, trust_env=False, verify=PLAIN
    ).json()
    signed_in = httpx.post(
        f"{url}/api/auth/sign-in/email",
        json={"email": email.rstrip(","), "password": password},
        headers={"Origin": url},
        trust_env=False,
        verify=PLAIN,
    )
    assert signed_in.status_code == 200


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_cleanly(
    process: subprocess.Popen[str], number: signal.Signals, code: int
) -> None:
    address(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert out == ""
    assert "Traceback" not in err


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "tui", "server", "--port", str(port)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"runnel: Port {port} on 127.0.0.1 is taken")
    assert len(done.stderr.splitlines()) == 2


def test_an_older_edition_lacks_what_it_lacks() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "server", "--port", "0", "--edition", "2023-11"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            base_url = f"{address(started)}/api/v1"
            assert started.stderr is not None
            headers = {"Authorization": f"Bearer {started.stderr.readline().split()[-1]}"}
            with plain_client(base_url=base_url, headers=headers) as client:
                chatbot = client.get("/chatbots").json()[0]
                agents = client.get(f"/chatbot/{chatbot['uuid']}/agents")
        finally:
            started.kill()
    assert agents.status_code == 404
    assert "model" in chatbot["meta"]


def test_a_rate_limit_is_told_in_every_answer() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "server", "--port", "0", "--rate-limit", "50"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            answer = httpx.get(f"{address(started)}/api/models", trust_env=False, verify=PLAIN)
        finally:
            started.terminate()
            started.communicate(timeout=20)
    assert answer.headers["x-ratelimit-limit"] == "50"
    assert answer.headers["x-ratelimit-remaining"] == "49"


def test_it_lists_every_fault_by_what_it_is_about_and_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "server", "--faults"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert all(f"{group[0].upper()}{group[1:]}:" in lines for group in Group)
    assert all(any(line.startswith(f"{fault.usage}  ") for line in lines) for fault in FAULTS)
