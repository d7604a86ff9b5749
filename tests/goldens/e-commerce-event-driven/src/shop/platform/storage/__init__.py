"""Tables, transactions, migrations, and the clock and leases of a database."""
