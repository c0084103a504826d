"""Registry of all faults."""

from __future__ import annotations

from tui.server.faults.bodies import BODIES
from tui.server.faults.endings import ENDINGS
from tui.server.faults.fault import Fault
from tui.server.faults.histories import HISTORIES
from tui.server.faults.http_faults import HTTP, READS

FAULTS: tuple[Fault, ...] = (*ENDINGS, *HISTORIES, *BODIES, *HTTP, *READS)
FAULTS_BY_NAME = {fault.name: fault for fault in FAULTS}
