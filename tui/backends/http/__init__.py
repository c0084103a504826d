"""HTTP as every backend speaks it: client, calls, errors, retries, events."""
