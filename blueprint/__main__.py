"""The entry point of the console script and of `python -m blueprint`."""

from __future__ import annotations

import gc
import signal

_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def entry() -> None:
    """Run the command line, and exit."""
    # Nearly all objects of a command live until its end: garbage collection takes 7 % of its time.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Before a command starts, there is nothing to clean up or report.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from blueprint.cli.main import main

    main()


if __name__ == "__main__":
    entry()
