"""CSTA phases I and II: ECMA-180 and ECMA-218, which share all but the form of a report."""
