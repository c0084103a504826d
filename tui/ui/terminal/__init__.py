"""The terminal: bytes from it and to it, its size, and its end."""
