"""Exceptions shared by all modules: temporary failures and programming errors."""


class Unavailable(Exception):
    """A dependency does not respond. Retry after `retry_after` seconds at the earliest."""

    def __init__(self, message: str = "", retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(Unavailable):
    """A limit on concurrent work is reached. This does not count as a failed attempt."""


class ProgrammingError(Exception):
    """The calling code is wrong. A retry cannot succeed until the code changes."""


class Rejected(ProgrammingError):
    """Another service cannot perform a call, and logs why. A retry cannot succeed."""
