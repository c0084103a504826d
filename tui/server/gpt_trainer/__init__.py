"""GPT-trainer API, served."""
