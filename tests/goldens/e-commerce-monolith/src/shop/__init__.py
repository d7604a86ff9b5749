"""The services of shop, and what they stand on."""
