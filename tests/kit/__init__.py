"""The kit of generated projects, tested in projects: what is in `fastapi` is laid into one and runs there."""
