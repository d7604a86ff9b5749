"""Rows, transactions, migrations, and the clock and the leases of a database."""
