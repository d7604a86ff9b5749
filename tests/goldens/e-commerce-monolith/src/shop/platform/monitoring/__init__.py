"""What operators see of a process: health, logs, metrics, traces and dead letters."""
