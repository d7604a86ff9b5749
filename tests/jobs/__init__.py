"""Jobs, in real processes that die, stop and come back."""
