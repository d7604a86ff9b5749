"""What the documentation says is so, and what of it follows from the code."""
