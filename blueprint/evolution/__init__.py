"""Check changes of a spec against the previous one and the project on disk. Writes nothing."""
