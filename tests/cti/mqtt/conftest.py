"""Settings for the tests of the MQTT session."""

from __future__ import annotations

import os

# The codec panics on bad UTF-8; a backtrace for each costs a thousand times the decoding.
os.environ["RUST_BACKTRACE"] = "0"
