"""Inspection of a send: what went over the wire for it, read again, timed and compared."""
