from __future__ import annotations

import inspect
from contextvars import ContextVar
from types import ModuleType

import httpcore
import httpx
import pytest
import textual
from rich.style import Style
from textual import (
    _callback,
    _compositor,
    _context,
    _keyboard_protocol,
    _spatial_map,
    _styles_cache,
    _xterm_parser,
    keys,
    timer,
)
from textual.app import App
from textual.css.styles import RenderStyles, Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.driver import Driver
from textual.layout import DockArrangeResult
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tests.tables import each_row
from tests.unit.ui.terminal.private_uses import names_of, private_uses, uses_in
from tui.ui.terminal.lean_nodes import check_refresh
from tui.ui.terminal.lean_rows import set_some_dirty

ALLOWED = ("tui.ui.terminal.", "tui.ui.widgets.tall_column")

CALLABLES: list[tuple[object, str, str]] = [
    (_callback, "_count_parameters", "(func)"),
    (_compositor, "ChopsUpdate", "(chops, spans, chop_ends)"),
    (_compositor, "Compositor", "()"),
    (_compositor, "LayoutUpdate", "(strips, region)"),
    (_compositor, "ReflowResult", "(hidden, shown, resized)"),
    (_compositor.Compositor, "_render_chops", "(self, crop, is_rendered_line)"),
    (_spatial_map, "SpatialMap", "(grid_width=100, grid_height=20)"),
    (_styles_cache, "StylesCache", "()"),
    (_xterm_parser, "XTermParser", "(debug=False)"),
    (keys, "_character_to_key", "(character)"),
    (App, "_display", "(self, screen, renderable)"),
    (App, "_end_batch", "(self)"),
    (App, "_handle_exception", "(self, error)"),
    (App, "_prune", "(self, *nodes, parent=None)"),
    (App, "_refresh_truecolor_filter", "(self, theme)"),
    (App, "_register_child", "(self, parent, child, before, after)"),
    (App, "_start_widget", "(self, parent, widget)"),
    (Input, "_cell_offset_to_index", "(self, offset)"),
    (Input, "_position_to_cell", "(self, position)"),
    (DOMNode, "_get_component_classes", "()"),
    (MessagePump, "_attach", "(self, parent)"),
    (MessagePump, "_dispatch_message", "(self, message)"),
    (MessagePump, "_get_dispatch_methods", "(self, method_name, message)"),
    (Screen, "_compositor_refresh", "(self)"),
    (Screen, "_on_idle", "(self, event)"),
    (Screen, "_on_layout", "(self, message)"),
    (Screen, "_on_timer_update", "(self)"),
    (Screen, "_refresh_layout", "(self, size=None, scroll=False)"),
    (Screen, "_screen_resized", "(self, size)"),
    (Stylesheet, "_process_component_classes", "(self, node)"),
    (Widget, "_check_refresh", "(self)"),
    (Widget, "_clear_arrangement_cache", "(self)"),
    (Widget, "_set_dirty", "(self, *regions)"),
    (Widget, "_size_updated", "(self, size, virtual_size, container_size, layout=True)"),
]
"""Private functions and classes, and what they take."""
CONSTANTS: list[tuple[object, str, type]] = [
    (textual, "_callback", ModuleType),
    (_context, "active_app", ContextVar),
    (_keyboard_protocol, "FUNCTIONAL_KEYS", dict),
    (_keyboard_protocol, "MODIFIER_FUNCTIONAL_KEYS", set),
    (Stylesheet, "_EXCLUDE_PSEUDO_CLASSES_FROM_CACHE", set),
    (timer, "_time", ModuleType),
]
REPLACED = {"_check_refresh": check_refresh, "_set_dirty": set_some_dirty}
"""Of those, what an app that ran in this process has put another in the place of."""
ATTRIBUTES: list[tuple[type, str]] = [
    (App, "_background_screens"),
    (App, "_batch_count"),
    (App, "_driver"),
    (App, "_filters"),
    (App, "_is_devtools_connected"),
    (App, "_screen_stack"),
    (_compositor.Compositor, "_dirty_regions"),
    (_compositor.Compositor, "_full_map"),
    (_compositor.Compositor, "_full_map_invalidated"),
    (_compositor.Compositor, "_visible_map"),
    (DOMNode, "_classes"),
    (DOMNode, "_component_styles"),
    (DOMNode, "_has_focus_within"),
    (DOMNode, "_has_hover_style"),
    (DOMNode, "_has_odd_or_even"),
    (DOMNode, "_has_order_style"),
    (DOMNode, "_selector_names"),
    (DockArrangeResult, "_spatial_map"),
    (Driver, "_app"),
    (Driver, "_auto_restart"),
    (Driver, "_loop"),
    (Input, "_value"),
    (Message, "_no_default_action"),
    (MessagePump, "_is_mounted"),
    (MessagePump, "_parent"),
    (RenderStyles, "_base_styles"),
    (RenderStyles, "_inline_styles"),
    (Screen, "_compositor"),
    (Screen, "_dirty_widgets"),
    (Screen, "_layout_widgets"),
    (Screen, "_update_timer"),
    (Strip, "_cell_count"),
    (Strip, "_cell_length"),
    (Strip, "_link_ids"),
    (Strip, "_render_cache"),
    (Strip, "_segments"),
    (Style, "_ansi"),
    (Styles, "_rules"),
    (Stylesheet, "_parse_cache"),
    (Stylesheet, "_style_parse_cache"),
    (Stylesheet, "_variable_tokens"),
    (Widget, "_box_model_cache"),
    (Widget, "_layout_required"),
    (Widget, "_refresh_styles_required"),
    (Widget, "_repaint_regions"),
    (Widget, "_repaint_required"),
    (Widget, "_scroll_required"),
    (Widget, "_size"),
    (Widget, "_styles_cache"),
]
OF_HTTP = {"_pool", "_network_backend", "_synchronization"}
"""Those of other libraries, which have a room too."""
ROOM_OF_HTTP = "tui.backends.http.joining_transport"


