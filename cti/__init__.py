"""The daemon: model, tracker, engine, rims and commands."""
