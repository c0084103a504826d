"""One noun, one meaning: no class is called like one of another module.

One inside another class is named with it, and one for a module alone is not seen elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import tui

CODE = Path(tui.__file__).parent


def class_names(text: str) -> Iterator[str]:
    """Yield the names of the classes that a module has for others."""
    # no tree is needed for what begins a line
    yield from re.findall(r"^class ([^\W_]\w*)", text, re.M)


def test_no_class_is_called_like_one_of_another_module() -> None:
    modules = defaultdict[str, list[str]](list)
    for path in sorted(CODE.rglob("*.py")):
        for name in class_names(path.read_text(encoding="utf-8")):
            modules[name].append(str(path.relative_to(CODE)))
    assert len(modules) > 500
    shared = [f"{name}: {', '.join(its)}" for name, its in modules.items() if len(its) > 1]
    assert not shared, "\n".join(shared)
