"""What runs in a terminal for a person; needs the extra ``tui``."""
