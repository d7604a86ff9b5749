"""The services of depot, and the platform that they share."""
