"""The fault switchboard: everything that can go wrong with a send, made to happen on demand.

A question that holds `fault NAME` switches a fault on, and so does the header `X-Runnel-Fault`.
"""

from tui.server.faults.registry import FAULTS, fault_named
from tui.server.trouble import Api, Fault, Group

__all__ = ["FAULTS", "Api", "Fault", "Group", "fault_named"]
