"""Backends: a package for each API, and what they share, behind the protocols of `base`."""

import sys
from importlib.util import find_spec

# httpx brings its own command line along, with click, rich and pygments: half of its import. It
# goes on without it where that cannot be imported, which is what `None` says of a module.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

if find_spec("sniffio") is None:
    # httpcore looks for it on the whole path ten times a call, and each time that is not there
    sys.modules["sniffio"] = None  # type: ignore[assignment]
