"""The one way in which a measurement ends without a figure."""


class NotMeasured(Exception):
    """Something measured did not do in time what was to be measured."""
