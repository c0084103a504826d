"""Preparation for the first answer: what reads and colours it, made ready."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache

from tui.formatting import plain_line
from tui.ui.editing.clusters import boundaries
from tui.ui.markdown.code import highlighted
from tui.ui.markdown.definitions import pending_definition
from tui.ui.markdown.sections import parser

EXPECTED = ("python", "bash", "json")
"""What code in an answer is likely to be."""
_LABEL = "[a"
_ADDRESSES = "https://example.org a@example.org"


@cache
def prepare() -> threading.Thread:
    """Load what colours the expected languages, finds addresses, previews and letters with accents.

    The frame that shows the first of each would have to wait 10 to 40 ms for it, so it is loaded
    beside other things.
    """
    loading = threading.Thread(target=_load, daemon=True)
    loading.start()
    return loading


def _load() -> None:
    # what goes wrong will go wrong again where it is drawn
    with suppress(Exception):
        boundaries("é")
        pending_definition(_LABEL, 0, len(_LABEL))
        parser().parse(_ADDRESSES)
        plain_line.prepare()
    for language in EXPECTED:
        with suppress(Exception):
            highlighted(".", language)
