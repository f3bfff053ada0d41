"""Commands of ``cti``, one module each, imported when the command is used."""
