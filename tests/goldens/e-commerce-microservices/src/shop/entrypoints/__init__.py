"""One module for each process that can be started."""
