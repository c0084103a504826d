"""The programs that Runnel is measured beside, and the door through which those with a loop run."""

READY = "nothing here"
"""What the empty app shows; here, for who measures it need not import what it is made of."""
