"""Health checks, logs, metrics, traces and dead letters."""
