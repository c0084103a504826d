import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from tests.clean_environment import clean_environment
from tests.e2e.warm_process import Piped
from tests.e2e.warm_start import RUNNEL, WarmStarts
from tests.plain_http import PLAIN, plain_client
from tests.unit.cli.conftest import Run
from tui.server.faults import FAULTS, Group

pytestmark = pytest.mark.slow

ENDING_S = 20.0
Start = Callable[..., tuple[str, Piped]]


@pytest.fixture
def start(warm_starts: WarmStarts, tmp_path: Path) -> Iterator[Start]:
    """Return what starts a server, and tells its address and the running process."""
    with ExitStack() as stack:

        def start(*options: str) -> tuple[str, Piped]:
            command = (*RUNNEL, "server", "--port", "0", "--pace", "0", *options)
            process = warm_starts.start_piped(command, clean_environment(tmp_path), tmp_path)
            running = stack.enter_context(closing(process))
            found = re.fullmatch(
                r"Listening at (http://127\.0\.0\.1:\d+) \(.*\)\n", line_of(running)
            )
            assert found is not None
            return found[1], running

        yield start


def line_of(process: Piped) -> str:
    return process.told.readline().decode()


def test_it_says_where_it_is_and_lets_in_who_reads_that(start: Start) -> None:
    url, process = start()
    key = line_of(process).split()[-1]
    email, password = re.findall(r"\S+", line_of(process))[-3::2]
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
def test_a_signal_ends_it_cleanly(start: Start, number: signal.Signals, code: int) -> None:
    _, server = start()
    server.process.send_signal(number)
    out, err = server.rest(ENDING_S)
    assert server.process.returncode == code
    assert out == b""
    assert b"Traceback" not in err


def test_a_taken_port_is_one_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = run("server", "--port", str(port))
    assert code == 2
    assert err.startswith(f"runnel: Port {port} on 127.0.0.1 is taken")
    assert len(err.splitlines()) == 2


def test_an_older_edition_lacks_what_it_lacks(start: Start) -> None:
    url, process = start("--edition", "2023-11")
    headers = {"Authorization": f"Bearer {line_of(process).split()[-1]}"}
    with plain_client(base_url=f"{url}/api/v1", headers=headers) as client:
        chatbot = client.get("/chatbots").json()[0]
        agents = client.get(f"/chatbot/{chatbot['uuid']}/agents")
    assert agents.status_code == 404
    assert "model" in chatbot["meta"]


def test_a_rate_limit_is_told_in_every_answer(start: Start) -> None:
    url, _ = start("--rate-limit", "50")
    answer = httpx.get(f"{url}/api/models", trust_env=False, verify=PLAIN)
    assert answer.headers["x-ratelimit-limit"] == "50"
    assert answer.headers["x-ratelimit-remaining"] == "49"


def test_it_lists_every_fault_by_what_it_is_about_and_ends(run: Run) -> None:
    code, out, err = run("server", "--faults", variables={"COLUMNS": "200"})
    assert (code, err) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert all(f"{group[0].upper()}{group[1:]}:" in lines for group in Group)
    assert all(any(line.startswith(f"{fault.usage}  ") for line in lines) for fault in FAULTS)
