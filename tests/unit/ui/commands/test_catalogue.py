from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.dom import DOMNode

from tui.ui.commands.catalogue import CommandCatalogue
from tui.ui.commands.context import Context
from tui.ui.commands.rows import CommandRow
from tui.ui.key_bindings import KeyHelp


class Program(DOMNode):
    BINDINGS = [Binding("ctrl+q", "quit", "Quit", id="program.quit")]

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[tuple[str, DOMNode]] = []

    async def run_action(self, action: str, default_namespace: DOMNode | None = None) -> bool:
        self.ran.append((action, default_namespace or self))
        return True


class Lamp(DOMNode):
    BINDINGS = [
        Binding("up,k", "turn('up')", "Brighter", id="lamp.up"),
        Binding("down", "turn('down')", "Darker", id="lamp.down"),
        Binding("m", "mend", "Mend it", id="lamp.mend"),
    ]
    PALETTE_ONLY = [KeyHelp("lamp.sell", "sell", "Sell it", ())]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return (action, parameters) != ("turn", ("down",))

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        told = {"turn": "" if parameters == ("up",) else "it is dark already"}
        # its key is there to say so
        return {**told, "mend": "it is not broken"}.get(action, "")


class Shade(DOMNode):
    BINDINGS = [Binding("p", "pull", "Pull", id="shade.pull")]


def catalogue(
    program: Program, *parts: DOMNode, keymap: dict[str, str] | None = None
) -> CommandCatalogue:
    contexts = (Context("Anywhere", Program), Context("At a lamp", Lamp, "no lamp here"))
    return CommandCatalogue(
        contexts, [Context("Over it", Shade)], keymap or {}, program, lambda: parts, lambda: parts
    )


def ids(commands: CommandCatalogue) -> Sequence[str]:
    return [each.action_id for each in commands.command_rows() if not each.why_not]


def test_an_action_has_the_first_of_its_keys() -> None:
    commands = catalogue(Program(), keymap={"program.quit": "f4,f5"})
    assert commands.key_of("lamp.up") == "Up"
    assert commands.key_of("program.quit") == "F4"
    assert commands.key_of("lamp.sell") == ""


def test_the_sections_hold_what_has_a_key() -> None:
    rows = [(each.heading, each.action_id, each.keys) for each in catalogue(Program()).key_rows()]
    assert rows == [
        ("Anywhere", "program.quit", ("Ctrl+Q",)),
        ("At a lamp", "lamp.up", ("Up", "k")),
        ("At a lamp", "lamp.down", ("Down",)),
        ("At a lamp", "lamp.mend", ("m",)),
        ("Over it", "shade.pull", ("p",)),
    ]


def test_what_makes_no_sense_now_is_not_offered() -> None:
    commands = catalogue(Program(), Lamp())
    assert ids(commands) == ["lamp.up", "lamp.sell", "program.quit"]
    why_not = {each.action_id: each.why_not for each in commands.command_rows() if each.why_not}
    assert why_not == {"lamp.down": "it is dark already", "lamp.mend": "it is not broken"}


def test_what_belongs_to_the_focus_stands_first_and_keys_of_writing_last() -> None:
    pen = Context("At a pen", Shade, is_for_writing=True)
    contexts = (pen, Context("Anywhere", Program), Context("At a lamp", Lamp))
    here = (Shade(), Lamp(), program := Program())
    commands = CommandCatalogue(contexts, [], {}, program, lambda: here, lambda: here)

    def headings(rows: Sequence[CommandRow]) -> Sequence[str]:
        return [*dict.fromkeys(each.heading for each in rows)]

    assert headings(commands.command_rows()) == ["At a lamp", "Anywhere", "At a pen"]
    # of keys those are wanted that are under the hands
    assert headings(commands.key_rows()) == ["At a pen", "At a lamp", "Anywhere"]


async def test_the_keys_of_a_dialog_act_from_their_list_only_while_it_is_open() -> None:
    def why_not(commands: CommandCatalogue) -> Sequence[str]:
        return [each.why_not for each in commands.key_rows() if each.action_id == "shade.pull"]

    program, shade = Program(), Shade()
    closed, opened = catalogue(program, Lamp()), catalogue(program, shade)
    assert (why_not(closed), why_not(opened)) == (["over it"], [""])
    assert not await closed.run("shade.pull")
    assert await opened.run("shade.pull")
    assert program.ran == [("pull", shade)]
    assert "shade.pull" not in ids(opened)


def test_what_has_no_place_says_so() -> None:
    why_not = {each.action_id: each.why_not for each in catalogue(Program()).command_rows()}
    assert why_not == {
        "program.quit": "",
        "lamp.up": "no lamp here",
        "lamp.down": "no lamp here",
        "lamp.mend": "no lamp here",
        "lamp.sell": "no lamp here",
    }


async def test_an_action_is_run_at_the_innermost_part_it_belongs_to() -> None:
    program, outer, inner = Program(), Lamp(), Lamp()
    assert await catalogue(program, outer, inner).run("lamp.up")
    assert await catalogue(program, outer, inner).run("lamp.sell")
    assert program.ran == [("turn('up')", inner), ("sell", inner)]


async def test_what_belongs_to_the_program_is_run_at_once() -> None:
    program = Program()
    assert await catalogue(program).run("program.quit")
    assert program.ran == [("quit", program)]


async def test_nothing_is_run_without_its_place_or_under_an_unknown_id() -> None:
    program = Program()
    assert not await catalogue(program).run("lamp.up")
    assert not await catalogue(program, Lamp()).run("lamp.burn")
    assert program.ran == []
