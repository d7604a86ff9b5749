"""The services of shop, and the platform that they share."""
