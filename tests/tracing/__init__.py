"""Spans of running projects, as whoever collects them sees them."""
