"""`python -m tui`: the same as the command `runnel`."""

import sys

from tui.cli import main

sys.exit(main())
