"""Recorded links: reading traces, and replaying them through the Engine."""
