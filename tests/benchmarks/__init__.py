"""Programs that measure, each for itself: `python -m tests.benchmarks.writing`, `.growing`, ...

None is a test: they take minutes, and their figures depend on the machine. `docs/benchmarks.md` has what they
printed on ours. They need Linux; `serving` needs wrk.
"""
