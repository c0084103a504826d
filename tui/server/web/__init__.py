"""HTTP under the served APIs: listener, pacing, bodies."""
