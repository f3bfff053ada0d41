"""Configuration: one TOML file, typed, with every error told at once.

``load`` reads the file and checks its form. ``examine`` checks the world around it as well:
drivers, stacks, files. Both raise ``ConfigError``.
"""

from cti.config.errors import ConfigError, Problem
from cti.config.loading import check, examine, load
from cti.config.sections import Config

__all__ = ["Config", "ConfigError", "Problem", "check", "examine", "load"]
