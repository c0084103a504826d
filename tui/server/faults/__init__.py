"""The fault switchboard: everything that can go wrong with a send, made to happen on demand.

A question that holds `fault NAME` switches a fault on, and so does the header `X-Runnel-Fault`.
"""

from tui.server.faults.fault import Api, Fault, Group
from tui.server.faults.registry import FAULTS, fault_named

__all__ = ["FAULTS", "Api", "Fault", "Group", "fault_named"]
