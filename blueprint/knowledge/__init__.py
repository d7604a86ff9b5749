"""What is known about the patterns, with sources, and what follows from it. Pure but for reading its data."""
