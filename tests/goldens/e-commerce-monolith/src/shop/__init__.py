"""Shop: users, products, orders, payments."""
