from __future__ import annotations

from collections.abc import Sequence

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage, offered, stage
from tests.ui.talks import opened
from tui.facts import Feedback, MessageFacts, SessionFacts
from tui.model import MessageStatus, Session
from tui.safe_text import SafeText as Safe
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.transcript.head_line import HeadLine
from tui.values import replace

FACTS = MessageFacts(
    "x",
    labels=(Safe("refund"), Safe("[/hand]")),
    feedback=Feedback.DOWN,
    comment=Safe("There is no such button"),
    total_tokens=1_234,
    without_source=True,
)
LEAD = ((Safe("name"), Safe("Ada Lindqvist")), (Safe("email"), Safe("ada@post.example")))


def talk(facts: MessageFacts | None, *, of_operator: bool = True) -> ScriptedBackend:
    answer = replace(assistant("a", "Look again."), facts=facts)
    known = SessionFacts(lead=LEAD, auth_data={"plan": "pro"}) if of_operator else None
    return ScriptedBackend(
        histories={"s": [user("q", "Where?"), answer], "t": [user("q2", "Who?")]},
        listed=[Session("s", Safe("A button"), facts=known), Session("t", Safe("Other"))],
    )


def head(it: Stage) -> str:
    return it.rows(it.one(HeadLine))[0].strip()


def head_rows(it: Stage) -> Sequence[str]:
    return it.rows(it.one(HeadLine))


async def test_facts_that_come_later_are_shown_beside_the_text_that_stays() -> None:
    backend = talk(None)
    async with stage(backend, size=(80, 30)) as it:
        await opened(it)
        plain, reply = it.drawn, it.replies[0]
        assert "11 B" in plain
        backend.histories["s"][1] = replace(backend.histories["s"][1], facts=FACTS)
        await it.press("f5")
        await it.until(lambda: "no source" in it.drawn)
        assert it.replies == [reply]
        shown = " ".join(it.drawn.split())
        assert "11 B · 1,234 tokens · no source · 👎 “There is no such button”" in shown
        assert all(label in shown for label in ("[refund]", "[[/hand]]"))
        await it.pilot.resize_terminal(30, 30)
        await it.until(lambda: all(word in it.drawn for word in ("source ·", "button”", "refund")))
        await it.press("alt+up", "i")
        await it.until(lambda: isinstance(it.app.screen, InspectorScreen))
        await it.pilot.resize_terminal(80, 60)
        await it.until(lambda: '"total_tokens": 1234' in it.drawn)
        await it.press("escape")
        backend.histories["s"][1] = replace(backend.histories["s"][1], facts=None)
        await it.press("f5")
        await it.until(lambda: "no source" not in it.drawn and "11 B" in it.drawn)
        assert it.replies == [reply]


async def test_a_person_is_masked_until_a_key_asks_and_again_when_the_session_is_left() -> None:
    async with stage(talk(None), size=(120, 20)) as it:
        await opened(it)
        masked = "A… L… · a…@… · plan: p… · I shows"
        await it.until(lambda: head(it).endswith(masked))
        assert "Ada" not in it.drawn
        # in the composer the letter would be written
        it.composer.focus()
        await it.until(lambda: head(it).endswith("Alt+Up, I shows"))
        it.transcript.focus()
        await it.until(lambda: head(it).endswith(masked))
        await it.press("I")
        await it.until(lambda: head(it).endswith("Ada Lindqvist · ada@post.example · plan: pro"))
        await it.press("I")
        await it.until(lambda: head(it).endswith(masked))
        await it.press("I")
        await it.until(lambda: "ada@" in head(it))
        await it.open("t")
        await it.until(lambda: head(it) == "Other")
        assert "read.person" not in offered(it)
        await it.open("s")
        await it.until(lambda: head(it).endswith("plan: p… · Alt+Up, I shows"))
        assert "read.person" in offered(it)
        await it.pilot.resize_terminal(40, 20)
        await it.until(lambda: head(it).startswith("A button") and "I shows" not in head(it))
        # however narrow, who is asked for is told whole
        it.transcript.focus()
        await it.press("I")
        wanted = ("Ada", "Lindqvist", "ada@post.example", "pro")
        await it.until(lambda: all(word in "".join(head_rows(it)) for word in wanted))
        await it.press("I")
        await it.until(lambda: len(head_rows(it)) == 1)


async def test_chats_of_people_without_facts_have_neither_chips_nor_a_person() -> None:
    failed = replace(assistant("a", "Look"), status=MessageStatus.PARTIAL)
    backend = talk(None, of_operator=False)
    backend.histories["s"][1] = failed
    async with stage(backend, size=(120, 20)) as it:
        await opened(it)
        await it.until(lambda: head(it) == "A button")
        assert it.views[1].chip_lines is None
        assert "message" not in "\n".join(it.rows(it.list))
