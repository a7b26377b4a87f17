"""Settings of all tests."""

from __future__ import annotations

from hypothesis import settings

# A machine that does other work too is no failure: times that matter have tests of their own, which compare ratios.
settings.register_profile("thanhtich", deadline=None)
settings.load_profile("thanhtich")
