"""SSH server: shows the app to visitors, each in a process and a terminal of their own."""
