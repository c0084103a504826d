"""Backends: a package for each API, and what they share, behind the protocols of `base`."""
