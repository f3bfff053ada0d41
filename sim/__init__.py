"""Switches to talk to: one telephone exchange with a face per link protocol."""
