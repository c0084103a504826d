"""The programs that Runnel is measured beside, and the door through which those with a loop run."""
