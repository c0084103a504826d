from __future__ import annotations

from tests.event_loops import unhurried
from tests.fakes import assistant, connection, says
from tests.unit.checks.test_running import Deleting
from tui.checks.side_by_side import SideBySide
from tui.errors import AccessRefused, StreamBroken
from tui.model import Bot, Citation, CitationsPart
from tui.safe_text import SafeText

ANN, BEN = Bot("ann", SafeText("Ann")), Bot("ben", SafeText("Ben"))


async def test_an_answer_is_compared_with_the_one_before_without_marks_of_sources() -> None:
    cited = CitationsPart((Citation(SafeText("1"), SafeText("T")),))
    backend = Deleting(scripts=[says("It costs 5 €.")])
    earlier = [assistant("a", "It costs 4 € [1].", cited)]
    shown = SideBySide(connection(backend), "How much?", [ANN], earlier)
    told: list[str] = []
    shown.changed = lambda: told.append(shown.sides[1].facts)
    assert [each.name for each in shown.sides] == ["Before", "Now"]
    assert {each.bot_name for each in shown.sides} == {"Ann"}
    assert shown.differences == []
    await shown.ask()
    assert shown.differences == [("Now", "It costs [-4-] {+5+} €.")]
    assert shown.sides[0].facts == "17 characters · 1 source"
    assert told[0] == "asked …"
    assert "coming …" in told
    assert [each.text for each in shown.sides[1].exchange] == ["How much?", "It costs 5 €."]
    assert shown.sides[0].exchange == ()
    assert (backend.deleted, shown.is_over) == (["new-0"], True)


@unhurried
async def test_what_did_not_come_whole_stands_as_it_came_and_a_refusal_is_told() -> None:
    broken = [*says("It costs")[:2], StreamBroken("The answer broke off.")]
    backend = Deleting(scripts=[broken, [AccessRefused("The key is wrong.")]])
    backend.stores = lambda *_: []
    shown = SideBySide(connection(backend), "How much?", [ANN, BEN])
    await shown.ask()
    ann, ben = shown.sides
    assert (ann.text, ann.facts) == ("It costs", "no answer: The answer broke off.")
    assert (ann.exchange, ben.text) == ((), "")
    assert shown.differences == []
    assert shown.trouble is not None
    assert shown.trouble.sentence == "The key is wrong."


async def test_what_nobody_thought_of_is_told_too_and_ends_it(reports: list[str]) -> None:
    shown = SideBySide(connection(Deleting(scripts=[says("4 €")])), "How much?", [ANN])
    failing = iter([LookupError("no such column")])

    def changed() -> None:
        if (error := next(failing, None)) is not None:
            raise error

    shown.changed = changed
    await shown.ask()
    assert shown.is_over
    assert shown.trouble is not None
    assert shown.trouble.sentence.startswith("Something in Runnel failed: LookupError in ")
    assert len(reports) == 1
    reports.clear()
