"""Failures that everybody knows: those that pass, and those that do not."""


class Unavailable(Exception):
    """Something that is needed does not answer now: try again, after so many seconds at the earliest."""

    def __init__(self, message: str = "", retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(Unavailable):
    """There is no room for it now. Nothing has failed, and nothing counts as an attempt."""


class ProgrammingError(Exception):
    """The code that asked is wrong. It is not tried again: only another version of it can succeed."""
