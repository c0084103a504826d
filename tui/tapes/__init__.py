"""Tapes: the wire of a connection as it is told, kept for a while, and written to files."""
