"""Faults on demand: everything that can go wrong with a send, made to happen.

A question that holds `fault NAME` asks for a fault, and so does the header `X-Runnel-Fault`.
"""

from tui.server.faults.fault import Fault, Group
from tui.server.faults.registry import FAULTS, FAULTS_BY_NAME

__all__ = ["FAULTS", "FAULTS_BY_NAME", "Fault", "Group"]
