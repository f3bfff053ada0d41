"""Every test of the driver runs under the profile of the package and under another."""

from collections.abc import Callable
from typing import Any

import pytest

from protocols.meridian.profile import DEFAULT, DEFAULT_TEXT
from tests.drivers.meridian.script import Link
from tests.protocols.meridian.profiles import SWAPPED, swapped_text

PROFILES = {"default": (DEFAULT, DEFAULT_TEXT), "swapped": (SWAPPED, swapped_text())}


@pytest.fixture(params=PROFILES)
def make(request: pytest.FixtureRequest) -> Callable[..., Link]:
    profile, text = PROFILES[request.param]

    def made(**config: Any) -> Link:
        return Link(profile, text, **config)

    return made


@pytest.fixture
def link(make: Callable[..., Link]) -> Link:
    return make()
