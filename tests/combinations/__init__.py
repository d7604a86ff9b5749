"""Shops of which every two choices meet in one, started, and held to the contract."""
