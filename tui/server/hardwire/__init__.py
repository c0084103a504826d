"""HardWire API, served in both dialects."""
