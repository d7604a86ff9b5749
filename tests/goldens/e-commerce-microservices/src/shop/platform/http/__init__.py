"""What clients see of every service: the app, its routes, errors, pages and headers."""
