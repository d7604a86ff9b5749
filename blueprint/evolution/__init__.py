"""How a spec may go on from the one before, and what a project on the disk says to that. Writes nothing."""
