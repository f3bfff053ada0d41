"""Phases I and II on the line, for a face that thinks in the words of phase III."""
