"""Depot: trips, drivers, vehicles, pricing, messages."""
