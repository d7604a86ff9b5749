"""The services of depot, and what they stand on."""
