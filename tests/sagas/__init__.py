"""Processes of the shop die at every step, hang, and come back: nothing is lost, doubled or stuck."""
