"""Small faults, put into the tool one at a time, which its tests should notice."""
