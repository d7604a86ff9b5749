"""Where a process begins: the console script, and `python -m blueprint`."""

from __future__ import annotations

import gc
import signal

_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def entry() -> None:
    """Run the command line, and exit."""
    # Nearly all that a command makes lives until its end: looking for garbage takes 7 % of its time.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until a command begins there is nothing to clean up, and nothing to say.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from blueprint.cli.main import main

    main()


if __name__ == "__main__":
    entry()