@each_row(("owner", "name", "parameters"), CALLABLES)
def test_a_private_name_is_called_as_before(owner: object, name: str, parameters: str) -> None:
    was = REPLACED.get(name) or getattr(owner, name)
    untyped = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(was).parameters.values()
    ]
    assert str(inspect.Signature(untyped)) == parameters


@each_row(("owner", "name", "kind"), CONSTANTS)
def test_a_private_constant_is_of_its_kind(owner: object, name: str, kind: type) -> None:
    assert isinstance(getattr(owner, name), kind)


@pytest.mark.slow
@each_row(("owner", "name"), ATTRIBUTES)
def test_a_private_attribute_is_there(owner: type, name: str) -> None:
    assert name in names_of(owner)


def test_the_private_names_of_http_are_there() -> None:
    pool = httpx.AsyncHTTPTransport()._pool
    assert isinstance(pool, httpcore.AsyncConnectionPool)
    assert isinstance(pool._network_backend, httpcore.AsyncNetworkBackend)
    waiting = vars(httpcore)["_synchronization"]
    assert {"anyio", "AsyncLock", "AsyncEvent", "AsyncShieldCancellation"} <= vars(waiting).keys()


@pytest.mark.slow
def test_private_names_are_used_in_the_rooms_for_them_only() -> None:
    of_http = {(ROOM_OF_HTTP, name) for name in OF_HTTP}
    elsewhere = [use for use in private_uses() if not use.module.startswith(ALLOWED)]
    assert [use for use in elsewhere if (use.module, use.name) not in of_http] == []


@pytest.mark.slow
def test_every_private_name_that_is_used_stands_in_a_table_and_no_other_does() -> None:
    listed = {name for _, name, *_ in (*CALLABLES, *CONSTANTS, *ATTRIBUTES)}
    assert {use.name for use in private_uses()} == listed | OF_HTTP


def module_of(source: str) -> ModuleType:
    module = ModuleType("tui.made_up")
    exec(source, module.__dict__)
    return module


@each_row(
    ("source", "name"),
    [
        ("from textual._compositor import Compositor", "Compositor"),
        ("from textual.keys import _character_to_key", "_character_to_key"),
        ("import textual._compositor", "textual._compositor"),
        ("def see(app): return app._driver", "_driver"),
        ("def see(app): return getattr(app, '_driver', None)", "_driver"),
        (
            "from textual.app import App\nclass A(App[None]):\n def _display(self, *_): ...",
            "_display",
        ),
        (
            "from textual.app import App\nclass A(App[None]):\n def f(self): self._driver = 1",
            "_driver",
        ),
        (
            "from textual.app import App\nclass A:\n class B(App[None]):\n"
            "  def f(self): return super()._driver",
            "_driver",
        ),
    ],
)
def test_every_kind_of_use_is_seen(source: str, name: str) -> None:
    assert [use.name for use in uses_in(module_of(source), source)] == [name]


def test_names_of_our_own_and_of_python_are_no_uses() -> None:
    source = "import os\nclass A:\n def f(self, other): self._x = other._x\ndef f(): os._exit(1)"
    assert list(uses_in(module_of(source), source)) == []
