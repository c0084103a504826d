"""HardWire's API, in both dialects."""
