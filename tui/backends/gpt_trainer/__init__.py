"""GPT-trainer's API and that of its white labels."""
