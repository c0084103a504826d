from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from pathlib import Path

import tui.ui
from tests.tables import each_row

FOLDER = Path(tui.ui.__file__).parent

# Textual reads markup in these, unless they are given `markup=False` or `Content`
MARKUP_WIDGETS = {
    "Button",
    "Checkbox",
    "Digits",
    "Label",
    "Link",
    "Log",
    "OptionList",
    "Option",
    "RadioButton",
    "RadioSet",
    "RichLog",
    "SelectionList",
    "Static",
    "Tab",
    "TabPane",
    "Tabs",
    "Tooltip",
    "Tree",
}
# these read markup in a title and have no switch for it
TITLED = {"Collapsible", "CollapsibleTitle", "FoldingPanel"}
MARKUP_PROPERTIES = {"border_title", "border_subtitle", "tooltip", "label", "sub_title", "help"}
SWITCHED_OFF = {"notify", "OptionList", "Static", "Label", "Button", "Digits", "RichLog", "Toast"}


def faults(source: str) -> list[str]:
    """Return where `source` gives a string to something that reads markup in it."""
    tree = ast.parse(source)
    contents = {
        argument.arg
        for argument in ast.walk(tree)
        if isinstance(argument, ast.arg)
        and isinstance(argument.annotation, ast.Name)
        and argument.annotation.id == "Content"
    }
    return sorted(f"line {line}: {what}" for line, what in _faults(tree, contents))


def _faults(tree: ast.AST, contents: Set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                yield from ((node.lineno, what) for what in _call_faults(node))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if not (isinstance(value, ast.Name) and value.id in contents):
                        yield from _assignment_faults(target, value)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                yield from _assignment_faults(target, value)
            case ast.ClassDef():
                yield from _class_faults(node)


def _call_faults(call: ast.Call) -> Iterator[str]:
    name = _name(call.func)
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    shown = keywords.get("placeholder")
    if shown is not None and not (_is_harmless(shown) or _is_content(shown)):
        yield "a placeholder that may hold markup"
    plain = _is_false(keywords.get("markup"))
    if name == "from_markup":
        yield "from_markup"
    elif name == "notify" and not plain:
        yield "notify without markup=False"
    elif name == "OptionList" and not plain:
        yield "OptionList without markup=False"
    elif name in MARKUP_WIDGETS and not (plain and name in SWITCHED_OFF):
        given = [*call.args[:1], *(keywords[key] for key in _SHOWN & keywords.keys())]
        if any(not _is_content(value) for value in given):
            yield f"{name} given what may be a string"
    elif name in TITLED:
        given = [*call.args[:1], *(keywords[key] for key in ("title", "label") if key in keywords)]
        if name == "Collapsible":
            # its arguments are children, only the title is text
            given = [keywords["title"]] if "title" in keywords else [ast.Constant("Toggle")]
        if any(not _is_content(value) for value in given):
            yield f"{name} given a title that may be a string"
    elif name == "__init__" and "title" in keywords and not _is_content(keywords["title"]):
        yield "a title that may be a string"


_SHOWN = {"content", "renderable", "label", "prompt", "text"}


def _assignment_faults(target: ast.expr, value: ast.expr) -> Iterator[tuple[int, str]]:
    if (
        isinstance(target, ast.Attribute)
        and target.attr in MARKUP_PROPERTIES
        and not _is_content(value)
    ):
        yield target.lineno, f"{target.attr} set to what may be a string"


def _class_faults(defined: ast.ClassDef) -> Iterator[tuple[int, str]]:
    bases = {_name(base) for base in defined.bases}
    for statement in defined.body:
        if isinstance(statement, ast.Assign):
            names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
            if names & {"BORDER_TITLE", "BORDER_SUBTITLE"}:
                yield statement.lineno, "a border title is markup"
    inits = [each for each in defined.body if getattr(each, "name", "") == "__init__"]
    if bases & {"Static", "Label"} and not any(_switches_off(init) for init in inits):
        yield defined.lineno, f"{defined.name} does not switch markup off"


def _switches_off(init: ast.AST) -> bool:
    return any(
        keyword.arg == "markup" and _is_false(keyword.value)
        for node in ast.walk(init)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    )


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        return _name(node.func)
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_harmless(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "[" not in node.value


def _is_content(node: ast.expr) -> bool:
    """Content is made by its class or held in a property that says so; no text is no markup."""
    match node:
        case ast.Constant(value="" | None):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="Content"))):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="Content")))):
            return True
        case ast.Call(func=ast.Name(id="Content")):
            return True
        case ast.Attribute(attr="prompt"):
            return True
        case _:
            return False


def drawing_files() -> list[Path]:
    """The modules that know Textual: no other can make a widget."""
    return [file for file in sorted(FOLDER.rglob("*.py")) if "textual" in file.read_text("utf-8")]


@each_row("file", drawing_files())
def test_no_markup_is_read_anywhere_in_the_ui(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@each_row(
    "source",
    [
        "Static('x')",
        "Static(text)",
        "Static(f'{name}')",
        "widgets.Label(title)",
        "Label('[b]x')",
        "Button(label=name)",
        "Static(content=name)",
        "self.notify(sentence)",
        "app.notify('x', markup=True)",
        "OptionList()",
        "OptionList(*names)",
        "Option(name)",
        "Option(f'{name}', id='x')",
        "Option('x', markup=False)",
        "Collapsible(title=name)",
        "Collapsible()",
        "CollapsibleTitle(label=name)",
        "FoldingPanel('x', collapsed=True)",
        "super().__init__(title=name)",
        "self.border_title = name + '!'",
        "self.border_title = 'x'",
        "widget.border_subtitle = f'{n}'",
        "widget.tooltip = session.title",
        "self._title.label = part.name",
        "Content.from_markup(text)",
        "Text.from_markup(text)",
        "Static(Text.from_markup(text))",
        "class A(Widget):\n    BORDER_TITLE = 'x'",
        "class A(Static):\n    pass",
        "class A(Static):\n    def __init__(self, text):\n        super().__init__(text)",
        "Tree(name)",
        "Tooltip(name)",
        "Input(placeholder=name)",
        "super().__init__(placeholder='[b]x')",
        "def retitle(self, title: str): self._title.label = title",
    ],
)
def test_the_check_finds(source: str) -> None:
    assert faults(source)


@each_row(
    "source",
    [
        "Plain('x')",
        "Plain(text)",
        "Static(text, markup=False)",
        "Static(Content(text))",
        "Static(Content.assemble(name, 'x'))",
        "Static()",
        "Label('')",
        "self.notify(sentence, markup=False)",
        "OptionList(markup=False)",
        "Option(Content(name), id='x')",
        "Option(choice.prompt, id=choice.id)",
        "Collapsible(title='')",
        "FoldingPanel(Content('x'), collapsed=True)",
        "self.border_title = Content(name)",
        "self.tooltip = None",
        "class A(Static):\n    def __init__(self, t):\n        super().__init__(t, markup=False)",
        "Markdown(parser_factory=parser)",
        "note.update(text)",
        "Input(placeholder='type to filter')",
        "def retitle(self, title: Content): self._title.label = title",
    ],
)
def test_the_check_leaves_alone(source: str) -> None:
    assert faults(source) == []
