"""CSTA phase III (ECMA-269 services, ECMA-285 protocol)."""
