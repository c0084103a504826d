"""Variables of a suite: `{{name}}` in its questions and expectations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tui.errors import BadInput
from tui.formatting.nearest import did_you_mean

VARIABLE_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_USE = re.compile(rf"\{{\{{\s*({VARIABLE_NAME})\s*\}}\}}")


class Variables:
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def fill(self, text: str) -> str:
        """Return a text with the values in it.

        Raises:
            BadInput: there is no such variable.
        """
        return self._filled(text, str)

    def fill_pattern(self, pattern: str) -> str:
        """Return a regular expression that looks for the values as they are.

        Raises:
            BadInput: there is no such variable.
        """
        return self._filled(pattern, re.escape)

    def _filled(self, text: str, written: Callable[[str], str]) -> str:
        def value(use: re.Match[str]) -> str:
            name = use[1]
            if name not in self._values:
                near = did_you_mean(name, self._values)
                raise BadInput(f"there is no variable '{name}'{near}")
            return written(self._values[name])

        return _USE.sub(value, text)
