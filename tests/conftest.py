from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.fuzz import IS_LONG_RUN, PROFILE, keep_characters, leave_constants_out

if TYPE_CHECKING:
    from xdist.remote import Producer

    from tests.distribution import Distribution

settings.register_profile("runnel", PROFILE)
settings.load_profile("runnel")
if not IS_LONG_RUN:
    leave_constants_out()

# at the usual pace a sixth of collecting the tests would be the search for garbage; and an app that
# still runs when it is searched is gone through again when it has ended
gc.set_threshold(500_000, 10, 10)
MANY_OBJECTS = 20_000
"""So many more than before are there when a test or a few have left apps and their widgets."""

# else every process of the tests, and every program that they start, compiles all modules anew
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# the certificates of this machine are not those that tests are about, and each client reads them
for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(variable, None)

# tests that were started in the background would start programs that no Ctrl+C reaches
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class _Reports(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture
def reports() -> Iterator[list[str]]:
    """Yield what is reported of faults in Runnel; a test that provokes them empties it."""
    logger, handler = logging.getLogger("tui.unexpected"), _Reports()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler.texts
    logger.setLevel(before)
    logger.removeHandler(handler)


@pytest.fixture(autouse=True)
def nothing_unexpected(reports: list[str]) -> Iterator[None]:
    """Fail a test in which a fault was endured: the app goes on after them, a test may not."""
    yield
    assert not reports, "\n".join(reports)


@pytest.fixture
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what is configured where the tests run, variables and home folder."""
    for variable in [each for each in os.environ if each.startswith("RUNNEL_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # never the keyring of the person who runs the tests
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--shuffle",
        metavar="SEED",
        help="Run files, and the tests in each, in an order made from SEED, to find those that "
        "need others before them.",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    from tests.distribution import processes_for

    return processes_for(os.cpu_count() or 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: Sequence[Any]) -> None:
    from tests.shared_collection import collect_once

    collect_once(config, specs)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Distribution | None:
    if config.getoption("dist") != "loadfile":
        return None
    # by the one process that hands out tests
    from tests.distribution import Distribution

    return Distribution(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seed = config.getoption("--shuffle")
    if seed is None:
        return
    # not Random.shuffle over all: what a file shares would be made again for each of its tests
    keys = {item: f"{seed} {item.nodeid}" for item in items}
    files = {item.path: f"{seed} {item.path.name}" for item in items}
    items.sort(key=lambda item: (Random(files[item.path]).random(), Random(keys[item]).random()))


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking all modules and tests again and again.

    It was a third of the processor time of a test that runs the app.
    """
    keep_characters()
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Free what a test has left while the processor still has it at hand.

    Whole crowds of ended apps that are searched later take twice as long, and the next app is
    slower on fresh memory.
    """
    is_done = yield
    if gc.get_count()[0] > MANY_OBJECTS:
        gc.collect(0)
    return is_done


def pytest_sessionfinish() -> None:
    """Have what is alive at the end looked through once, and not by each of pytest's collections.

    It makes five, to hear of what fails in them; they took a second each.
    """
    gc.collect()
    gc.freeze()
