"""Services for computer supported telecommunications applications (ECMA-179, ECMA-269)."""
