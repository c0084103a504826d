from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.chromium import CHROMIUM, Chromium
from tests.unit.export.values import HOSTILE, document, everything
from tui.export.exported import ExportedSession
from tui.export.formats import Format
from tui.model import Message, Role, Session, TextPart
from tui.safe_text import SafeText

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium here: apt-get install chromium"
)

SEARCH = """(async () => {
  const field = document.getElementById("search");
  field.value = %r;
  field.dispatchEvent(new Event("input"));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  return document.getElementById("found").textContent;
})()"""
SHOWN = '[...document.querySelectorAll("article")].filter((each) => each.checkVisibility()).length'
OPEN = '[...document.querySelectorAll("details")].filter((each) => each.open).length'
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chromium, Path]]:
    folder = tmp_path_factory.mktemp("page")
    hostile = [
        ExportedSession(
            Session(f"s{number}", SafeText(text)),
            (Message("a", Role.ASSISTANT, (TextPart(SafeText(text)),)),),
        )
        for number, text in enumerate(HOSTILE)
    ]
    file = folder / "sessions.html"
    text = document(Format.HTML, everything(), *hostile)
    file.write_bytes(text.encode())
    with Chromium(folder / "browser") as browser:
        yield browser, file


@pytest.fixture
def page(exported: tuple[Chromium, Path]) -> Chromium:
    """The page as it opens, whatever another test has folded."""
    browser, file = exported
    browser.open(file)
    return browser


def test_a_page_opens_without_a_network_and_nothing_in_it_acts(page: Chromium) -> None:
    told = [each.get("method") for each in page.events]
    asked = [
        each["params"]["request"]["url"]
        for each in page.events
        if each.get("method") == "Network.requestWillBeSent"
    ]
    assert len(asked) == 1
    assert asked[0].startswith("file://")
    assert not {"Log.entryAdded", "Runtime.exceptionThrown", "Page.javascriptDialogOpening"} & {
        *told
    }
    assert page.value("document.scripts.length") == 1
    assert page.value('document.querySelectorAll("img,svg,iframe,object,form").length') == 0
    assert page.value(SHOWN) == len(HOSTILE) + 1
    assert page.value('document.querySelectorAll("nav li").length') == len(HOSTILE) + 1
    # every entry leads to its session
    lost = '[...document.querySelectorAll("nav a")].filter((a) => !document.querySelector(a.hash))'
    assert page.value(f"{lost}.length") == 0


def test_what_is_folded_unfolds_and_a_failed_tool_is_open(page: Chromium) -> None:
    every = page.value('document.querySelectorAll("details").length')
    assert page.value(OPEN) == 1
    page.value('document.querySelector("details:not([open]) summary").click()')
    assert page.value(OPEN) == 2
    page.value('document.getElementById("fold").click()')
    assert page.value(OPEN) == every
    page.value('document.getElementById("fold").click()')
    assert page.value(OPEN) == 0


def test_words_are_searched_in_all_sessions_and_gone_to_where_they_are_folded(
    page: Chromium,
) -> None:
    assert page.value(SEARCH % "REFUNDS take") == f"1 of {len(HOSTILE) + 1} sessions"
    assert page.value(SHOWN) == 1
    assert page.value('[...document.querySelectorAll("nav li")].filter((li) => !li.hidden).length')
    assert page.value('CSS.highlights.get("hit").size') == 2
    # beside the tool that failed
    assert page.value(OPEN) == 2
    assert page.value(SEARCH % "no such words") == f"0 of {len(HOSTILE) + 1} sessions"
    page.value(SEARCH % "")
    assert page.value(SHOWN) == len(HOSTILE) + 1


def test_it_is_dark_where_dark_is_preferred_and_the_switch_goes_before(page: Chromium) -> None:
    page.prefer(prefers_color_scheme="light")
    light = page.value(GROUND)
    page.prefer(prefers_color_scheme="dark")
    dark = page.value(GROUND)
    assert light != dark
    page.value('document.getElementById("theme").click()')
    assert page.value(GROUND) == light
    page.prefer(prefers_color_scheme="light")
    page.value('document.getElementById("theme").click()')
    assert page.value(GROUND) == dark
    # on paper it is light all the same
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.value(GROUND) == light
    page.call("Emulation.setEmulatedMedia", media="")
