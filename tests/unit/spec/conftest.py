"""Generated examples are the same on every run, and a busy machine is no failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("spec", deadline=None, derandomize=True, database=None)
settings.load_profile("spec")
