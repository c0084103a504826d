"""Backend of the GPT-trainer family: one API on many hosts."""
