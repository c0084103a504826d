from __future__ import annotations

from collections.abc import Iterator

from tests.tables import each_row
from tui.abilities import EVERY_ABILITY, NO_ABILITY, Ability
from tui.ui.app import RunnelApp
from tui.ui.commands.context import Context
from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
from tui.ui.commands.needs import NEED_NOTHING, NEEDS, lacking, refusal
from tui.ui.key_bindings import bindings_of, palette_only
from tui.ui.replay import ReplayApp

EVERYWHERE = (
    Context("Anywhere", RunnelApp),
    Context("In a replay", ReplayApp),
    *CONTEXTS,
    *DIALOG_CONTEXTS,
)


def action_ids() -> Iterator[str]:
    for context in EVERYWHERE:
        yield from (each.id or "" for each in bindings_of(context.owner))
        yield from (each.action_id for each in palette_only(context.owner))


def test_every_command_says_what_it_needs_and_nothing_else_does() -> None:
    assert set(action_ids()) == {*NEEDS, *NEED_NOTHING}
    assert not NEED_NOTHING & NEEDS.keys()


@each_row("action_id", sorted(NEEDS))
def test_what_needs_an_ability_is_there_with_it_and_tells_why_without(action_id: str) -> None:
    needed = NEEDS[action_id]
    assert lacking(action_id, frozenset([needed])) == ""
    others = EVERY_ABILITY - {needed}
    assert lacking(action_id, others) == lacking(action_id, NO_ABILITY) == needed.value


def test_wherever_an_action_is_run_what_it_needs_is_asked_for() -> None:
    refused = set()
    for owner in (each.owner for each in EVERYWHERE):
        commands = [(each.id or "", each.action) for each in bindings_of(owner)]
        commands += [(each.action_id, each.action) for each in palette_only(owner)]
        # only what kind of part it is counts
        part = object.__new__(owner)
        for action_id, action in commands:
            assert refusal(part, action, EVERY_ABILITY) == ""
            if refusal(part, action, NO_ABILITY):
                refused.add(action_id)
            else:
                assert action_id in NEED_NOTHING
    assert refused >= NEEDS.keys()


def test_a_command_that_does_not_say_is_refused_to_a_visitor_alone() -> None:
    assert lacking("made.up", EVERY_ABILITY) == ""
    assert lacking("made.up", frozenset([Ability.FILES])) != ""
