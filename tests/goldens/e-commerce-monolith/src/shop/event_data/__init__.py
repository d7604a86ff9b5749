"""The data of events, and conversions between their versions."""
