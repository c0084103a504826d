"""GPT-trainer's API, served."""
