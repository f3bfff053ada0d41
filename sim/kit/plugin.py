"""The kit as a plugin of pytest."""
