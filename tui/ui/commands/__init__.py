"""Commands: what can be done, by which key, and the palette of it."""
