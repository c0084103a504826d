"""Desk of the operator on the screen: answers side by side, suites with their runs and cases."""
