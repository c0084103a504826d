"""HardWire's API, served in both dialects."""
