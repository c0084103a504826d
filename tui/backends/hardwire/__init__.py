"""Backend of HardWire, in both dialects."""
